"""Trainings as durable work: one router of each however often it is begun again, and none where it is stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, NotFound
from freehold.core.label import Label
from freehold.evaluate.router import training
from freehold.evaluate.router.draft import Draft
from freehold.evaluate.router.gathering import Outcome
from freehold.evaluate.router.training import Trainings
from freehold.evaluate.router.trainings import OPEN, Training, TrainingRows
from freehold.jobs import Stopped
from freehold.stores.sqlite import open_store
from support.routers import ANN, CONFIDENTIAL, INTERNAL, SIZE, House, Vectors, asking, questions

pytestmark = pytest.mark.usefixtures("quickly_taught")
PATIENCE = 30.0
WANTED = ("home", "away", "work", "exact")


class Held(Vectors):
    """An embedding model that lets so many batches pass, and then waits until it is let on."""

    def __init__(self, passing: int = 2) -> None:
        super().__init__()
        self.passing = passing
        self.reached = asyncio.Event()
        self.let_on = asyncio.Event()
        self.texts: list[str] = []

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> np.ndarray:
        if self.passing == 0:
            self.reached.set()
            await self.let_on.wait()
        else:
            self.passing -= 1
        self.texts += texts
        return await super().__call__(texts, label=label, caller=caller)


class Works:
    """The trainings of one process, with jobs that are begun at once, each in a thread."""

    def __init__(self, house: House, vectors: Vectors | None = None) -> None:
        self.house = house
        self.rows = TrainingRows(house.store.connect)
        self.routers = house.over(vectors or house.vectors)
        self.callers = {ANN.key_id: ANN}
        self.handed: list[str] = []
        self.ended: list[str] = []
        self._threads = ThreadPoolExecutor(4)
        loop = asyncio.get_running_loop()
        self.trainings = Trainings(
            self.rows,
            self.routers,
            draft=lambda name: Draft(house.shelf.folder, name),
            holder=self.callers.get,
            submit=self._submit,
            loop=lambda: loop,
        )

    def _submit(self, item: str, key: str) -> None:
        assert key.startswith(item)
        self.handed.append(item)
        self._threads.submit(self._carry_out, item)

    def _carry_out(self, item: str) -> None:
        try:
            self.trainings.carry_out(item)
            self.ended.append("over")
        except Stopped:
            self.ended.append("stopped")

    async def close(self) -> None:
        await self.trainings.stop()
        await asyncio.to_thread(self._threads.shutdown)
        await self.routers.stop()


@pytest.fixture
async def house(tmp_path: Path) -> House:
    return House(open_store(tmp_path), tmp_path)


@pytest.fixture
async def works(house: House) -> AsyncIterator[Works]:
    made = Works(house)
    yield made
    await made.close()


async def over(works: Works, begun: Training | None) -> Training:
    assert begun is not None
    async with asyncio.timeout(PATIENCE):
        while (found := await works.trainings.wait(begun.id, 5)).state in OPEN:
            pass
    return found


async def test_a_training_tells_how_far_it_is_and_makes_a_router(house: House, works: Works) -> None:
    dataset = house.answered(questions())
    begun = await works.trainings.begin(*WANTED, ANN)
    assert (begun.state, begun.data, begun.size, begun.done) == ("waiting", dataset.id, SIZE, 0)
    done = await over(works, begun)
    assert (done.state, done.done, done.note) == ("done", SIZE, "")
    [known] = await works.routers.all()
    assert (known.id, known.card.training) == (done.router, begun.id)
    assert await works.trainings.newest() == [done]
    assert not list(house.shelf.folder.glob(".*"))


async def test_what_cannot_be_is_refused_before_anything_is_begun(house: House, works: Works) -> None:
    with pytest.raises(NotFound):
        await works.trainings.begin(*WANTED, ANN)
    house.answered(questions(120))
    with pytest.raises(BadRequest, match="ask both for 180 more"):
        await works.trainings.begin(*WANTED, ANN)
    assert await works.trainings.newest() == []


async def test_a_process_that_ends_in_the_midst_is_gone_on_from(house: House, works: Works) -> None:
    house.answered(questions())
    held = Held(passing=2)
    first = Works(house, held)
    begun = await first.trainings.begin(*WANTED, ANN)
    async with asyncio.timeout(PATIENCE):
        await held.reached.wait()
    await first.close()
    assert first.ended == ["stopped"]
    left = works.rows.get(begun.id)
    assert (left.state, left.done) == ("running", len(held.texts))

    counting = Held(passing=100)
    second = Works(house, counting)
    await second.trainings.resume_all()
    done = await over(second, begun)
    await second.close()
    assert done.state == "done"
    assert len(held.texts) + len(counting.texts) == SIZE
    assert not set(held.texts) & set(counting.texts)
    assert [known.id for known in await works.routers.all()] == [done.router]


async def test_what_was_made_before_it_could_be_said_is_not_made_again(house: House, works: Works) -> None:
    dataset = house.answered(questions())
    made = await house.train(id="tn_left")
    works.rows.put(Training("tn_left", ANN.key_id, 1, "running", *WANTED[:2], dataset.id, WANTED[3]))
    await works.trainings.resume_all()
    done = await over(works, works.rows.get("tn_left"))
    assert (done.state, done.router) == ("done", made.id)
    assert await works.routers.all() == [made]


async def test_two_at_once_are_made_one_after_the_other_and_do_not_mix(house: House) -> None:
    house.answered(questions())
    held = Held(passing=1)
    works = Works(house, held)
    one, two = [await works.trainings.begin(*WANTED, ANN) for _ in range(2)]
    async with asyncio.timeout(PATIENCE):
        await held.reached.wait()
    assert [works.rows.get(each.id).state for each in (one, two)] == ["running", "waiting"]
    # A job that an earlier process left, beside the one that runs, does nothing.
    await asyncio.to_thread(works.trainings.carry_out, two.id)
    assert works.handed == [one.id]
    held.passing = 100
    held.let_on.set()
    first, second = [await over(works, each) for each in (one, two)]
    await works.close()
    assert works.handed == [one.id, two.id]
    routers = {known.id: known.card.training for known in await works.routers.all()}
    assert routers == {first.router: one.id, second.router: two.id}


async def test_one_that_is_stopped_makes_nothing_and_the_next_begins(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.answered(questions())
    held = Held(passing=1)
    works = Works(house, held)
    put = works.rows.put

    def late(wanted: Training) -> Training:
        if wanted.state == "stopped":
            time.sleep(0.1)  # so that the next one could be handed over before
        return put(wanted)

    monkeypatch.setattr(works.rows, "put", late)
    one, two, three = [await works.trainings.begin(*WANTED, ANN) for _ in range(3)]
    async with asyncio.timeout(PATIENCE):
        await held.reached.wait()
    waiting = await works.trainings.halt(two.id)
    assert (waiting.state, waiting.note) == ("stopped", "it was stopped")
    held.passing = 100
    stopped = await works.trainings.halt(one.id)
    assert (stopped.state, stopped.router) == ("stopped", "")
    done = await over(works, three)
    assert await works.trainings.halt(three.id) == done
    await works.close()
    assert works.handed == [one.id, three.id]
    assert [known.id for known in await works.routers.all()] == [done.router]
    assert not list(house.shelf.folder.glob(".*"))


async def test_one_that_is_stopped_while_it_is_taught_makes_nothing(
    house: House, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, let_on = threading.Event(), threading.Event()
    ended: list[bool] = []

    def held(_evidence: object, *, goes_on: object) -> None:
        reached.set()
        assert let_on.wait(PATIENCE)
        try:
            goes_on()  # type: ignore[operator]
        finally:
            ended.append(True)
        raise AssertionError("it was told to end")

    monkeypatch.setattr("freehold.evaluate.router.teaching.teach", held)
    house.answered(questions())
    begun = await works.trainings.begin(*WANTED, ANN)
    assert await asyncio.to_thread(reached.wait, PATIENCE)
    assert (await works.trainings.halt(begun.id)).state == "stopped"
    let_on.set()
    await works.close()
    assert await works.routers.all() == []


async def test_why_one_failed_stands_with_it(house: House, works: Works) -> None:
    house.answered(questions())
    house.vectors.refuses = True
    failed = await over(works, await works.trainings.begin(*WANTED, ANN))
    assert (failed.state, failed.note) == ("failed", "this key may not ask the embedding model")
    works.callers.clear()
    failed = await over(works, await works.trainings.begin(*WANTED, ANN))
    assert "the key key_ann that began it has ended" in failed.note


async def test_a_fault_of_ours_ends_one_training_and_not_the_next(
    house: House, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.answered(questions())
    with monkeypatch.context() as patched:
        patched.setattr("freehold.evaluate.router.teaching.teach", lambda *_args, **_more: 1 / 0)
        failed = await over(works, await works.trainings.begin(*WANTED, ANN))
    assert failed.note == "Freehold failed on it (ZeroDivisionError); its log has the story"
    assert (await over(works, await works.trainings.begin(*WANTED, ANN))).state == "done"


async def test_what_is_erased_in_the_midst_is_not_learned(house: House) -> None:
    names = [f"fh_{place:032x}" for place in range(9)]
    house.captured(*names)
    examples = questions()
    taken = [msgspec.structs.replace(each, exchange=name) for each, name in zip(examples, names, strict=False)]
    house.answered([*taken, *examples[9:]])
    held = Held(passing=1)
    works = Works(house, held)
    begun = await works.trainings.begin(*WANTED, ANN)
    async with asyncio.timeout(PATIENCE):
        await held.reached.wait()
    house.erased(*names[:4])
    held.let_on.set()
    done = await over(works, begun)
    await works.close()
    assert house.shelf.exchanges(done.router) == set(names[4:])
    assert house.shelf.known(done.router).card.forgot == 4


async def test_evidence_that_arrives_makes_a_new_version(
    house: House, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "AGAIN_AFTER", 150)
    house.answered(questions())
    first = await house.train()
    names = [f"fh_{place:032x}" for place in range(300)]
    house.captured(*names)

    async def learned(some: Sequence[str]) -> list[Training]:
        """What was easy has become hard."""
        outcomes = [Outcome(asking(f"An easy question, {name}?"), 0.0, 1.0, exchange=name) for name in some]
        told = [await works.trainings.learn(first.id, each, CONFIDENTIAL, ANN) for each in outcomes]
        return [each for each in told if each is not None]

    [begun] = await learned(names[:150])
    done = await over(works, begun)
    second = await works.routers.get(done.router)
    assert (second.card.before, second.card.size, second.card.label) == (first.id, SIZE + 150, "confidential")
    assert house.outcomes.all(first.id) == {}
    assert second.card.will_do < first.card.will_do

    [again] = await learned(names[150:])
    third = await works.routers.get((await over(works, again)).router)
    assert (third.card.before, third.card.size) == (second.id, SIZE + 300)


async def test_an_outcome_that_was_learned_is_not_learned_again(house: House, works: Works) -> None:
    house.answered(questions())
    first = await house.train()
    house.captured("fh_1")
    outcome = Outcome(asking("An easy question?"), 0.0, 1.0, exchange="fh_1")
    wanted = Training("tn_2", ANN.key_id, 2, before=first.id)
    await works.routers.teaching.add(first.id, outcome, INTERNAL, ANN)
    works.rows.put(wanted)
    await works.trainings.resume_all()
    assert (await over(works, wanted)).state == "done"
    await works.routers.teaching.add(first.id, outcome, INTERNAL, ANN)
    works.rows.put(msgspec.structs.replace(wanted, id="tn_3"))
    await works.trainings.resume_all()
    failed = await over(works, works.rows.get("tn_3"))
    assert "nothing has arrived" in failed.note


async def test_an_outcome_of_what_is_not_there_or_of_another_model_is_refused(house: House, works: Works) -> None:
    outcome = Outcome(asking("?"), 1.0, 1.0, exchange="fh_1")
    with pytest.raises(NotFound):
        await works.trainings.learn(f"rt_{'0' * 32}", outcome, INTERNAL, ANN)
    house.answered(questions())
    known = await house.train()
    house.vectors.space = "small/two"
    with pytest.raises(Conflict, match="train it anew"):
        await works.trainings.learn(known.id, outcome, INTERNAL, ANN)
