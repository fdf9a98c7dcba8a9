"""What of an exchange is written down, and what is not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import Fault
from freehold.core.event import Answer, Choice, Opened, Usage
from freehold.core.exchange import Exchange
from freehold.core.finding import Finding, Span
from freehold.core.money import Nanodollars, Price, Rates
from freehold.core.record import Attempt, End, Ending, Score
from freehold.core.request import EmbeddingRequest, Origin, RerankRequest
from freehold.ledger.rows import ATTEMPT, CAPTURE, OPENED, SETTLED, attempt_rows, capture_row, opened_row, settled_row
from support.exchanges import AWAY, CALLER, HOME, INTERNAL, attempt, begun, ended, request

BASELINE = Price(Rates(input=1_000_000, output=10_000_000))


def settled(exchange: Exchange, baseline: Price | None = None, *, captured: bool = False) -> dict[str, Any]:
    assert exchange.end is not None
    return dict(zip(SETTLED, settled_row(exchange, exchange.end, baseline, captured=captured), strict=True))


def tried(exchange: Exchange, *, captured: bool = False) -> list[dict[str, Any]]:
    return [dict(zip(ATTEMPT, row, strict=True)) for row in attempt_rows(exchange, captured=captured)]


def escalated() -> Exchange:
    doubt = Score("confidence", 0.4, kept=False, reasons=("below 0.8",))
    first = attempt(1, HOME, shown=False, cost=Nanodollars(0), score=doubt)
    second = attempt(
        2, AWAY, note="escalated: below 0.8", usage=Usage(input=100, output=40, estimated=True), first_ms=7
    )
    return ended(begun(), first, second)


def test_an_opening_row_says_who_asked_for_what() -> None:
    exchange = begun()
    row = dict(zip(OPENED, opened_row(exchange), strict=True))
    assert row == {
        "id": exchange.id,
        "started_ns": exchange.started_ns,
        "key_id": "key_ann",
        "key_name": "ann",
        "team": "law",
        "alias": "auto",
        "dialect": "openai",
        "kind": "chat",
        "stream": False,
        "origin": "api",
        "ending": "open",
    }


def test_a_settled_row_adds_up_all_attempts_and_shows_the_one_that_was_shown() -> None:
    row = settled(escalated(), BASELINE)
    assert (row["input_tokens"], row["output_tokens"], row["cached_input_tokens"]) == (200, 60, 30)
    assert (row["cost_nano"], row["attempts"], row["target"], row["owned"]) == (1000, 2, "away", False)
    assert (row["escalated"], row["estimated"], row["first_ms"], row["total_ms"]) == (True, True, 7, 60.0)
    assert row["baseline_nano"] == 100 * 1000 + 40 * 10_000
    assert (row["ending"], row["status"], row["route"], row["revision"]) == ("completed", 200, "auto", "r1")
    assert row["targets"] == '["home","away"]'
    assert row["sources"] == '[{"origin":"default","label":"internal"}]'
    assert row["refusals"] == '[{"target":"far","rule":"clearance","reason":"far may see public data only"}]'


def test_what_was_refused_before_it_had_a_permit_is_written_without_one() -> None:
    exchange = begun()
    exchange.end = End(Ending.REFUSED, 404, "model_not_found: no such model", 1.0)
    row = settled(exchange, BASELINE)
    assert (row["ending"], row["route"], row["label"], row["target"], row["cost_nano"]) == ("refused",) + (
        None,
    ) * 3 + (0,)
    assert row["baseline_nano"] is None
    assert row["error"] == "model_not_found: no such model"


def test_a_reranking_is_named_so_and_has_no_chat_baseline() -> None:
    row = settled(ended(begun(RerankRequest("judge", "q", ("a",))), attempt()), BASELINE)
    assert (row["kind"], row["baseline_nano"]) == ("rerank", None)


def test_an_embedding_has_no_chat_baseline() -> None:
    exchange = ended(begun(EmbeddingRequest(model="embed", inputs=("a",))), attempt())
    assert settled(exchange, BASELINE)["baseline_nano"] is None
    assert settled(exchange)["kind"] == "embeddings"


def test_attempts_are_written_with_model_score_and_what_was_dropped() -> None:
    exchange = escalated()
    exchange.attempts[1].dropped = ("seed",)
    first, second = tried(exchange)
    assert (first["number"], first["target"], first["model"], first["shown"]) == (1, "home", "qwen3-4b", False)
    assert (first["score_method"], first["score_value"], first["score_kept"]) == ("confidence", 0.4, False)
    assert first["score_reasons"] == '["below 0.8"]'
    assert (second["score_method"], second["score_kept"], second["dropped"]) == (None, None, '["seed"]')


def test_an_attempt_is_written_with_what_left_the_door() -> None:
    sent = attempt(clearance=INTERNAL, declassified="redact: 2 email", bytes_out=210, body_sha256="ab" * 32)
    (row,) = tried(ended(begun(), sent))
    assert (row["clearance"], row["declassified"]) == ("internal", "redact: 2 email")
    assert (row["bytes_out"], row["body_sha256"]) == (210, "ab" * 32)
    (row,) = tried(ended(begun(), attempt()))
    assert (row["clearance"], row["declassified"], row["bytes_out"], row["body_sha256"]) == (None, None, 0, None)


def failed(fault: Fault, error: str) -> Exchange:
    broken = Attempt(target="away", number=1, fault=fault, error=error, status=400)
    return ended(begun(), broken, ending=Ending.FAILED, status=502, error=f"upstream_failed: away said: {error}")


@pytest.mark.parametrize("fault", [Fault.REJECTED, Fault.SERVER, Fault.PROTOCOL, Fault.BROKEN])
def test_a_target_s_own_words_are_not_kept_for_they_may_quote_the_prompt(fault: Fault) -> None:
    exchange = failed(fault, "cannot parse 'my secret prompt'")
    assert "secret" not in repr((settled(exchange), tried(exchange)))
    assert settled(exchange)["error"] == f"upstream_failed: away: {fault} (HTTP 400)"
    assert tried(exchange)[0]["fault"] == fault
    assert "secret" in settled(exchange, captured=True)["error"]
    assert "secret" in tried(exchange, captured=True)[0]["error"]


def test_our_own_words_are_kept() -> None:
    exchange = failed(Fault.CONNECT, "connection refused")
    assert tried(exchange)[0]["error"] == "connection refused"
    assert settled(exchange)["error"] == "upstream_failed: away said: connection refused"


def test_no_text_of_the_prompt_is_in_any_row() -> None:
    exchange = ended(begun(request("my secret prompt")), attempt())
    assert "secret" not in repr((opened_row(exchange), settled(exchange), tried(exchange)))


def test_long_texts_are_cut() -> None:
    row = settled(ended(begun(), error="x" * 100_000))
    assert len(row["error"]) == 2000


def test_a_capture_holds_prompt_and_answer() -> None:
    asked = msgspec.structs.replace(request("why?"), origin=Origin("openai", {"model": "auto"}))
    exchange = ended(begun(asked, Caller(key_id="k", name="n", capture=True)), attempt())
    exchange.answer = Answer(opened=Opened(model="qwen", raw=b"frame"), choices=[Choice(text="because", finish="stop")])
    row = dict(zip(CAPTURE, capture_row(exchange, 99), strict=True))
    prompt = msgspec.json.decode(row["prompt"])
    assert (prompt["messages"][0]["parts"], prompt["origin"]) == (
        [{"type": "text", "text": "why?", "cache": None}],
        None,
    )
    answer = msgspec.json.decode(row["answer"])
    assert (answer["model"], answer["choices"][0]["text"]) == ("qwen", "because")
    assert "cut" not in answer
    exchange.answer.cut = True
    row = dict(zip(CAPTURE, capture_row(exchange, 99), strict=True))
    assert msgspec.json.decode(row["answer"])["cut"] is True
    assert (row["exchange_id"], row["expires_ns"]) == (exchange.id, 99)
    assert CALLER.capture is False


def test_findings_are_counted_by_kind_and_field_and_say_no_words() -> None:
    exchange = ended(begun(), attempt())
    email = Span(3, 20, "email", 1.0, "address")
    exchange.findings += [
        Finding("messages[0].parts[0].text", email, "raise"),
        Finding("messages[0].parts[0].text", msgspec.structs.replace(email, start=30, end=40), "raise"),
        Finding("answer", Span(0, 9, "aws-access-key", 0.9, "known", "secrets"), "record"),
    ]
    assert msgspec.json.decode(settled(exchange)["findings"]) == [
        {
            "field": "messages[0].parts[0].text",
            "family": "personal-data",
            "kind": "email",
            "rule": "address",
            "action": "raise",
            "count": 2,
        },
        {
            "field": "answer",
            "family": "secrets",
            "kind": "aws-access-key",
            "rule": "known",
            "action": "record",
            "count": 1,
        },
    ]
    assert settled(ended(begun(), attempt()))["findings"] is None
