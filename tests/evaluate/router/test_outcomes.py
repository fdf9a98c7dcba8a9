"""What routers have yet to learn: figures without a word, kept for as long as the text is that they were made of."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from freehold.core.errors import Unavailable
from freehold.evaluate.router import outcomes
from freehold.evaluate.router.fit import Evidence
from freehold.evaluate.router.outcomes import OutcomeRows, arrived, evidence_of
from freehold.evaluate.router.space import Points
from freehold.stores.sqlite import open_store
from support.routers import House


def some(value: float = 0.5) -> Evidence:
    points = Points(np.full((1, 3), value), np.full((1, 2), value), np.zeros((1, 0)))
    return Evidence(points, np.array([0.0]), np.array([1.0]))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(open_store(tmp_path), tmp_path)


def test_what_has_arrived_is_learned_as_it_was() -> None:
    kept = [arrived(some(0.5), {"task": "mail"}, "internal"), arrived(some(0.25), {}, "public")]
    found = evidence_of(kept, ("task=mail",))
    assert found.points.meaning.tolist() == [[0.5] * 3, [0.25] * 3]
    assert found.points.form.tolist() == [[0.5] * 2, [0.25] * 2]
    assert found.points.slices.tolist() == [[1.0], [0.0]]
    assert (found.weak.tolist(), found.strong.tolist()) == ([0.0, 0.0], [1.0, 1.0])


def test_without_meaning_there_is_none() -> None:
    bare = Evidence(Points(np.zeros((1, 0)), np.ones((1, 2)), np.zeros((1, 0))), np.array([1.0]), np.array([1.0]))
    assert evidence_of([arrived(bare, {}, "public")], ()).points.meaning.shape == (1, 0)


def test_an_outcome_is_kept_only_where_its_text_is_and_goes_with_it(house: House) -> None:
    rows = house.outcomes
    house.captured("fh_1", "fh_2")
    outcome = arrived(some(), {}, "internal")
    assert rows.add("rt_1", "fh_9", 1, outcome) == 0
    assert rows.add("rt_1", "fh_1", 1, outcome) == 1
    assert rows.add("rt_1", "fh_1", 2, outcome) == 1
    assert rows.add("rt_1", "fh_2", 3, outcome) == 2
    assert rows.all("rt_1") == {"fh_1": outcome, "fh_2": outcome}
    assert rows.all("rt_2") == {}
    house.erased("fh_1")
    assert list(rows.all("rt_1")) == ["fh_2"]
    assert rows.uncaptured(["fh_1", "fh_2"]) == {"fh_1"}


def test_beyond_so_many_the_oldest_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MOST_WAITING", 3)
    names = [f"fh_{number}" for number in range(5)]
    house.captured(*names)
    for at_ns, name in enumerate(names):
        house.outcomes.add("rt_1", name, at_ns, arrived(some(), {}, "internal"))
    assert list(house.outcomes.all("rt_1")) == names[2:]


def test_what_is_learned_is_let_go_of(house: House) -> None:
    house.captured("fh_1", "fh_2")
    for router in ("rt_1", "rt_2"):
        for name in ("fh_1", "fh_2"):
            house.outcomes.add(router, name, 1, arrived(some(), {}, "internal"))
    house.outcomes.remove("rt_1", ["fh_1"])
    assert list(house.outcomes.all("rt_1")) == ["fh_2"]
    house.outcomes.clear("rt_2")
    assert house.outcomes.all("rt_2") == {}


def test_a_disk_that_does_not_take_it_is_told() -> None:
    def connect() -> sqlite3.Connection:
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(Unavailable, match="disk I/O error"):
        OutcomeRows(connect).all("rt_1")
