"""What is written down: plain values that can be kept and read again."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import Usage
from freehold.core.money import Nanodollars
from freehold.core.record import Attempt, End, Ending, Refusal, Score

words = st.text(max_size=12)
scores = st.builds(
    Score,
    st.sampled_from(["confidence", "agreement", "structure"]),
    st.one_of(st.none(), st.floats(0, 1)),
    st.booleans(),
    st.lists(words, max_size=2).map(tuple),
)
attempts = st.builds(
    Attempt,
    words,
    st.integers(1, 9),
    usage=st.one_of(st.none(), st.builds(Usage, st.integers(0, 10**6), st.integers(0, 10**6))),
    cost=st.integers(0, 10**15).map(Nanodollars),
    score=st.one_of(st.none(), scores),
    dropped=st.lists(words, max_size=2).map(tuple),
)


@given(attempts)
def test_an_attempt_is_read_as_it_was_written(attempt: Attempt) -> None:
    assert msgspec.json.decode(msgspec.json.encode(attempt), type=Attempt) == attempt


def test_an_attempt_begins_with_nothing_to_its_account() -> None:
    attempt = Attempt("home", 1)
    assert (attempt.cost, attempt.usage, attempt.shown, attempt.fault, attempt.dropped) == (0, None, False, None, ())


def test_endings_are_words_that_stay() -> None:
    """They are rows of ledgers that exist: a new one may come, none may change."""
    assert {ending.value for ending in Ending} >= {"open", "completed", "refused", "failed", "cancelled", "lost"}
    assert all(re.fullmatch("[a-z]+", ending) for ending in Ending)


@pytest.mark.parametrize(
    "kept", [Refusal("away", "label", "too high"), End(Ending.LOST, 499), Score("structure", None, True)]
)
def test_what_was_decided_is_frozen(kept: msgspec.Struct) -> None:
    with pytest.raises(AttributeError):
        setattr(kept, kept.__struct_fields__[0], "other")
