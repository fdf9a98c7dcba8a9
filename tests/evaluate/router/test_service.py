"""Routers: kept, asked for forecasts, made to forget."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from freehold.core.errors import BadRequest, Conflict, NotFound
from freehold.core.exchange import Exchange
from freehold.core.record import Forecast
from freehold.core.request import EmbeddingRequest
from freehold.evaluate.router.gathering import Outcome
from freehold.evaluate.router.service import Routers
from freehold.stores.sqlite import open_store
from support.routers import ANN, CONFIDENTIAL, HARD, INTERNAL, PUBLIC, SIZE, House, asking, questions

PATIENCE = 30.0
LOADING = "the router is being loaded"


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
    known = await house.train()
    card = known.card
    assert (card.weak, card.strong, card.data, card.scorer, card.size) == ("home", "away", dataset.id, "exact", SIZE)
    assert card.label == "confidential"
    assert set(house.vectors.labels) == {CONFIDENTIAL}
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


@pytest.mark.usefixtures("quickly_taught")
async def test_the_first_request_does_not_wait(house: House) -> None:
    house.answered(questions())
    known = await house.train()
    assert (await house.over(house.vectors).forecast(known.id, exchange("An easy question?"))).chance is None


@pytest.mark.usefixtures("quickly_taught")
async def test_a_router_that_is_loaded_ahead_tells_the_first_request_too(house: House) -> None:
    house.answered(questions())
    known = await house.train()
    house.routers.load(known.id)
    async with asyncio.timeout(PATIENCE):
        await house.routers._ready(known.id)  # nothing else waits for it
    assert (await house.routers.forecast(known.id, exchange("An easy question?"))).chance is not None


@pytest.mark.usefixtures("quickly_taught")
async def test_nothing_is_loaded_any_more_once_it_has_stopped(house: House) -> None:
    house.answered(questions())
    known = await house.train()
    assert (await house.routers.forecast(known.id, exchange("An easy question?"))).chance is None
    await house.routers.stop()
    assert len(asyncio.all_tasks()) == 1


async def test_too_few_are_refused_with_how_many_are_missing(house: House) -> None:
    house.answered(questions(120))
    with pytest.raises(BadRequest, match="ask both for 180 more"):
        await house.train()
    assert await house.routers.all() == []


async def test_no_dataset_no_run_no_score_and_a_run_under_way_are_told(house: House) -> None:
    with pytest.raises(NotFound, match="there is no dataset"):
        await house.train()
    house.answered(questions(), state="running")
    with pytest.raises(BadRequest, match="elsewhere has not been asked for work"):
        await house.train(weak="elsewhere")
    with pytest.raises(Conflict, match="is running"):
        await house.train()
    house.runs.move("run_home", "done")
    house.runs.move("run_away", "done")
    with pytest.raises(BadRequest, match="no example has a score for both"):
        await house.train(scorer="numeric")


@pytest.mark.usefixtures("quickly_taught")
async def test_without_an_embedding_model_a_router_goes_by_form_and_says_so(house: House) -> None:
    house.answered(questions())
    routers = house.over(None)
    known = await house.train(routers)
    assert known.card.space == ""
    assert await foretold(routers, known.id, exchange("An easy question, number 900?")) is not None


@pytest.mark.usefixtures("quickly_taught")
async def test_where_the_embedding_model_may_not_see_a_prompt_nothing_is_told(house: House) -> None:
    house.answered(questions())
    known = await house.train()
    assert await foretold(house.routers, known.id, exchange("An easy question?")) is not None
    house.vectors.refuses = True
    told = await house.routers.forecast(known.id, exchange("An easy question?"))
    assert told == Forecast(known.id, None, "the prompt could not be embedded (forbidden)")


@pytest.mark.usefixtures("quickly_taught")
async def test_another_embedding_model_tells_nothing(house: House) -> None:
    house.answered(questions())
    known = await house.train()
    assert await foretold(house.routers, known.id, exchange("An easy question?")) is not None
    house.vectors.space = "small/two"
    assert (await house.routers.forecast(known.id, exchange("An easy question?"))).chance is None
    with pytest.raises(Conflict, match="train it anew"):
        await house.routers.teaching.add(known.id, Outcome(asking("New?"), 1.0, 1.0), INTERNAL, ANN)


async def test_what_is_no_chat_or_has_no_router_is_not_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    unknown = f"rt_{'0' * 32}"
    assert (await house.routers.forecast(unknown, exchange("?"))).chance is None
    async with asyncio.timeout(PATIENCE):
        while "there is no router" not in caplog.text:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.01)
    assert (await house.routers.forecast(unknown, exchange("?"))).chance is None
    embedded = Exchange(EmbeddingRequest("m", ("?",)), ANN, label=PUBLIC)
    assert (await house.routers.forecast(unknown, embedded)).chance is None


async def test_a_router_forgets_what_was_erased_and_is_fitted_without(house: House) -> None:
    names = [f"fh_{place:032x}" for place in range(40)]
    house.captured(*names)
    examples = questions()
    taken = [msgspec.structs.replace(each, exchange=name) for each, name in zip(examples, names, strict=False)]
    house.answered([*taken, *examples[40:]])
    known = await house.train()
    easy = exchange("An easy question, number 900?")
    before = await foretold(house.routers, known.id, easy)
    other = house.over(house.vectors)  # as in another process
    assert await foretold(other, known.id, easy) == before
    assert await house.routers.forget() == 0

    house.erased(*names[:30])
    assert await house.routers.forget() == 1
    card = (await house.routers.get(known.id)).card
    assert (card.size, card.forgot) == (SIZE, 30)
    for routers in (house.routers, other):
        after = await foretold(routers, known.id, easy)
        assert after is not None
        assert after != before


@pytest.mark.usefixtures("quickly_taught")
async def test_a_router_that_is_removed_tells_nothing_any_more(house: House) -> None:
    house.answered(questions())
    known = await house.train()
    assert await foretold(house.routers, known.id, exchange("An easy question?")) is not None
    await house.routers.remove(known.id)
    assert await foretold(house.routers, known.id, exchange("An easy question?")) is None


@pytest.mark.usefixtures("quickly_taught")
async def test_examples_are_told_as_requests_are_but_not_what_was_taught(house: House) -> None:
    taught = questions()
    house.answered(taught)
    known = await house.train()
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
    known = await house.train(routers)
    assert set(known.card.slices) == {"kind=proof", "kind=letter"}
    proof = await foretold(routers, known.id, exchange("A question?", kind="proof"))
    letter = await foretold(routers, known.id, exchange("A question?", kind="letter"))
    assert proof is not None
    assert letter is not None
    assert proof < letter - 0.2


@pytest.mark.usefixtures("quickly_taught")
async def test_a_router_that_is_removed_is_gone(house: House) -> None:
    house.answered(questions())
    known = await house.train()
    await house.routers.remove(known.id)
    assert await house.routers.all() == []
    with pytest.raises(NotFound):
        await house.routers.get(known.id)
