"""Routers from runs: trained, kept, taught again, asked for forecasts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, Forbidden, NotFound
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.record import Forecast
from freehold.core.request import EmbeddingRequest, Message, Request, TextPart
from freehold.evaluate.datasets.identity import dataset_id, example_of
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import Dataset, Example, Result, Run, RunState, Scored
from freehold.evaluate.router.file import Shelf
from freehold.evaluate.router.gathering import Outcome
from freehold.evaluate.router.service import Routers
from freehold.evaluate.runs.rows import RunRows, Score
from freehold.stores.sqlite import SqliteStore, open_store

ANN = Caller("key_ann", "ann", role="operator")
PUBLIC, INTERNAL, CONFIDENTIAL = (Label.parse(each) for each in ("public", "internal", "confidential"))
SIZE, HARD = 320, 110
PATIENCE = 20.0
LOADING = "the router is being loaded"


class Vectors:
    """An embedding model: hard questions lie on one side."""

    space = "small/one"

    def __init__(self) -> None:
        self.labels: list[Label] = []
        self.refuses = False

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> np.ndarray:
        assert caller == ANN
        if self.refuses:
            raise Forbidden("this key may not ask the embedding model")
        self.labels.append(label)
        rows = np.array([[1.0 if "hard" in text else -1.0, 0.3, len(text) % 7] for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def asking(text: str, **metadata: str) -> Request:
    return Request("auto", (Message("user", (TextPart(text),)),), "openai", metadata=metadata)


def questions(size: int = SIZE, hard: int = HARD) -> list[Example]:
    """The first are hard; of these the weaker subject gets most wrong."""
    return [
        example_of(asking(f"{'A hard' if place < hard else 'An easy'} question, number {place}?").rewritten(model=""))
        for place in range(size)
    ]


class House:
    """Routers over a database with a dataset and a run of each subject."""

    def __init__(self, store: SqliteStore, folder: Path) -> None:
        self.runs = RunRows(store.connect)
        self.datasets = DatasetStore(store.connect, store.reader)
        self.vectors = Vectors()
        self.shelf = Shelf(folder / "routers")
        self.routers = self.over(self.vectors)

    def over(self, vectors: Vectors | None) -> Routers:
        return Routers(self.shelf, self.runs, self.datasets, embedder=vectors, least_label=lambda: INTERNAL)

    def answered(self, examples: Sequence[Example], *, label: Label | None = None, state: RunState = "done") -> Dataset:
        dataset = Dataset(dataset_id(examples), "work", len(examples), 1, label)
        self.datasets.add(dataset, examples)
        for subject in ("home", "away"):
            run = Run(f"run_{subject}", dataset.id, subject, state, ANN.key_id, 1)
            self.runs.bring(run, [self._result(place, each, subject) for place, each in enumerate(examples)])
        return dataset

    def _result(self, place: int, example: Example, subject: str) -> tuple[Result, dict[str, Score]]:
        hard = "hard" in str(example.request.messages)
        right = subject == "away" or not hard or place % 10 == 0
        return Result(place, example.id, "answered"), {"exact": Score("1", Scored(float(right)))}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(open_store(tmp_path), tmp_path)


async def foretold(routers: Routers, router: str, exchange: Exchange) -> float | None:
    """The forecast once the router is loaded."""
    async with asyncio.timeout(PATIENCE):
        while (found := await routers.forecast(router, exchange)).missing == LOADING:  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0.01)
    return found.chance


def exchange(text: str, **metadata: str) -> Exchange:
    return Exchange(asking(text, **metadata), ANN, label=INTERNAL)


async def test_a_router_is_trained_kept_and_tells(house: House) -> None:
    dataset = house.answered(questions(), label=CONFIDENTIAL)
    known = await house.routers.train("home", "away", "work", "exact", ANN)
    card = known.card
    assert (card.weak, card.strong, card.data, card.scorer, card.size) == ("home", "away", dataset.id, "exact", SIZE)
    assert card.label == "confidential"
    assert house.vectors.labels == [CONFIDENTIAL]
    assert card.space == "small/one"
    assert card.compared[card.model] > 0.75
    assert await house.routers.all() == [known]
    assert await house.routers.get(known.id) == known

    easy = await foretold(house.routers, known.id, exchange("An easy question, number 900?"))
    hard = await foretold(house.routers, known.id, exchange("A hard question, number 900?"))
    assert easy is not None
    assert hard is not None
    assert easy > 0.9
    assert hard < 0.3
    assert house.vectors.labels[-1] == INTERNAL


async def test_the_first_request_does_not_wait(house: House) -> None:
    house.answered(questions())
    known = await house.routers.train("home", "away", "work", "exact", ANN)
    assert (await house.over(house.vectors).forecast(known.id, exchange("An easy question?"))).chance is None


async def test_nothing_is_loaded_any_more_once_it_has_stopped(house: House) -> None:
    house.answered(questions())
    known = await house.routers.train("home", "away", "work", "exact", ANN)
    assert (await house.routers.forecast(known.id, exchange("An easy question?"))).chance is None
    await house.routers.stop()
    assert len(asyncio.all_tasks()) == 1


async def test_too_few_are_refused_with_how_many_are_missing(house: House) -> None:
    house.answered(questions(120))
    with pytest.raises(BadRequest, match="ask both for 180 more"):
        await house.routers.train("home", "away", "work", "exact", ANN)
    assert await house.routers.all() == []


async def test_no_dataset_no_run_no_score_and_a_run_under_way_are_told(house: House) -> None:
    with pytest.raises(NotFound, match="there is no dataset"):
        await house.routers.train("home", "away", "work", "exact", ANN)
    house.answered(questions(), state="running")
    with pytest.raises(BadRequest, match="elsewhere has not been asked for work"):
        await house.routers.train("elsewhere", "away", "work", "exact", ANN)
    with pytest.raises(Conflict, match="is running"):
        await house.routers.train("home", "away", "work", "exact", ANN)
    house.runs.move("run_home", "done")
    house.runs.move("run_away", "done")
    with pytest.raises(BadRequest, match="no example has a score for both"):
        await house.routers.train("home", "away", "work", "numeric", ANN)


async def test_without_an_embedding_model_a_router_goes_by_form_and_says_so(house: House) -> None:
    house.answered(questions())
    routers = house.over(None)
    known = await routers.train("home", "away", "work", "exact", ANN)
    assert known.card.space == ""
    assert await foretold(routers, known.id, exchange("An easy question, number 900?")) is not None


async def test_where_the_embedding_model_may_not_see_a_prompt_nothing_is_told(house: House) -> None:
    house.answered(questions())
    known = await house.routers.train("home", "away", "work", "exact", ANN)
    assert await foretold(house.routers, known.id, exchange("An easy question?")) is not None
    house.vectors.refuses = True
    told = await house.routers.forecast(known.id, exchange("An easy question?"))
    assert told == Forecast(known.id, None, "the prompt could not be embedded (forbidden)")


async def test_another_embedding_model_tells_nothing(house: House) -> None:
    house.answered(questions())
    known = await house.routers.train("home", "away", "work", "exact", ANN)
    assert await foretold(house.routers, known.id, exchange("An easy question?")) is not None
    house.vectors.space = "small/two"
    assert (await house.routers.forecast(known.id, exchange("An easy question?"))).chance is None
    with pytest.raises(Conflict, match="train it anew"):
        await house.routers.add(known.id, [Outcome(asking("New?"), 1.0, 1.0)], INTERNAL, ANN)


async def test_what_is_no_chat_or_has_no_router_is_not_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    unknown = f"rt_{'0' * 32}"
    assert (await house.routers.forecast(unknown, exchange("?"))).chance is None
    async with asyncio.timeout(PATIENCE):
        while "there is no router" not in caplog.text:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.01)
    assert (await house.routers.forecast(unknown, exchange("?"))).chance is None
    embedded = Exchange(EmbeddingRequest("m", ("?",)), ANN, label=PUBLIC)
    assert (await house.routers.forecast(unknown, embedded)).chance is None


async def test_evidence_that_arrives_makes_a_new_version(house: House) -> None:
    house.answered(questions())
    first = await house.routers.train("home", "away", "work", "exact", ANN)
    # What was easy has become hard.
    turned = [Outcome(asking(f"An easy question, number {place}?"), 0.0, 1.0) for place in range(1000, 1400)]
    second = await house.routers.add(first.id, turned, CONFIDENTIAL, ANN)
    assert second.card.before == first.id
    assert (second.card.size, second.card.label) == (SIZE + 400, "confidential")
    assert {each.id for each in await house.routers.all()} == {first.id, second.id}
    easy = exchange("An easy question, number 1900?")
    before, after = [await foretold(house.routers, each.id, easy) for each in (first, second)]
    assert before is not None
    assert after is not None
    assert after < before - 0.2


async def test_examples_are_told_as_requests_are_but_not_what_was_taught(house: House) -> None:
    taught = questions()
    house.answered(taught)
    known = await house.routers.train("home", "away", "work", "exact", ANN)
    asked = [(taught[0].id, taught[0].request, {}), ("ex_new", asking("An easy question, number 900?"), {})]
    found = await house.routers.forecasts(known.id, asked, INTERNAL, ANN)
    assert found[0] is None
    told = await foretold(house.routers, known.id, exchange("An easy question, number 900?"))
    assert found[1] == pytest.approx(told)
    assert await house.routers.forecasts(known.id, [], INTERNAL, ANN) == []


async def test_slices_of_the_dataset_are_known_where_requests_state_them(house: House) -> None:
    """All prompts are alike; only the slice tells which the weaker subject gets wrong."""
    examples = [
        msgspec.structs.replace(each, slices={"kind": "proof" if place < HARD else "letter"})
        for place, each in enumerate(questions())
    ]
    house.answered(examples)
    routers = house.over(None)
    known = await routers.train("home", "away", "work", "exact", ANN)
    assert set(known.card.slices) == {"kind=proof", "kind=letter"}
    proof = await foretold(routers, known.id, exchange("A question?", kind="proof"))
    letter = await foretold(routers, known.id, exchange("A question?", kind="letter"))
    assert proof is not None
    assert letter is not None
    assert proof < letter - 0.2


async def test_a_router_that_is_removed_is_gone(house: House) -> None:
    house.answered(questions())
    known = await house.routers.train("home", "away", "work", "exact", ANN)
    await house.routers.remove(known.id)
    assert await house.routers.all() == []
    with pytest.raises(NotFound):
        await house.routers.get(known.id)
