from __future__ import annotations

import hashlib
import random
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.finding import Span
from freehold.guards.personal import KINDS, find
from freehold.guards.personal.find import _settled

WORDS = [
    *("the", "a", "system", "returns", "value", "when", "order", "customer", "shipped", "parcel", "total", "amount"),
    *("invoice", "number", "reference", "see", "page", "of", "in", "for", "and", "with", "from", "build", "release"),
    *("response", "time", "took", "error", "code", "line"),
]


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find(text)]


def test_one_of_each_in_a_letter() -> None:
    text = (
        "Dear Mr Smith,\nmy name is Ada Byron, born on 10 December 1975, of 12 Baker Street, London. Call me at"
        " +44 20 7946 0958 or write to ada@mail.example. Card 4111 1111 1111 1111, account GB82 WEST 1234 5698 7654 32,"
        " from 203.0.113.77; SSN 460-89-9847."
    )
    assert found(text) == [
        ("person", "Smith"),
        ("person", "Ada Byron"),
        ("birth-date", "10 December 1975"),
        ("address", "12 Baker Street"),
        ("phone", "+44 20 7946 0958"),
        ("email", "ada@mail.example"),
        ("card", "4111 1111 1111 1111"),
        ("iban", "GB82 WEST 1234 5698 7654 32"),
        ("ip", "203.0.113.77"),
        ("ssn", "460-89-9847"),
    ]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text_gives_spans_in_order_apart_and_within_it(text: str) -> None:
    last = 0
    for span in find(text):
        assert last <= span.start < span.end <= len(text)
        assert span.kind in KINDS
        assert 0 < span.confidence <= 1
        assert span.family == "personal-data"
        last = span.end


def test_where_rules_meet_the_surer_holds_then_the_longer() -> None:
    sure, long, short, apart = (
        Span(4, 8, "card", 0.9, "a"),
        Span(0, 9, "phone", 0.8, "b"),
        Span(0, 4, "person", 0.5, "c"),
        Span(9, 12, "email", 0.4, "d"),
    )
    assert _settled([short, long, sure, apart]) == [short, sure, apart]
    assert _settled([short, long, apart]) == [long, apart]


MADE = {
    "sha-256": lambda draw: hashlib.sha256(draw.randbytes(8)).hexdigest(),
    "short hash": lambda draw: hashlib.sha1(draw.randbytes(8)).hexdigest()[: draw.choice((7, 8, 10, 12))],
    "UUID": lambda draw: str(uuid.UUID(int=draw.getrandbits(128))),
    "version": lambda draw: f"{draw.randint(0, 30)}.{draw.randint(0, 40)}.{draw.randint(0, 99)}",
    "longer version": lambda draw: (
        f"v{draw.randint(0, 200)}.{draw.randint(0, 40)}.{draw.randint(0, 999)}.{draw.randint(0, 99)}"
    ),
    "price": lambda draw: f"${draw.randint(1, 99999):,}.{draw.randint(10, 99)}",
    "price in euros": lambda draw: f"{draw.randint(1, 999)}.{draw.randint(100, 999)},{draw.randint(10, 99)} €",
    "date": lambda draw: f"{draw.randint(1990, 2030)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
    "date with strokes": lambda draw: f"{draw.randint(1, 28)}/{draw.randint(1, 12)}/{draw.randint(1990, 2030)}",
    "time stamp": lambda draw: (
        f"2024-{draw.randint(1, 12):02}-11T{draw.randint(0, 23):02}:15:11.{draw.randint(100, 999)}+02:00"
    ),
    "seconds": lambda draw: f"1{draw.randint(10**8, 10**9 - 1)}",
    "order": lambda draw: f"order {draw.randint(10**7, 10**10)}",
    "order in groups": lambda draw: (
        f"Order #{draw.randint(100, 999)}-{draw.randint(10**6, 10**7 - 1)}-{draw.randint(10**6, 10**7 - 1)}"
    ),
    "number": lambda draw: str(draw.randint(10**4, 10**11)),
    "years": lambda draw: f"{draw.randint(1900, 2000)}-{draw.randint(2001, 2030)}",
    "pointer": lambda draw: hex(draw.getrandbits(64)),
    "fraction": lambda draw: str(draw.random() * 1000),
    "place on earth": lambda draw: f"{draw.uniform(-90, 90):.6f}, {draw.uniform(-180, 180):.6f}",
    "code": lambda draw: (
        f"x[{draw.randint(10, 99)}] = foo({draw.randint(100, 999)}, {draw.randint(1000, 9999)}) + 0x1F;"
    ),
    "path": lambda draw: f"/var/log/{draw.randint(1000, 9999)}/0{draw.randint(10**6, 10**7)}.log",
    "thousands": lambda draw: f"{draw.randint(100, 999)},{draw.randint(100, 999)},{draw.randint(100, 999)}",
    "groups": lambda draw: f"{draw.randint(100, 999)} {draw.randint(100, 999)} {draw.randint(100, 999)}",
    "article": lambda draw: f"SKU-{draw.randint(10**4, 10**5)}-{draw.randint(100, 999)}",
    "matrix": lambda draw: " ".join(str(draw.randint(0, 999)) for _ in range(12)),
    "table": lambda draw: " | ".join(str(draw.randint(0, 10**6)) for _ in range(6)),
    "names in code": lambda draw: f"std::vec a{draw.randint(0, 9)}::b{draw.randint(0, 9)} Foo::Bar",
}


@pytest.mark.parametrize("what", MADE)
def test_what_is_nobodys_is_not_taken_for_it(what: str) -> None:
    draw = random.Random(2026)
    for _ in range(150):
        text = " ".join((*draw.choices(WORDS, k=6), MADE[what](draw), *draw.choices(WORDS, k=5))) + "."
        assert [span for span in find(text) if span.confidence > 0.5] == [], text


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "12-", "a1", "1.", "(1)", "+1", "@a", "a@", "Mr ", "Dear A", "rue A 1 ", "9:9", "::1", "A1 "]
)
def test_time_grows_with_the_length_alone(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        best = float("inf")
        for _ in range(2):
            begun = time.process_time()
            find(text)
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(32_000) < 12 * seconds(8_000) + 0.02
