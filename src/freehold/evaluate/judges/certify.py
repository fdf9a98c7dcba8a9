"""Certification: a judge is asked about gold, and what it says is measured.

Goes on from what it has heard already, so that it can be ended and begun again; `keep` is handed what it has from time
to time and at the end.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from freehold.core.errors import Unprocessable
from freehold.core.label import Label
from freehold.core.money import Nanodollars
from freehold.evaluate.judges.agreement import measures
from freehold.evaluate.judges.asked import Judging, Told
from freehold.evaluate.judges.gold import digest
from freehold.evaluate.judges.model import Certificate, Certification, Gold, Heard, Judge, Measure, Pair
from freehold.evaluate.judges.pairwise import both
from freehold.evaluate.judges.rubric import rated

AT_ONCE = 4
KEPT_EVERY = 20
"""Pieces of gold, at least, between two times that what was heard is kept."""
_MOST_KEPT = 50
"""How often it is kept, about: each time all of it is written."""
_MOST_SILENT = 5
"""Failures to answer of one piece of gold, after which it is given up."""
FIRST_PAUSE = 1.0
"""Seconds before a piece of gold is asked of again that got no answer, and twice as many each time after."""

Keep = Callable[[Certification], Awaitable[None]]


_KEPT = "what it said so far is kept, for when it is certified on the same gold again"


class GivenUp(Unprocessable):
    """The judge does not answer, or may not be shown the gold; what was heard so far is kept."""


async def certify(
    certification: Certification, judging: Judging, *, keep: Keep, standing: str = "", revision: str = ""
) -> Certification:
    """The certification with its certificate. What was heard under another `standing` is heard anew.

    Raises:
        GivenUp: the judge does not answer, or may not be asked.
    """
    if certification.standing != standing:
        certification = msgspec.structs.replace(certification, heard=(), answered_as=(), standing=standing)
    work = _Work(certification, judging, keep)
    heard = await work.hear()
    made = certificate(
        certification, heard, standing=standing, revision=revision, answered_as=tuple(sorted(work.answered_as))
    )
    done = msgspec.structs.replace(certification, heard=tuple(heard), certificate=made, state="done", note=made.why)
    await keep(done)
    return done


def certificate(
    certification: Certification,
    heard: Sequence[Heard],
    *,
    standing: str = "",
    revision: str = "",
    answered_as: tuple[str, ...] = (),
) -> Certificate:
    """What follows from what was heard."""
    found = measures(certification.gold, heard, certification.thresholds)
    failed = [each for each in found if not each.passed]
    return Certificate(
        judge=certification.judge.id,
        passed=not failed,
        made=datetime.datetime.now(datetime.UTC).date().isoformat(),
        data=digest(certification.gold),
        size=len(certification.gold),
        measures=found,
        standing=standing,
        revision=revision,
        answered_as=answered_as,
        thresholds=certification.thresholds,
        why="; ".join(map(_told, failed)),
        cost=Nanodollars(sum(each.cost for each in heard)),
    )


def _told(measure: Measure) -> str:
    interval = measure.interval
    seen = f"{interval.value:.2f} ({interval.low:.2f} to {interval.high:.2f})"
    return f"{measure.name} is {seen}, and has to be {measure.wanted}"


class _Work:
    """The asking, some at once."""

    def __init__(self, certification: Certification, judging: Judging, keep: Keep) -> None:
        self._certification = certification
        self._judging = judging
        self._keep = keep
        self._heard: list[Heard | None] = list(certification.heard)
        self._heard += [None] * (len(certification.gold) - len(self._heard))
        self._left = iter([place for place, heard in enumerate(self._heard) if heard is None])
        self._labels = [Label.parse(certification.label)] if certification.label else []
        self._fresh = 0
        self._every = max(KEPT_EVERY, len(self._heard) // _MOST_KEPT)
        self.answered_as = set(certification.answered_as)

    async def hear(self) -> list[Heard]:
        """What the judge says of every piece of gold."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._some())
        except BaseExceptionGroup as failures:
            given_up, others = failures.split(GivenUp)
            if others is not None or given_up is None:
                raise
            await self._keep(self._so_far())
            raise given_up.exceptions[0] from None
        return [heard for heard in self._heard if heard is not None]

    async def _some(self) -> None:
        for place in self._left:
            heard = await self._one(place)
            self._heard[place] = heard
            self._fresh += 1
            if self._fresh % self._every == 0:
                await self._keep(self._so_far())

    async def _one(self, place: int) -> Heard:
        gold, pause, why = self._certification.gold[place], FIRST_PAUSE, ""
        for left in reversed(range(_MOST_SILENT)):
            told = await _ask(self._certification.judge, self._judging, gold, self._labels)
            self.answered_as |= {each.answered_as for each in told if each.answered_as}
            silent = next((each for each in told if each.value is None and not each.off_format), None)
            if silent is None:
                return _heard(self._certification.judge, gold, told)
            why = silent.reason
            if not left or "may not be shown" in why:
                break
            await asyncio.sleep(pause)
            pause *= 2
        many = len(self._certification.gold)
        raise GivenUp(f"number {place + 1} of the {many} that it is held to: {why}; {_KEPT}")

    def _so_far(self) -> Certification:
        return msgspec.structs.replace(
            self._certification,
            heard=tuple(self._heard),
            answered_as=tuple(sorted(self.answered_as)),
            state="running",
        )


async def _ask(judge: Judge, judging: Judging, gold: Gold, labels: Sequence[Label]) -> tuple[Told[float], ...]:
    if not isinstance(gold, Pair):
        return (await rated(judge, judging, gold.question, gold.answer, reference=gold.reference, labels=labels),)
    if judge.kind == "pairwise":
        return await both(judge, judging, gold.question, gold.first, gold.second, labels=labels)
    one, other = await asyncio.gather(
        *(rated(judge, judging, gold.question, answer, labels=labels) for answer in (gold.first, gold.second))
    )
    return one, other


def _heard(judge: Judge, gold: Gold, told: tuple[Told[float], ...]) -> Heard:
    """Of a pair, what is said of the first answer: a rubric judge prefers what it gives more, and has no order."""
    cost = Nanodollars(sum(each.cost for each in told))
    values = [each.value for each in told]
    if not isinstance(gold, Pair):
        return Heard((values[0],), cost)
    one, other = values
    if judge.kind == "pairwise":
        return Heard((one, None if other is None else 1 - other), cost)
    if one is None or other is None:
        return Heard((None,), cost)
    return Heard(((1 + (one > other) - (one < other)) / 2,), cost)
