"""One run under way: asks for each example that has no answer yet, several at once, until all have one or it ends.

It ends before that, keeping what it has, when it is stopped, when its budget does not do for another answer, when its
key has ended, and when nothing answers any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from freehold.core.caller import Caller
from freehold.core.errors import BudgetSpent, RequestError, Unavailable
from freehold.core.money import ZERO, Nanodollars, dollars
from freehold.evaluate.asking import Asker
from freehold.evaluate.model import Asked, Example, Run, RunState
from freehold.evaluate.runs.failing import Failures, found_nobody, was_down
from freehold.evaluate.runs.identity import outdated, request_hash
from freehold.evaluate.runs.outcome import repeated, result_of
from freehold.evaluate.runs.patience import patiently
from freehold.evaluate.runs.purse import Purse, Spent
from freehold.evaluate.runs.rows import RunRows
from freehold.evaluate.runs.subject import Holder, Subject, Subjects

_MOST_PASSES = 3
"""Times that a run goes over its examples, since what it asks has changed meanwhile; after that, what it has is a
mixture, and says so."""

Todo = tuple[int, Example]


class Carrying:
    """Carries one run out, once. For one event loop."""

    def __init__(self, run: Run, rows: RunRows, asker: Asker, subjects: Subjects, holder: Holder) -> None:
        self._run = run
        self._rows = rows
        self._asker = asker
        self._subjects = subjects
        self._holder = holder
        self._purse = Purse(run.settings.budget, run.spent)
        self._over = asyncio.Event()
        self._end: tuple[RunState, str] = ("done", "")
        self._failures = Failures()
        self._failed: list[Todo] = []
        self._chances: set[int] = set()
        """Places of those that were asked again since they had failed."""
        self.cleared: Mapping[str, str] = {}
        """What each target that may answer was cleared for when it was last looked at."""

    def end(self, state: RunState, note: str) -> None:
        """Ask for nothing more; what is under way is waited for. The first reason that is given is the run's."""
        if not self._over.is_set():
            self._end = (state, note)
            self._over.set()

    async def __call__(self, examples: Sequence[Todo]) -> tuple[RunState, str]:
        """The state that it ended in, with a note where that is not `done`.

        Raises `Unavailable` while the disk does not take results; whoever calls again goes on with what is missing.
        """
        passes = 0
        while True:
            asking = self._asking()
            if asking is None:
                return self._end
            caller, subject = asking
            await asyncio.to_thread(self._rows.move, self._run.id, "running", revision=subject.revision)
            todo = await asyncio.to_thread(self._missing, examples, caller, subject)
            if todo and passes >= _MOST_PASSES:
                self.end("partial", f"{self._run.subject} was changed again and again while it was asked")
            todo = todo or self._second_chance()
            if not todo or self._over.is_set():
                return self._end
            waiting = iter(todo)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._run.settings.parallel, len(todo))):
                    group.create_task(self._work(waiting))
            if self._over.is_set():
                return self._end
            passes += 1

    async def outdated(self, examples: Sequence[Todo]) -> int:
        """How many answers it has of what its subject stood for before, where that can still be told."""
        if (asking := self._asking()) is None:
            return 0
        missing = await asyncio.to_thread(self._missing, examples, *asking)
        there = await asyncio.to_thread(self._rows.hashes, self._run.id)
        return sum(place in there for place, _ in missing)

    def _asking(self) -> tuple[Caller, Subject] | None:
        """As whom it asks, and whom, as both stand now; `None` where it cannot go on, and has ended."""
        caller = self._holder(self._run.key)
        if caller is None:
            self.end(
                "partial", f"the key {self._run.key} that began it has ended; begin another run with one that holds"
            )
            return None
        try:
            subject = self._subjects(self._run.subject, caller)
        except RequestError as error:
            self.end("partial", error.message)
            return None
        self.cleared = subject.cleared
        return caller, subject

    def _missing(self, examples: Sequence[Todo], caller: Caller, subject: Subject) -> list[Todo]:
        """The examples without a result, or with one of what the subject stood for before."""
        there = self._rows.hashes(self._run.id)
        return outdated(examples, there, subject, caller, logprobs=self._wants_logprobs(subject))

    def _second_chance(self) -> list[Todo]:
        """What failed while a target was down, once each, now that all others have been asked."""
        todo, self._failed = self._failed, []
        self._chances.update(place for place, _ in todo)
        return todo

    def _hash(self, example: Example, caller: Caller, subject: Subject) -> str:
        return request_hash(example, subject, caller, logprobs=self._wants_logprobs(subject))

    def _wants_logprobs(self, subject: Subject) -> bool:
        return self._run.settings.logprobs and subject.logprobs

    async def _work(self, waiting: Iterator[Todo]) -> None:
        for place, example in waiting:
            if self._over.is_set():
                return
            asking = self._asking()
            if asking is None:
                return
            caller, subject = asking
            if not await self._repeat(place, example, caller, subject):
                await self._ask(place, example, caller, subject)

    async def _repeat(self, place: int, example: Example, caller: Caller, subject: Subject) -> bool:
        """Take the answer of an earlier run, where there is one that may be; says whether it did."""
        if self._run.settings.fresh or not subject.repeatable:
            return False
        digest = self._hash(example, caller, subject)
        earlier = await asyncio.to_thread(self._rows.earlier, digest, self._run.id)
        if earlier is None:
            return False
        # Its scores are of the same answer, and of the same expectation only where it is the same example. What this
        # run was not asked to score it has no score of, or what was run before would change what a comparison says.
        same = earlier.result.example == example.id
        asked = self._run.settings.scorers
        scores = {name: score for name, score in earlier.scores.items() if same and name in asked}
        result = repeated(place, example, earlier.result)
        await asyncio.to_thread(self._rows.put, self._run.id, result, digest, scores)
        return True

    async def _ask(self, place: int, example: Example, caller: Caller, subject: Subject) -> None:
        worst = subject.worst(example.request)
        try:
            held = await self._purse.take(place, worst)
        except Spent as spent:
            self.end("partial", f"{spent}; go on with 'freehold eval resume' and a larger --budget")
            return
        cost = ZERO
        try:
            if self._over.is_set():  # It waited for room in the budget.
                return
            if self._run.settings.budget is not None:
                await asyncio.to_thread(self._rows.hold, self._run.id, place, held)
            asked = await patiently(lambda: self._put(example, caller, subject), self._over)
            if asked is None:
                await self._release(place)
                return
            cost = asked.cost
            await self._keep(place, example, asked, self._hash(example, caller, subject))
            if was_down(asked) and place not in self._chances:
                self._failed.append((place, example))
            self._look_at(asked, worst)
        finally:
            await self._purse.settle(place, cost)

    async def _keep(self, place: int, example: Example, asked: Asked, digest: str) -> None:
        """Keep what became of it, unless that is only that the run cannot go on."""
        if asked.state == "refused" and asked.code in {BudgetSpent.code, Unavailable.code}:
            await self._release(place)
        if asked.state == "refused" and asked.code == BudgetSpent.code:
            self.end("partial", f"{asked.error}; then go on with 'freehold eval resume'")
            return
        if asked.state == "refused" and asked.code == Unavailable.code:
            raise Unavailable(asked.error, retry_after=asked.retry_after)
        await asyncio.to_thread(self._rows.put, self._run.id, result_of(place, example, asked), digest)

    def _look_at(self, asked: Asked, worst: Nanodollars | None) -> None:
        """End where asking for more would be of no use, or cost what nobody can foresee."""
        if found_nobody(asked):
            self._failures.count_waited()
        if self._failures.enough:
            self.end("partial", self._failures.enough)
        if worst is not None and asked.cost > worst:
            self.end("partial", _overcounted(asked, worst))

    async def _release(self, place: int) -> None:
        """What was held for an answer that nobody was asked for is not spent."""
        if self._run.settings.budget is not None:
            await asyncio.to_thread(self._rows.release, self._run.id, place)

    async def _put(self, example: Example, caller: Caller, subject: Subject) -> Asked:
        labels = () if example.label is None else (example.label,)
        number = self._failures.begin()
        asked = await self._asker(
            example.request, subject.name, caller, labels=labels, logprobs=self._wants_logprobs(subject)
        )
        self._failures.count(number, asked)
        return asked


def _overcounted(asked: Asked, worst: Nanodollars) -> str:
    """Of an answer that was billed for more than was asked for: by whom, and what to do."""
    dearest = max(asked.attempts, key=lambda each: each.cost)
    counted = 0 if dearest.usage is None else dearest.usage.output
    return (
        f"{dearest.target} counted {counted} tokens in its answer, more than max_tokens and its max_output allow: it"
        f" came to {dollars(asked.cost)} US dollars where {dollars(worst)} was the most, and is booked so; look at the"
        " usage that it reports, or raise its max_output, before 'freehold eval resume'"
    )
