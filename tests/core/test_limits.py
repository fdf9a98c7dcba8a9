"""The words of limits are plain data: they cross from one process to another and are what they were."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.limits import Allowance, Budget, Claim, Entry, Granted, Quota, Rate, Receipt, Worst
from freehold.core.money import Nanodollars
from freehold.core.record import Refusal

MONEY = st.integers(min_value=0, max_value=2**62).map(Nanodollars)
TEXT = st.text(max_size=20)
WORST = st.builds(Worst, TEXT, st.booleans(), MONEY)
WORDS = st.one_of(
    st.builds(Entry, TEXT, TEXT, st.none() | TEXT, TEXT, st.integers(0, 2**40)),
    st.builds(Claim, TEXT, TEXT, st.none() | TEXT, TEXT, st.integers(0, 2**62), st.lists(WORST).map(tuple)),
    st.builds(Granted, MONEY, st.lists(st.builds(Refusal, TEXT, TEXT, TEXT), max_size=3).map(tuple)),
    st.builds(Allowance, st.none() | st.builds(Quota, st.integers(0, 9), st.integers(0, 9), st.floats(0, 60))),
)


@given(WORDS)
def test_what_is_said_of_limits_crosses_a_socket_whole(said: msgspec.Struct) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(said), type=type(said)) == said


def test_a_receipt_without_a_cost_spends_nothing() -> None:
    receipt = Receipt("fh_1", "key_a", None, "auto", 0)
    assert (receipt.spent, receipt.tokens) == ((), None)


@pytest.mark.parametrize("kind", [Budget, Rate])
def test_limits_are_not_changed_where_they_stand(kind: type[msgspec.Struct]) -> None:
    given = {"scope": "key", "subject": "key_a"}
    if kind is Budget:
        given |= {"id": "budget_1", "amount": Nanodollars(1), "period": "day"}
    made = kind(**given)
    with pytest.raises(AttributeError):
        made.subject = "key_b"  # type: ignore[attr-defined]
