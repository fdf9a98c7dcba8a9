"""Making routers: what is looked at before, how far it is told, and when it is given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.core.errors import NotFound
from freehold.evaluate.router.teaching import Steps
from freehold.evaluate.router.trainings import Training
from freehold.stores.sqlite import open_store
from support.routers import ANN, INTERNAL, SIZE, STEPS, House, questions

pytestmark = pytest.mark.usefixtures("quickly_taught")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(open_store(tmp_path), tmp_path)


def test_what_there_is_to_learn_is_told_before_anything_is_embedded(house: House) -> None:
    dataset = house.answered(questions())
    assert house.routers.teaching.check("home", "away", "work", "exact") == (dataset.id, SIZE)
    assert house.vectors.labels == []


async def test_it_tells_how_far_it_is_and_asks_before_each_step_whether_to_go_on(house: House) -> None:
    house.answered(questions())
    told: list[tuple[int, int]] = []
    asked: list[bool] = []

    async def tell(done: int, size: int) -> None:
        told.append((done, size))

    training = Training("tn_1", ANN.key_id, 1, "running", "home", "away", "work", "exact")
    kept: list[int] = []
    steps = Steps(tell, lambda: asked.append(True), lambda: kept.append(len(asked)))
    made = await house.routers.teaching.from_runs(training, ANN, steps)
    assert told[0] == (48, SIZE)
    assert told[-1] == (SIZE, SIZE)
    assert sorted(told) == told
    assert kept == [len(asked)]  # Nobody is asked any more once it is being written.
    assert await house.routers.teaching.made(training) == made


async def test_one_that_may_not_go_on_writes_nothing(house: House) -> None:
    house.answered(questions())

    def stop() -> None:
        raise InterruptedError

    async def told(_done: int, _size: int) -> None:
        """To nobody."""

    training = Training("tn_1", ANN.key_id, 1, "running", "home", "away", "work", "exact")
    with pytest.raises(InterruptedError):
        await house.routers.teaching.from_runs(training, ANN, Steps(told, stop, lambda: None))
    assert house.shelf.all() == []
    assert await house.routers.teaching.made(training) is None


async def test_a_version_of_what_is_not_there_is_refused(house: House) -> None:
    training = Training("tn_1", ANN.key_id, 1, before=f"rt_{'0' * 32}")
    with pytest.raises(NotFound):
        await house.routers.teaching.from_outcomes(training, STEPS)


def test_a_label_is_never_below_the_least(house: House) -> None:
    assert house.routers.teaching.label_of(None) == INTERNAL
