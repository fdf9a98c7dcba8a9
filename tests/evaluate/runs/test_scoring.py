"""Answers scored apart from asking: by version, within the budget, whatever a scorer does."""

from __future__ import annotations

import msgspec

from freehold.core.errors import Unavailable
from freehold.core.money import Nanodollars
from freehold.evaluate.model import Example, Result, Run, Scored, Settings
from freehold.evaluate.runs.scoring import Scoring
from support.evaluated import Exact, House, fails


async def scored(house: House, run: Run, *scorers: Exact) -> str:
    some = dict(enumerate(each.example for each in house.datasets.examples(house.dataset.id)))
    return await Scoring(run, house.rows, {each.name: each for each in scorers})(some)


async def test_only_what_has_no_score_of_this_version_is_scored(house: House) -> None:
    run = await house.ended(Settings())
    first = Exact()
    assert await scored(house, run, first) == ""
    assert await scored(house, run, first) == ""
    assert sorted(first.scored) == [0, 1, 2, 3, 4, 5]
    newer = Exact(version="2")
    await scored(house, run, newer)
    assert len(newer.scored) == 6
    assert next(house.rows.every(run.id)).scores["exact"].version == "2"


async def test_what_was_not_answered_is_not_scored(house: House) -> None:
    house.answers.before = lambda exchange: fails(exchange, "rejected") if exchange is house.answers.asked[0] else None
    run = await house.ended(Settings())
    await scored(house, run, exact := Exact())
    assert len(exact.scored) == 5


async def test_a_judge_stays_within_the_budget_and_what_is_free_goes_on(house: House) -> None:
    run = await house.ended(Settings(budget=Nanodollars(25)))
    said = await scored(house, run, Exact(), judge := Exact("judge", cost=10))
    assert len(judge.scored) == 2
    assert said == "the budget did not do for all scores by judge"
    assert (await house.runs.get(run.id)).spent == 20
    assert all("exact" in each.scores for each in house.results(run))


async def test_a_spent_budget_does_not_keep_what_is_free_from_scoring(house: House) -> None:
    house.answers.cost = Nanodollars(10)
    run = await house.ended(Settings(budget=Nanodollars(30)))
    assert run.spent == 30
    assert await scored(house, run, Exact(), Exact("judge", cost=1)) == "the budget did not do for all scores by judge"
    assert [set(each.scores) for each in house.results(run)] == [{"exact"}] * 3


async def test_a_judge_that_was_refused_once_is_not_taken_for_free(house: House) -> None:
    class Refused(Exact):
        async def __call__(self, example: Example, result: Result) -> Scored:
            scored = await super().__call__(example, result)
            return scored if len(self.scored) > 1 else Scored(None, "the judge may not be shown this")

    run = await house.ended(Settings(budget=Nanodollars(25)))
    assert "judge" in await scored(house, run, judge := Refused("judge", cost=10))
    assert len(judge.scored) == 3
    assert (await house.runs.get(run.id)).spent == 20


async def test_a_judge_that_was_free_and_is_so_no_more_is_held_to_the_budget(house: House) -> None:
    class Dearer(Exact):
        async def __call__(self, example: Example, result: Result) -> Scored:
            self.cost = Nanodollars(10 if self.scored else 0)
            return await super().__call__(example, result)

    run = msgspec.structs.replace(await house.ended(Settings()), settings=Settings(parallel=1, budget=Nanodollars(25)))
    await scored(house, run, judge := Dearer("judge"))
    assert len(judge.scored) == 3


async def test_a_scorer_that_cannot_says_so_and_the_next_one_goes_on(house: House) -> None:
    class Down(Exact):
        async def __call__(self, example: Example, result: Result) -> Scored:
            raise Unavailable("nobody is there")

    run = await house.ended(Settings())
    await scored(house, run, Down("down"), Exact())
    [first, *_] = house.results(run)
    assert first.scores["down"] == Scored(None, "it could not be scored: nobody is there")
    assert first.scores["exact"].value == 1.0


async def test_answers_to_examples_that_are_gone_are_left_unscored_and_told(house: House) -> None:
    run = await house.ended(Settings())
    assert "6 answers were not scored" in await Scoring(run, house.rows, {"exact": Exact()})({})


async def test_it_can_be_told_to_end(house: House) -> None:
    run = await house.ended(Settings())
    scoring = Scoring(run, house.rows, {"exact": Exact()})
    scoring.over = True
    assert "stopped" in await scoring({})


async def test_a_score_is_kept_with_all_it_says(house: House) -> None:
    run = msgspec.structs.replace(await house.ended(Settings()), settings=Settings(parallel=1))
    await scored(house, run, Exact())
    assert (await house.runs.progress(run)).scores == {"exact": (6, 1.0)}
