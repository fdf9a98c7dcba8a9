"""Reranking, both sides."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import AttemptFailed, BadRequest, Fault
from freehold.core.event import Event, Opened, Ranked, Reranked, Usage, gather
from freehold.core.label import PUBLIC
from freehold.core.request import EmbeddingRequest, RerankRequest
from freehold.core.target import Target
from freehold.policy.labels import uninspectable
from freehold.wire.estimate import estimate_request, estimate_text
from freehold.wire.rerank import RerankCaller, RerankProvider

TARGET = Target("t", "real-model", "http://h/v1", "openai", PUBLIC)


def parse(**fields: object) -> RerankRequest:
    return RerankCaller().parse(json.dumps({"model": "r", "query": "q", "documents": ["a", "b"], **fields}).encode())


def whole(results: object, *, documents: int = 3, top: int | None = None, **fields: object) -> list[Event]:
    request = RerankRequest("r", "q", ("x",) * documents, top=top)
    return list(RerankProvider().whole(json.dumps({"results": results, **fields}).encode(), request))


def result(index: object, score: object) -> dict[str, object]:
    return {"index": index, "relevance_score": score}


def test_documents_are_texts_or_objects_with_one() -> None:
    request = parse(documents=["a", {"text": "b"}], top_n=1, return_documents=True, user="u", truncate="end")
    assert (request.query, request.documents, request.top, request.return_documents) == ("q", ("a", "b"), 1, True)
    assert (request.user, request.extra) == ("u", {"truncate": "end"})


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"documents": []}, "documents"),
        ({"documents": "a"}, "documents"),
        ({"documents": [1]}, "documents[0]"),
        ({"documents": [{"title": "a"}]}, "documents[0].text"),
        ({"documents": ["x"] * 2049}, "documents"),
        ({"query": ""}, "query"),
        ({"query": None}, "query"),
        ({"top_n": 0}, "top_n"),
        ({"model": ""}, "model"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, object], param: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse(**fields)
    assert caught.value.param == param


def test_what_a_document_holds_beside_its_text_has_not_been_looked_into() -> None:
    assert uninspectable(parse(documents=[{"text": "a"}, "b"])) == ()
    assert uninspectable(parse(documents=[{"text": "a", "image": "data:..."}])) == ("unknown fields",)


def test_a_body_goes_on_as_it_came() -> None:
    documents = [{"text": "a", "odd": 1}]
    encoded = RerankProvider().encode(parse(documents=documents, metadata={"freehold": "{}"}), TARGET)
    assert encoded.path == "/rerank"
    assert json.loads(encoded.body) == {"model": "real-model", "query": "q", "documents": documents}


def test_a_request_without_origin_is_written_afresh() -> None:
    request = RerankRequest("r", "q", ("a", "b"), top=1, return_documents=True, extra={"odd": 1})
    assert json.loads(RerankProvider().encode(request, TARGET).body) == {
        "model": "real-model",
        "query": "q",
        "documents": ["a", "b"],
        "top_n": 1,
        "return_documents": True,
        "odd": 1,
    }


def test_the_other_dialect_does_not_rerank() -> None:
    with pytest.raises(AttemptFailed) as caught:
        RerankProvider().encode(parse(), Target("t", "m", "http://h", "anthropic", PUBLIC))
    assert caught.value.fault is Fault.UNTRANSLATABLE


def test_an_answer_is_put_in_order_of_its_scores() -> None:
    events = whole([result(2, -1), result(0, 0.5), result(1, 0.1)], model="real", usage={"total_tokens": 7})
    ranking = (Ranked(0, 0.5), Ranked(1, 0.1), Ranked(2, -1.0))
    assert isinstance(events[0], Opened)
    assert events[1:] == [Reranked(ranking, b""), Usage(7, raw=b"")]
    assert gather(events).whole


@pytest.mark.parametrize(
    ("fields", "tokens"),
    [
        ({"usage": {"prompt_tokens": 5, "total_tokens": 6}}, 5),
        ({"meta": {"tokens": {"input_tokens": 4}}}, 4),
        ({"meta": {"billed_units": {"search_units": 1}}}, None),
        ({"usage": None}, None),
    ],
)
def test_tokens_are_found_where_each_vendor_puts_them(fields: dict[str, object], tokens: int | None) -> None:
    usage = gather(whole([result(0, 1)], documents=1, **fields)).usage
    assert (usage.input if usage else None) == tokens


def test_only_as_many_as_were_asked_for_are_kept() -> None:
    events = whole([result(0, 1), result(1, 2), result(2, 3)], top=2)
    assert gather(events).ranking == (Ranked(2, 3.0), Ranked(1, 2.0))


@pytest.mark.parametrize(
    "results",
    [
        [],
        None,
        [result(0, 1), result(1, 1)],
        [result(0, 1), result(0, 2), result(1, 1)],
        [result(0, 1), result(1, 1), result(3, 1)],
        [result(-1, 1), result(1, 1), result(2, 1)],
        [result(0, "high"), result(1, 1), result(2, 1)],
        [result(0, None), result(1, 1), result(2, 1)],
        [{"index": 0}, result(1, 1), result(2, 1)],
    ],
)
def test_what_is_no_ranking_of_these_documents_is_refused(results: object) -> None:
    with pytest.raises(AttemptFailed) as caught:
        whole(results)
    assert caught.value.fault is Fault.PROTOCOL


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": {"message": "no"}}', b'{"results": 1e999}'])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(AttemptFailed) as caught:
        RerankProvider().whole(body, RerankRequest("r", "q", ("a",)))
    assert caught.value.fault is Fault.PROTOCOL


@given(
    st.binary(max_size=80)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
        lambda value: json.dumps({"results": value}).encode()
    )
)
def test_nothing_from_outside_breaks_the_reader(body: bytes) -> None:
    with suppress(AttemptFailed):
        assert gather(RerankProvider().whole(body, RerankRequest("r", "q", ("a",)))).whole


def test_a_ranking_is_written_with_texts_where_they_were_asked_for() -> None:
    answer = gather([Opened(model="real"), Reranked((Ranked(1, 0.5),)), Usage(9)])
    expected: dict[str, Any] = {
        "id": "fh_1",
        "object": "list",
        "model": "real",
        "results": [{"index": 1, "relevance_score": 0.5}],
        "usage": {"prompt_tokens": 9, "total_tokens": 9},
    }
    assert json.loads(RerankCaller().whole(answer, parse(), "fh_1")) == expected
    expected["results"][0]["document"] = {"text": "b"}
    assert json.loads(RerankCaller().whole(answer, parse(return_documents=True), "fh_1")) == expected


def test_rankings_are_neither_streamed_nor_read_from_streams() -> None:
    with pytest.raises(TypeError):
        RerankCaller().writer(parse(), "fh_1", verbatim=True)
    with pytest.raises(AttemptFailed):
        RerankProvider().reader(parse())
    with pytest.raises(TypeError):
        RerankProvider().encode(EmbeddingRequest("e", ("x",)), TARGET)


def test_a_failure_is_read_by_its_status() -> None:
    assert RerankProvider().failure(429, b"", 3.0).fault is Fault.RATE_LIMITED


def test_the_query_is_counted_once_for_each_document() -> None:
    request = RerankRequest("r", "which of these", ("one text", "another text"))
    texts = estimate_text("one text") + estimate_text("another text")
    assert estimate_request(request) == texts + 2 * estimate_text("which of these")
