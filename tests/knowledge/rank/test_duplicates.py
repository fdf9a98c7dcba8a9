"""Equal passages count once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.rank.duplicates import Ranked, distinct

RANKINGS = st.lists(st.builds(Ranked, st.integers(0, 50), st.integers(0, 8), st.floats(0, 1)), max_size=30)


def test_the_best_of_equal_passages_stays() -> None:
    ranking = [Ranked(7, 1, 0.9), Ranked(3, 2, 0.8), Ranked(9, 1, 0.7), Ranked(4, 2, 0.1), Ranked(5, 3, 0.0)]
    assert [entry.key for entry in distinct(ranking)] == [7, 3, 5]


@given(RANKINGS)
def test_each_likeness_is_there_once_in_the_order_it_came(ranking: list[Ranked]) -> None:
    kept = distinct(ranking)
    assert [entry.likeness for entry in kept] == list(dict.fromkeys(entry.likeness for entry in ranking))
    assert distinct(kept) == kept
