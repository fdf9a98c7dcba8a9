"""What a comparison is made from: places without gaps, and scores that may decide nothing told apart."""

from __future__ import annotations

from contextlib import closing

from freehold.evaluate.runs.beside import material
from freehold.stores.sqlite import SqliteStore
from support.evaluated import House


async def test_an_example_that_was_erased_leaves_no_gap(house: House, store: SqliteStore) -> None:
    run = await house.ended()
    with closing(store.connect()) as connection:
        connection.execute("DELETE FROM eval_examples WHERE place = 1")
    [data] = material([run], house.rows, house.datasets, lambda *_: True)
    assert [each.place for each in data.results] == [0, 1, 2, 3, 4]
    assert all(data.examples[each.place].id == each.example for each in data.results)
    assert (data.dataset.size, data.uncertified) == (5, frozenset())


async def test_scores_that_may_decide_nothing_are_named(house: House) -> None:
    run = await house.ended()
    [data] = material([run], house.rows, house.datasets, lambda *given: given != ("exact", run, {"1"}))
    assert data.uncertified == {"exact"}
