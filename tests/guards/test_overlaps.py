"""Overlapping spans become one that covers all of them; a secret among them says what it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.core.finding import Span
from freehold.guards.overlaps import united


def a_span(start: int, end: int, kind: str = "email", confidence: float = 1.0) -> Span:
    return Span(start, end, kind, confidence, "test", "secrets" if kind == "password" else "personal-data")


def test_a_group_is_one_of_the_kind_of_its_secret():
    spans = [a_span(20, 24), a_span(5, 12, "password", 0.6), a_span(0, 8), a_span(11, 15, "phone")]
    assert united(spans) == [a_span(0, 15, "password", 0.6), a_span(20, 24)]


def test_without_a_secret_the_surest_says_what_it_is():
    assert united([a_span(0, 8, "phone", 0.5), a_span(2, 6)]) == [a_span(0, 8)]


def test_neighbours_and_none_stay_as_they_are():
    assert united([a_span(4, 8), a_span(0, 4)]) == [a_span(0, 4), a_span(4, 8)]
    assert united([]) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=9))
def test_just_the_same_characters_are_covered_and_none_twice(drawn: list[tuple[int, int]]):
    spans = [a_span(start, start + length) for start, length in drawn]
    covered = [place for span in united(spans) for place in range(span.start, span.end)]
    assert covered == sorted({place for span in spans for place in range(span.start, span.end)})
