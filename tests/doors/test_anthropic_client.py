"""Anthropic's own client, against a model of either dialect: what it asks for is what it gets."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import pytest

from support.anthropic_vendor import BETA, SIGNATURE
from support.household import PICTURE, WEATHER, Vendors
from support.live import ADMIN_KEY
from support.server import Server
from support.vendor import CACHED, THOUGHT

TOOL: Any = {"name": "weather", "description": "It rains?", "input_schema": WEATHER}

either = pytest.mark.parametrize("model", ["gpt", "claude"])


def user(text: str) -> Any:
    return {"role": "user", "content": text}


def text_of(message: Any) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


@either
def test_a_message_is_answered_with_its_usage(claude: anthropic.Anthropic, model: str) -> None:
    message = claude.messages.create(model=model, max_tokens=100, messages=[user("Good morning to you")])
    assert text_of(message) == "You said: Good morning to you"
    assert (message.type, message.role, message.stop_reason) == ("message", "assistant", "end_turn")
    assert message.usage.output_tokens == 6
    assert message.usage.cache_read_input_tokens == CACHED
    assert message.usage.input_tokens >= 5


@either
def test_a_stream_says_the_same_in_pieces(claude: anthropic.Anthropic, model: str) -> None:
    wanted: Any = {"model": model, "max_tokens": 100, "messages": [user("Good morning to you")]}
    with claude.messages.stream(**wanted) as stream:
        pieces = list(stream.text_stream)
        whole = stream.get_final_message()
    assert "".join(pieces) == text_of(whole) == "You said: Good morning to you"
    assert len(pieces) == 6
    assert whole.stop_reason == "end_turn"
    assert whole.usage.output_tokens == 6


@either
def test_a_stream_keeps_the_order_of_its_events(claude: anthropic.Anthropic, model: str) -> None:
    wanted: Any = {"model": model, "max_tokens": 100, "messages": [user("Hello")]}
    kinds = [event.type for event in claude.messages.create(stream=True, **wanted)]
    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]
    assert kinds.count("content_block_start") == kinds.count("content_block_stop") == 1


@either
async def test_the_asynchronous_client_gets_the_same(server: Server, model: str) -> None:
    async with anthropic.AsyncAnthropic(base_url=server.url, api_key=ADMIN_KEY, max_retries=0) as client:
        wanted: Any = {"model": model, "max_tokens": 100, "messages": [user("Hello")]}
        whole = await client.messages.create(**wanted)
        assert str(whole._request_id).startswith("fh_")
        async with client.messages.stream(**wanted) as stream:
            pieces = [piece async for piece in stream.text_stream]
    assert text_of(whole) == "".join(pieces) == "You said: Hello"


@either
@pytest.mark.parametrize("streamed", [False, True])
def test_tools_are_called_side_by_side_and_their_results_taken(
    claude: anthropic.Anthropic, model: str, streamed: bool
) -> None:
    turns: list[Any] = [user("What is the weather in Oslo and Rome?")]

    def ask() -> Any:
        wanted: Any = {"model": model, "max_tokens": 200, "messages": turns, "tools": [TOOL]}
        if not streamed:
            return claude.messages.create(**wanted)
        with claude.messages.stream(**wanted) as stream:
            return stream.get_final_message()

    asked = ask()
    calls = [block for block in asked.content if block.type == "tool_use"]
    assert asked.stop_reason == "tool_use"
    assert [(call.name, call.input) for call in calls] == [("weather", {"city": "Oslo"}), ("weather", {"city": "Rome"})]
    assert len({call.id for call in calls}) == 2
    turns.append({"role": "assistant", "content": [block.to_dict() for block in asked.content]})
    results = [
        {"type": "tool_result", "tool_use_id": call.id, "content": f"rain {at}"} for at, call in enumerate(calls)
    ]
    turns.append({"role": "user", "content": results})
    assert text_of(ask()) == "Reported: rain 0; rain 1"


@either
@pytest.mark.parametrize(
    ("choice", "called"), [({"type": "none"}, 0), ({"type": "any"}, 1), ({"type": "tool", "name": "weather"}, 1)]
)
def test_a_tool_choice_is_kept_to(claude: anthropic.Anthropic, model: str, choice: Any, called: int) -> None:
    message = claude.messages.create(
        model=model, max_tokens=100, messages=[user("Hello")], tools=[TOOL], tool_choice=choice
    )
    assert sum(block.type == "tool_use" for block in message.content) == called


@either
def test_one_call_at_a_time_where_that_is_asked_for(claude: anthropic.Anthropic, model: str) -> None:
    turns = [user("What is the weather in Oslo and Rome?")]
    choice: Any = {"type": "auto", "disable_parallel_tool_use": True}
    message = claude.messages.create(model=model, max_tokens=100, messages=turns, tools=[TOOL], tool_choice=choice)
    assert sum(block.type == "tool_use" for block in message.content) == 1


@either
def test_output_keeps_to_a_json_schema(claude: anthropic.Anthropic, model: str) -> None:
    form: Any = {"format": {"type": "json_schema", "schema": WEATHER}}
    message = claude.messages.create(model=model, max_tokens=100, messages=[user("A city?")], output_config=form)
    assert json.loads(text_of(message)) == {"city": "text"}


@either
def test_images_and_the_system_prompt_reach_the_model(
    claude: anthropic.Anthropic, vendors: Vendors, model: str
) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": PICTURE}
    turn: Any = {"role": "user", "content": [{"type": "text", "text": "Look:"}, {"type": "image", "source": source}]}
    message = claude.messages.create(model=model, max_tokens=100, system="Be brief.", messages=[turn])
    kind = "image_url" if model == "gpt" else "image"
    assert text_of(message) == f"You said: Look: <{kind}>"
    sent = (vendors.away if model == "gpt" else vendors.claude).requests[0].body.decode()
    assert "Be brief." in sent
    assert PICTURE in sent


@either
def test_stop_and_length_end_an_answer(claude: anthropic.Anthropic, model: str) -> None:
    turns = [user("one two three")]
    stopped = claude.messages.create(model=model, max_tokens=100, messages=turns, stop_sequences=["two"])
    assert text_of(stopped) == "You said: one "
    # OpenAI's API does not say which sequence it was, nor that it was one.
    assert stopped.stop_reason == ("end_turn" if model == "gpt" else "stop_sequence")
    cut = claude.messages.create(model=model, max_tokens=3, messages=turns)
    assert text_of(cut) == "You said: one"
    assert cut.stop_reason == "max_tokens"


@either
@pytest.mark.parametrize("streamed", [False, True])
def test_thinking_comes_in_blocks_of_its_own(claude: anthropic.Anthropic, model: str, streamed: bool) -> None:
    wanted: Any = {
        "model": model,
        "max_tokens": 4000,
        "messages": [user("Why?")],
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    }
    if streamed:
        with claude.messages.stream(**wanted) as stream:
            message: Any = stream.get_final_message()
    else:
        message = claude.messages.create(**wanted)
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.content[0].thinking == THOUGHT
    assert message.content[0].signature == (SIGNATURE if model == "claude" else "")


def test_a_beta_travels_to_a_model_of_the_same_dialect(claude: anthropic.Anthropic, vendors: Vendors) -> None:
    edits = {"edits": [{"type": "clear_tool_uses_20250919"}]}
    claude.beta.messages.create(
        model="claude", max_tokens=100, messages=[user("Hello")], betas=[BETA], context_management=edits
    )
    sent = vendors.claude.requests[0]
    assert sent.header("anthropic-beta") == BETA
    assert sent.json["context_management"] == edits


def test_a_beta_does_not_travel_to_another_dialect(claude: anthropic.Anthropic, vendors: Vendors) -> None:
    claude.beta.messages.create(model="gpt", max_tokens=100, messages=[user("Hello")], betas=[BETA])
    assert vendors.away.requests[0].header("anthropic-beta") is None
    assert vendors.away.requests[0].header("anthropic-version") is None


def test_the_callers_credentials_stay_here(claude: anthropic.Anthropic, vendors: Vendors) -> None:
    claude.messages.create(model="claude", max_tokens=100, messages=[user("Hello")])
    claude.messages.create(model="gpt", max_tokens=100, messages=[user("Hello")])
    for vendor in vendors.all:
        assert not any(ADMIN_KEY.encode() in asked.head for asked in vendor.requests)


def test_tokens_are_counted_and_nothing_is_sent(claude: anthropic.Anthropic, vendors: Vendors) -> None:
    short = claude.messages.count_tokens(model="claude", messages=[user("Hello")])
    long = claude.messages.count_tokens(
        model="claude", messages=[user("Hello, how do you do? " * 20)], system="Be brief.", tools=[TOOL]
    )
    assert 1 <= short.input_tokens < 20
    assert long.input_tokens > 100
    assert vendors.claude.requests == []
    with pytest.raises(anthropic.NotFoundError):
        claude.messages.count_tokens(model="clod", messages=[user("Hello")])


def test_what_can_be_asked_for_is_listed(claude: anthropic.Anthropic) -> None:
    listed = claude.models.list()
    assert {"auto", "gpt", "claude"} <= {model.id for model in listed}
    assert claude.models.retrieve("claude").type == "model"
    with pytest.raises(anthropic.NotFoundError):
        claude.models.retrieve("no-such-model")


def test_each_refusal_is_the_clients_own_class_of_error(claude: anthropic.Anthropic) -> None:
    hello: Any = {"max_tokens": 100, "messages": [user("Hello")]}
    with pytest.raises(anthropic.NotFoundError) as unknown:
        claude.messages.create(model="clod", **hello)
    body: Any = unknown.value.body
    assert body["type"] == "error"
    assert body["error"]["type"] == "not_found_error"
    assert body["request_id"].startswith("fh_")
    with pytest.raises(anthropic.BadRequestError, match="temperature"):
        claude.messages.create(model="claude", extra_body={"temperature": 9}, **hello)
    with pytest.raises(anthropic.AuthenticationError):
        claude.with_options(api_key="fh-nobody").models.list()
    with pytest.raises(anthropic.PermissionDeniedError):
        claude.messages.create(model="claude", extra_headers={"x-freehold-label": "restricted"}, **hello)


@either
@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (429, anthropic.RateLimitError, 429),
        (400, anthropic.BadRequestError, 400),
        (401, anthropic.InternalServerError, 502),
        (500, anthropic.InternalServerError, 502),
    ],
)
def test_a_models_refusal_is_told_as_it_concerns_the_caller(
    claude: anthropic.Anthropic, model: str, status: int, kind: type[anthropic.APIStatusError], told: int
) -> None:
    with pytest.raises(kind) as caught:
        claude.messages.create(model=model, max_tokens=100, messages=[user(f"Please answer with status {status}")])
    assert caught.value.status_code == told
