"""What a leaf says, in one form, and that nobody's words are in it."""

from __future__ import annotations

import json

import msgspec
import pytest

from freehold.core.caller import Caller
from freehold.core.event import Answer, Choice, Usage
from freehold.core.exchange import Exchange, Headers, Permit
from freehold.core.finding import Finding, Span
from freehold.core.label import Label, Level, Source
from freehold.core.money import Nanodollars
from freehold.core.passage import Citation, Passage, Place
from freehold.core.record import Attempt, End, Ending, Refusal, Score
from freehold.core.request import Message, Request, TextPart
from freehold.core.target import Target
from freehold.ledger.audit.leaf import (
    VERSION,
    Body,
    Sent,
    body_of,
    configuration_leaves,
    exchange_leaf,
    head_of,
    lost_leaf,
    note,
    placed,
)
from freehold.ledger.audit.tiles import LONGEST_LEAF
from support.exchanges import AWAY, HOME, attempt, begun, ended

CANARY = "canary-zebra"
SECRET = Label(Level.CONFIDENTIAL, frozenset({"health"}))


def whole() -> Exchange:
    """An exchange with a canary wherever there are words of people, of documents or of targets."""
    place = Place("hand", "doc_1", 3, f"{CANARY}.pdf", CANARY, 0, 9, "ab", heading=(CANARY,))
    exchange = Exchange(
        Request(CANARY, (Message("user", (TextPart(CANARY),)),), "openai", user=CANARY),
        Caller(key_id="key_ann", name=CANARY, team=CANARY),
        Headers(stated=(Source("header", SECRET),)),
    )
    exchange.label = SECRET
    exchange.sources = [
        Source("key", Label(Level.INTERNAL)),
        Source(f"passage hand/{CANARY}.pdf", SECRET),
        Source(f"key, for what cannot be inspected: {CANARY}", SECRET),
        Source(CANARY[-5:] + "/" + CANARY, SECRET),
    ]
    exchange.permit = Permit("auto", (HOME,), SECRET, (Refusal("away", "label", CANARY),), "r1")
    exchange.passages = (Passage(1, CANARY, place, SECRET, 0.9), Passage(2, CANARY, place, SECRET, 0.8))
    exchange.citations = (Citation(1, 0, 3, CANARY, place),)
    span = Span(0, 9, "email", 1.0, CANARY)
    exchange.findings = [Finding(CANARY, span), Finding(CANARY, span), Finding(CANARY, Span(0, 1, "card", 1, CANARY))]
    score = Score("confidence", 0.1, kept=False, reasons=(CANARY,))
    exchange.attempts = [
        Attempt(
            "home",
            1,
            owned=True,
            label=SECRET,
            usage=Usage(input=3),
            cost=Nanodollars(12),
            fault="server",
            error=CANARY,
            status=500,
            score=score,
            dropped=(CANARY,),
            clearance=Label(Level.RESTRICTED, frozenset({"health"})),
            declassified="redact: 1 email",
            bytes_out=210,
            body_sha256="ab" * 32,
            note=CANARY,
        )
    ]
    exchange.reason, exchange.chosen = CANARY, HOME
    exchange.answer = Answer(choices=[Choice(text=CANARY)])
    exchange.end = End(Ending.FAILED, 502, CANARY, 12.5)
    return exchange


def body(exchange: Exchange) -> Body:
    assert exchange.end is not None
    return body_of(exchange_leaf(exchange, exchange.end).body)


def test_a_leaf_says_what_was_sent_where_under_which_label() -> None:
    exchange = whole()
    found = json.loads(exchange_leaf(exchange, exchange.end).body)  # type: ignore[arg-type]
    assert found == {
        "attempts": [
            {
                "bytes": 210,
                "cleared": "restricted;health",
                "declassified": "redact: 1 email",
                "fault": "server",
                "label": "confidential;health",
                "number": 1,
                "owned": True,
                "sha256": "ab" * 32,
                "status": 500,
                "target": "home",
            }
        ],
        "cost": 12,
        "documents": [{"id": "doc_1", "label": "confidential;health", "version": 3}],
        "ending": "failed",
        "findings": {"card": 1, "email": 2},
        "id": exchange.id,
        "key": "key_ann",
        "label": "confidential;health",
        "revision": "r1",
        "route": "auto",
        "sources": [
            {"label": "internal", "origin": "key"},
            {"label": "confidential;health", "origin": "passage"},
            {"label": "confidential;health", "origin": "key"},
            {"label": "confidential;health", "origin": "zebra"},
        ],
        "started": exchange.started_ns,
        "status": 502,
    }


def test_nobody_s_words_are_in_a_leaf() -> None:
    exchange = whole()
    assert CANARY not in exchange_leaf(exchange, exchange.end).body.decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("exchange", [whole(), ended(begun(), attempt()), ended(begun(), attempt(1), attempt(2, AWAY))])
def test_a_leaf_is_canonical(exchange: Exchange) -> None:
    leaf = placed(exchange_leaf(exchange, exchange.end), 12, 34)  # type: ignore[arg-type]
    assert leaf.decode() == json.dumps(json.loads(leaf), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    head = head_of(leaf)
    assert (head.at, head.index, head.kind, head.v) == (34, 12, "exchange", VERSION)


@pytest.mark.parametrize("struct", [Sent, Body])
def test_fields_stand_as_they_are_written(struct: type[msgspec.Struct]) -> None:
    assert list(struct.__struct_fields__) == sorted(struct.__struct_fields__)


def test_what_is_too_long_for_a_leaf_is_cut_and_told_by_its_hash() -> None:
    exchange = ended(begun(), *(attempt(number + 1) for number in range(900)))
    exchange.sources = [Source("header", Label(Level.INTERNAL, frozenset({f"t{number}"}))) for number in range(900)]
    leaf = exchange_leaf(exchange, exchange.end)  # type: ignore[arg-type]
    assert len(placed(leaf, 10**15, 2**62)) <= LONGEST_LEAF
    found = body_of(leaf.body)
    assert (found.cut, found.sources, len(found.whole or "")) == (True, (), 64)
    assert 0 < len(found.attempts) < 900


def test_a_label_of_very_many_tags_keeps_its_level() -> None:
    exchange = ended(begun(), attempt())
    exchange.label = Label(Level.RESTRICTED, frozenset(f"tag{number}" for number in range(500)))
    label = body(exchange).label
    assert label is not None
    assert Label.parse(label).level is Level.RESTRICTED
    assert len(label) < 100


def test_what_was_refused_before_there_was_a_permit_is_told() -> None:
    exchange = begun()
    exchange.end = End(Ending.REFUSED, 404, "unknown", 1.0)
    assert body(exchange) == Body(
        ending="refused", id=exchange.id, key="key_ann", started=exchange.started_ns, status=404
    )


def test_a_lost_one_says_so() -> None:
    found = body_of(lost_leaf("fh_1", "key_ann", 5).body)
    assert (found.ending, found.id, found.key, found.started, found.attempts) == ("lost", "fh_1", "key_ann", 5, ())


def test_a_configuration_of_many_targets_is_several_leaves() -> None:
    targets = [
        Target(f"t{number}", "m", "", "openai", Label(Level.INTERNAL), owned=number == 0) for number in range(401)
    ]
    parts = [json.loads(leaf.body) for leaf in configuration_leaves("r1", targets)]
    assert [(part["part"], part["parts"], len(part["targets"])) for part in parts] == [
        (1, 3, 200),
        (2, 3, 200),
        (3, 3, 1),
    ]
    assert parts[0]["targets"][0] == {"cleared": "internal", "name": "t0", "owned": True}
    assert len(configuration_leaves("r1", [])) == 1


def test_a_note_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="erasure"):
        note("erasure", what="x" * LONGEST_LEAF)


@pytest.mark.parametrize(
    ("sent", "reached"),
    [
        (attempt(bytes_out=1), True),
        (attempt(fault="label_forbidden"), False),
        (attempt(fault="connect"), False),
        (attempt(fault="timeout_first_byte", bytes_out=5), True),
        (attempt(fault="connect", bytes_out=5), True),
        (attempt(), True),
    ],
)
def test_whether_a_target_may_have_got_something(sent: Attempt, reached: bool) -> None:
    assert body(ended(begun(), sent)).attempts[0].reached is reached
