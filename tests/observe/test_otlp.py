"""Spans and metrics as a real OTLP receiver gets them, held against the published conventions."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes, openai_attributes
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics
from opentelemetry.semconv.attributes import error_attributes, http_attributes, server_attributes, url_attributes

from freehold.core.caller import Caller
from freehold.core.event import Answer, Call, Choice
from freehold.core.exchange import Exchange
from freehold.core.passage import Passage, Place
from freehold.core.record import Ending
from freehold.core.request import (
    EmbeddingRequest,
    Message,
    Request,
    RerankRequest,
    Sampling,
    TextPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.core.trace import begin
from freehold.observe.metrics import Metrics
from freehold.observe.names import Conventions
from freehold.observe.otlp import Otlp
from freehold.observe.outbox import Refused
from freehold.observe.span import Span
from freehold.observe.story import Story
from freehold.observe.tool_runs import Asked, Run
from support.collector import Collector, collecting, values
from support.exchanges import AWAY, CALLER, HOME, INTERNAL, SECOND, attempt, begun, ended

KNOWN = {
    value
    for module in (
        gen_ai_attributes,
        openai_attributes,
        error_attributes,
        http_attributes,
        server_attributes,
        url_attributes,
    )
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str)
}
"""Every attribute name that the conventions have."""
KNOWN_METRICS = {value for name, value in vars(gen_ai_metrics).items() if name.isupper() and isinstance(value, str)}
OPERATIONS = {each.value for each in gen_ai_attributes.GenAiOperationNameValues} | {"rerank"}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


def sender(collector: Collector, conventions: Conventions = "latest", headers: dict[str, str] | None = None) -> Otlp:
    return Otlp(
        f"{collector.url}/v1/traces",
        f"{collector.url}/v1/metrics",
        headers or {},
        version="1.2.3",
        worker="1",
        conventions=conventions,
        named={"home": ("vllm", "qwen3-4b"), "away": ("mistral", "large")}.get,
    )


def sent(collector: Collector, spans: list[Span], conventions: Conventions = "latest") -> dict[str, Any]:
    """The spans as they arrive, by name."""
    otlp = sender(collector, conventions)
    try:
        otlp.spans(spans)
    finally:
        otlp.close()
    return {span.name: span for span in collector.spans}


def whole(exchange: Exchange | None = None) -> Exchange:
    """A grounded exchange with tools, passed on from home to away."""
    request = Request(
        "auto",
        (
            Message("system", (TextPart("be kind"),)),
            Message("user", (TextPart("what is the word?"),)),
            Message("assistant", (ToolUse("call_1", "look", "{}"),)),
            Message("tool", (ToolResult("call_1", (TextPart("hunter2"),)),)),
        ),
        "openai",
        tools=(Tool("look", {"type": "object"}, "looks"),),
        sampling=Sampling(max_tokens=100, temperature=0.5, top_p=0.9, seed=7, n=2),
        stream=True,
        metadata={"conversation_id": "conv-1"},
        service_tier="flex",
    )
    asked = exchange or begun(request, caller=msgspec.structs.replace(CALLER, capture=True))
    asked.trace = begin(asked.id, PARENT)
    asked.collections = ("handbook",)
    asked.searched_ns = (asked.started_ns + 1000, asked.started_ns + SECOND // 100)
    where = Place("handbook", "doc_1", 1, "leave.md", "Leave", 0, 4, "00")
    asked.passages = (Passage(1, "text", where, INTERNAL, 0.8),)
    done = ended(
        asked,
        attempt(1, HOME, shown=False, note="first", started_ns=asked.started_ns, fault="server", error="boom hunter2"),
        attempt(2, AWAY, note="escalated: unsure", answer_id="chatcmpl-1", answer_model="gpt-5-mini-0807"),
    )
    done.chosen = AWAY
    done.answer = Answer(choices=[Choice("no", calls=[Call("call_2", "look", "{}")], finish="tool_calls")])
    done.label = INTERNAL
    return done


RUNS = (Run("call_1", "look", failed=True, asked=Asked(1, "0" * 31 + "1", "0" * 15 + "2")),)


def test_one_exchange_arrives_as_its_whole_story(collector: Collector) -> None:
    done = whole()
    spans = sent(collector, Story().tell(done, RUNS))
    assert set(spans) == {
        "POST /v1/chat/completions",
        "retrieval handbook",
        "execute_tool look",
        "chat qwen3-4b",
        "chat gpt-5-mini",
    }
    root = spans["POST /v1/chat/completions"]
    assert root.kind == 2  # SPAN_KIND_SERVER
    assert root.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert root.parent_span_id.hex() == "b7ad6b7169203331"
    assert {span.trace_id for span in spans.values()} == {root.trace_id}
    children = [spans["retrieval handbook"], spans["chat qwen3-4b"], spans["chat gpt-5-mini"]]
    assert {span.parent_span_id for span in children} == {root.span_id}
    assert {span.kind for span in children} == {3}  # SPAN_KIND_CLIENT
    assert collector.resource["service.name"] == "freehold"
    assert collector.resource["service.version"] == "1.2.3"


def test_times_are_those_of_the_record(collector: Collector) -> None:
    done = whole()
    spans = sent(collector, Story().tell(done, RUNS))
    root, tried, found = spans["POST /v1/chat/completions"], spans["chat gpt-5-mini"], spans["retrieval handbook"]
    assert (root.start_time_unix_nano, root.end_time_unix_nano) == (done.started_ns, done.started_ns + 60_000_000)
    second = done.attempts[1]
    assert tried.start_time_unix_nano == second.started_ns
    assert tried.end_time_unix_nano == second.started_ns + 50_000_000
    assert [(each.name, each.time_unix_nano) for each in tried.events] == [
        ("freehold.first_token", second.started_ns + 10_000_000)
    ]
    assert (found.start_time_unix_nano, found.end_time_unix_nano) == done.searched_ns


def test_a_tools_run_is_from_the_answer_that_asked_to_the_request_that_brings_its_result(collector: Collector) -> None:
    done = whole()
    run = sent(collector, Story().tell(done, RUNS))["execute_tool look"]
    assert (run.start_time_unix_nano, run.end_time_unix_nano) == (1, done.started_ns)
    assert [(link.trace_id.hex(), link.span_id.hex()) for link in run.links] == [("0" * 31 + "1", "0" * 15 + "2")]
    assert values(run.attributes)["error.type"] == "tool_error"


def requests() -> list[Exchange]:
    return [
        whole(),
        ended(begun(EmbeddingRequest("embeds", ("a",), dimensions=64)), attempt(1)),
        ended(begun(RerankRequest("judges", "q", ("a",), top=3)), attempt(1)),
        ended(begun(), ending=Ending.REFUSED, status=403, error="label_forbidden: no"),
    ]


@pytest.mark.parametrize("shows", [True, False])
def test_every_name_is_one_of_the_conventions_or_ours(collector: Collector, shows: bool) -> None:
    told = [span for each in requests() for span in Story(shows=lambda _: shows).tell(each, RUNS)]
    sent(collector, told)
    assert len(collector.spans) == len(told)
    for span in collector.spans:
        said = values(span.attributes)
        ours = {name for name in said if name.startswith("freehold.")}
        assert set(said) - ours <= KNOWN, span.name
        if "gen_ai.operation.name" in said:
            assert said["gen_ai.operation.name"] in OPERATIONS
            assert span.name.startswith(said["gen_ai.operation.name"])


def test_a_chat_says_what_the_conventions_ask_of_it(collector: Collector) -> None:
    said = values(sent(collector, Story().tell(whole()))["chat gpt-5-mini"].attributes)
    wanted = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-5-mini",
        "gen_ai.provider.name": "custom",
        "gen_ai.request.max_tokens": 100,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.top_p": 0.9,
        "gen_ai.request.seed": 7,
        "gen_ai.request.choice.count": 2,
        "gen_ai.request.stream": True,
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.model": "gpt-5-mini-0807",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.response.time_to_first_chunk": 0.01,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 30,
        "openai.request.service_tier": "flex",
    }
    assert {name: said.get(name) for name in wanted} == wanted


def test_a_failed_try_and_a_refusal_say_why_in_a_word_and_never_in_text(collector: Collector) -> None:
    refused = ended(begun(), ending=Ending.REFUSED, status=403, error="label_forbidden: the words hunter2")
    spans = sent(collector, [*Story().tell(whole()), *Story().tell(refused)])
    tried = spans["chat qwen3-4b"]
    assert (tried.status.code, tried.status.message) == (2, "server")
    assert values(tried.attributes)["error.type"] == "server"
    roots = [span for span in collector.spans if span.kind == 2]
    assert values(roots[1].attributes)["freehold.refusal"] == "label_forbidden"
    assert values(roots[1].attributes)["http.response.status_code"] == 403
    assert roots[1].status.code == 0  # A refusal is no fault of the server: conventions for HTTP, "Status".
    assert "hunter2" not in str(collector.spans)


def test_messages_are_sent_only_where_they_may_be(collector: Collector) -> None:
    sent(collector, Story(shows=lambda _: False).tell(whole()))
    assert "what is the word" not in str(collector.spans)
    said = values(sent(collector, Story(shows=lambda _: True).tell(whole()))["chat gpt-5-mini"].attributes)
    turns = json.loads(said["gen_ai.input.messages"])
    assert turns[0] == {"role": "user", "parts": [{"type": "text", "content": "what is the word?"}]}
    assert json.loads(said["gen_ai.system_instructions"]) == [{"type": "text", "content": "be kind"}]
    (answer,) = json.loads(said["gen_ai.output.messages"])
    assert (answer["finish_reason"], answer["parts"][0]["content"]) == ("tool_call", "no")


def test_the_names_of_1_36_are_none_that_came_later(collector: Collector) -> None:
    told = [span for each in requests() for span in Story("1.36", lambda _: True).tell(each, RUNS)]
    sent(collector, told, "1.36")
    names = {name for span in collector.spans for name in values(span.attributes)}
    assert "gen_ai.system" in names
    assert not names & {
        "gen_ai.provider.name",
        "gen_ai.request.stream",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.response.time_to_first_chunk",
        "gen_ai.input.messages",
        "gen_ai.output.messages",
    }


def test_metrics_have_the_conventions_names_and_the_counted_numbers(collector: Collector) -> None:
    metrics = Metrics()
    metrics.known = frozenset({"auto", "home", "away"})
    for _ in range(3):
        metrics.ended(whole())
    otlp = sender(collector)
    otlp.metrics(metrics.snapshot())
    otlp.close()
    got = collector.metrics
    assert {name for name in got if name.startswith("gen_ai.")} <= KNOWN_METRICS
    tokens = {
        (values(point.attributes)["freehold.target"], values(point.attributes)["gen_ai.token.type"]): point.sum
        for point in got["gen_ai.client.token.usage"].histogram.data_points
    }
    assert tokens == {("home", "input"): 300, ("home", "output"): 60, ("away", "input"): 300, ("away", "output"): 60}
    times = got["gen_ai.client.operation.duration"].histogram
    assert times.aggregation_temporality == 2  # cumulative
    failed = [point for point in times.data_points if values(point.attributes).get("error.type") == "server"]
    assert [(point.count, sum(point.bucket_counts)) for point in failed] == [(3, 3)]
    assert {values(point.attributes)["gen_ai.provider.name"] for point in times.data_points} == {"vllm", "mistral_ai"}
    assert got["gen_ai.server.time_to_first_token"].unit == "s"
    assert [point.as_double for point in got["freehold.escalations"].sum.data_points] == [3.0]


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_collector_that_refuses_is_no_flood_in_the_log(
    collector: Collector, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    collector.status = status
    otlp = sender(collector)
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused, match=str(status)):
        otlp.spans(Story().tell(whole()))
    otlp.close()
    assert [record for record in caplog.records if record.name.startswith("opentelemetry")] == []


def test_headers_go_with_each(collector: Collector) -> None:
    otlp = sender(collector, headers={"authorization": "Bearer abc"})
    otlp.spans(Story().tell(whole()))
    otlp.close()
    assert collector.headers[0]["authorization"] == "Bearer abc"


def test_what_a_wing_asks_is_a_part_of_the_search_it_is_for() -> None:
    done = whole()
    asked = ended(begun(EmbeddingRequest("embeds", ("a",)), Caller("knowledge", "k"), origin="knowledge"), attempt(1))
    asked.trace = done.trace
    (embeds,) = Story().tell(asked)
    found = next(span for span in Story().tell(done) if span.name == "retrieval handbook")
    assert (embeds.trace, embeds.parent) == (found.trace, found.id)


def test_what_a_declassifier_changed_is_not_shown_as_it_was() -> None:
    done = whole()
    done.attempts[1].declassified = "pseudonymise: 1 name"
    told = {span.name: span for span in Story(shows=lambda _: True).tell(done)}
    assert "gen_ai.input.messages" not in told["chat gpt-5-mini"].attributes
