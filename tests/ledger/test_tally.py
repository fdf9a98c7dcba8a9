"""Tallies add up in any order, and come back from a row as they were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.ledger.tally import COLUMNS, COUNTS, Tally

FACTS = st.lists(
    st.tuples(
        st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=len(COUNTS), max_size=len(COUNTS)),
        st.one_of(st.none(), st.floats(0.1, 1e6)),
        st.one_of(st.none(), st.floats(0.1, 1e6)),
        st.sampled_from([None, "", "server", "lost"]),
    ),
    max_size=20,
)


def counted(facts: list[tuple[list[int | None], float | None, float | None, str | None]]) -> Tally:
    tally = Tally()
    for fact in facts:
        tally.count(*fact)
    return tally


def plain(tally: Tally) -> tuple[object, ...]:
    return tally.counts, tally.total, tally.first, tally.errors


@given(FACTS, FACTS)
def test_parts_add_up_to_the_whole(some: list[object], others: list[object]) -> None:
    whole = plain(counted([*some, *others]))  # type: ignore[list-item]  # as drawn
    added = counted(some)  # type: ignore[arg-type]  # as above
    added.add(counted(others))  # type: ignore[arg-type]  # as above
    assert plain(added) == whole
    back = Tally()
    for part in (others, some):
        back.add_kept(counted(part).kept())  # type: ignore[arg-type]  # as above
    assert plain(back) == whole


def test_a_row_has_its_columns_and_holds_what_eight_bytes_do() -> None:
    tally = Tally()
    tally.count([2**63] * len(COUNTS), 1.0, None, None)
    kept = tally.kept()
    assert len(kept) == len(COLUMNS)
    assert kept[0] == 2**63 - 1
    assert tally["requests"] == 2**63
