"""Scores the answers of a run: a second pass, which asks the subject for nothing.

A score is kept with its scorer's version, and reckoned anew where that has changed. What a judge costs is within the
run's budget; where that does not do, the run is scored by what costs nothing, and says so.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping

from freehold.core.errors import FreeholdError
from freehold.core.money import ZERO, Nanodollars
from freehold.evaluate.model import Example, Result, Run, Scored
from freehold.evaluate.ports import Scorer, Scorers, costs_nothing
from freehold.evaluate.runs.purse import Purse, Spent
from freehold.evaluate.runs.rows import Row, RunRows, Score

_PAGE = 200
"""Results that are read at a time."""


class Scoring:
    """Scores one run, once. For one event loop."""

    def __init__(self, run: Run, rows: RunRows, scorers: Scorers) -> None:
        self._run = run
        self._rows = rows
        self._scorers = scorers
        self._purse = Purse(run.settings.budget, run.spent)
        self._free = {name for name, each in scorers.items() if costs_nothing(each)}
        """Scorers that ask nobody, and those that have told what an answer is worth and cost nothing by it: what was
        refused tells nothing."""
        self._unpaid: set[str] = set()
        """Those that the budget did not do for."""
        self._turns = itertools.count()
        self.over = False
        """Set to have it end soon; what is scored stays so."""

    async def __call__(self, examples: Mapping[int, Example]) -> str:
        """Score all that is not; returns a note where something was left out."""
        after = -1
        unscored = 0
        while not self.over and (page := await asyncio.to_thread(self._page, after)):
            after = page[-1].result.place
            known = iter([row for row in page if row.result.state == "answered" and row.result.place in examples])
            unscored += sum(row.result.state == "answered" and row.result.place not in examples for row in page)
            async with asyncio.TaskGroup() as group:
                for _ in range(self._run.settings.parallel):
                    group.create_task(self._work(known, examples))
        told = ["it was stopped before all was scored"] if self.over else []
        if unscored:
            told.append(f"{unscored} answers were not scored, since their examples are no longer there")
        if self._unpaid:
            told.append(f"the budget did not do for all scores by {', '.join(sorted(self._unpaid))}")
        return "; ".join(told)

    def _page(self, after: int) -> list[Row]:
        return self._rows.results(self._run.id, after=after, limit=_PAGE)

    async def _work(self, rows: Iterator[Row], examples: Mapping[int, Example]) -> None:
        for row in rows:
            if self.over:
                return
            wanted = [each for each in self._scorers.values() if _is_wanted(each, row)]
            if not wanted:
                continue
            given = {}
            for scorer in wanted:
                scored = await self._score(scorer, examples[row.result.place], row.result)
                if scored is not None:
                    given[scorer.name] = Score(scorer.version, scored)
            cost = Nanodollars(sum(score.scored.cost for score in given.values()))
            await asyncio.to_thread(self._rows.score, self._run.id, row.result.place, given, cost)

    async def _score(self, scorer: Scorer, example: Example, result: Result) -> Scored | None:
        """The score; `None` where the budget does not do for it."""
        turn = next(self._turns)
        paid = scorer.name not in self._free
        cost = ZERO
        try:
            if paid:  # Or perhaps paid: what the first one costs tells.
                await self._purse.take(turn, None)
            scored = await scorer(example, result)
            cost = scored.cost
        except Spent:
            self._unpaid.add(scorer.name)
            return None
        except FreeholdError as error:
            return Scored(None, f"it could not be scored: {error}")
        finally:
            await self._purse.settle(turn, cost)
        if cost:
            self._free.discard(scorer.name)
        elif scored.value is not None:
            self._free.add(scorer.name)
        return scored


def _is_wanted(scorer: Scorer, row: Row) -> bool:
    kept = row.scores.get(scorer.name)
    return kept is None or kept.version != scorer.version
