"""The one thing that travels: its id, its clock and what its attempts cost."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.exchange import Exchange, Headers, Permit, new_id
from freehold.core.label import PUBLIC
from freehold.core.money import Nanodollars
from freehold.core.record import Attempt
from support.decisions import ANYONE, a_request

ID = re.compile("fh_[0-9a-f]{32}")
MILLISECOND = 1_000_000


def at(monkeypatch: pytest.MonkeyPatch, nanoseconds: int) -> str:
    monkeypatch.setattr(time, "time_ns", lambda: nanoseconds)
    return new_id()


def test_an_id_has_the_right_shape() -> None:
    assert ID.fullmatch(new_id())


def test_ids_are_unique_even_within_one_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({at(monkeypatch, 5) for _ in range(10_000)}) == 10_000


def test_a_process_that_was_forked_draws_ids_of_its_own() -> None:
    said = """
import os
from freehold.core.exchange import new_id
new_id()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, new_id()[15:].encode())
    os._exit(0)
os.wait()
print(os.read(read, 99).decode() != new_id()[15:])
"""
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, check=True).stdout == b"True\n"


@given(st.integers(0, 2**48 - 2), st.integers(1, 10**6), st.integers(0, MILLISECOND - 1))
def test_ids_sort_by_time(start: int, later: int, part: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        earlier = at(patch, start * MILLISECOND + part)
        assert earlier < at(patch, min(start + later, 2**48 - 1) * MILLISECOND)


def test_an_id_tells_its_time_to_the_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_799_000_000_123 * MILLISECOND + 999_999
    made = at(monkeypatch, now)
    assert int(made[3:15], 16) == now // MILLISECOND
    assert ID.fullmatch(made)


def an_exchange() -> Exchange:
    return Exchange(a_request(), ANYONE)


def test_every_exchange_has_an_id_and_lists_of_its_own() -> None:
    one, other = an_exchange(), an_exchange()
    assert one.id != other.id
    one.attempts.append(Attempt("home", 1))
    assert other.attempts == []
    assert other.sources == []
    assert one != other


def test_an_exchange_begins_with_nothing_decided() -> None:
    exchange = an_exchange()
    undecided = (exchange.label, exchange.permit, exchange.flow, exchange.chosen, exchange.answer, exchange.end)
    assert undecided == (None,) * 6
    assert (exchange.origin, exchange.cost, exchange.reason) == ("api", 0, "")
    assert exchange.headers == Headers()


@given(st.lists(st.tuples(st.integers(0, 10**15), st.booleans()), max_size=6))
def test_every_attempt_is_paid_for_whether_it_was_shown_or_not(tries: list[tuple[int, bool]]) -> None:
    exchange = an_exchange()
    exchange.attempts = [
        Attempt("home", number, cost=Nanodollars(cost), shown=shown) for number, (cost, shown) in enumerate(tries, 1)
    ]
    assert exchange.cost == sum(cost for cost, _ in tries)


def test_time_passes_by_a_clock_that_nobody_sets_back(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = an_exchange()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    monkeypatch.setattr(time, "monotonic", lambda: exchange.clock + 0.25)
    assert exchange.elapsed_ms() == pytest.approx(250)


def test_what_no_stage_owns_cannot_be_added() -> None:
    with pytest.raises(AttributeError):
        an_exchange().note = "x"


def test_a_permit_is_settled_once() -> None:
    permit = Permit("auto", (), PUBLIC)
    with pytest.raises(AttributeError):
        permit.label = PUBLIC
