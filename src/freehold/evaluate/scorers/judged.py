"""What a judge says of the answer, and whether that may decide anything."""

from __future__ import annotations

from freehold.core.errors import BadRequest
from freehold.evaluate.expectation import texts, wanting
from freehold.evaluate.judges.asked import Judging
from freehold.evaluate.judges.model import Judge
from freehold.evaluate.judges.pairwise import prefer
from freehold.evaluate.judges.rubric import rate
from freehold.evaluate.judges.standing import standing_of
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around


def judge(settings: str, around: Around) -> Judged:
    """``judge:NAME``: what the judge of that name says: by its rubric, or of answer and expected text side by side."""
    if around.judges is None or around.asker is None or around.caller is None:
        raise BadRequest("judges need models to ask, and none are at hand here", param="scorers")
    found = around.judges.latest(settings)
    if found is None:
        known = ", ".join(sorted(each.judge.name for each in around.judges.all())) or "none yet"
        raise BadRequest(
            f"there is no judge {settings[:80]!r}; make one with 'freehold eval judges add'. There are: {known}",
            param="scorers",
        )
    standing = standing_of(found, around.standing)
    return Judged(found.judge, Judging(around.asker, around.caller), certified=standing.certified, told=standing.why)


class Judged:
    """A judge as a scorer."""

    def __init__(self, judge: Judge, judging: Judging, *, certified: bool, told: str) -> None:
        self._judge = judge
        self._judging = judging
        self._certified = certified
        self.name = f"judge:{judge.name}"
        self.version = f"{self.name}@1:{judge.id}"
        self.told = told
        """Why its scores may decide nothing, in a sentence; empty where they may."""

    @property
    def gates(self) -> bool:
        """Whether it is certified as it stands."""
        return self._certified

    async def __call__(self, example: Example, result: Result) -> Scored:
        """The judge's score; `None` where it may not see the material, was off format, or did not answer."""
        if result.state != "answered":
            return Scored(None, f"there is no answer: {result.state}")
        if self._judge.kind == "rubric":
            return await rate(self._judge, self._judging, example, result.text, label=result.label)
        wanted = texts(example.expected)
        if not wanted:
            return wanting(example)
        preferred = await prefer(self._judge, self._judging, example, result.text, wanted[0], label=result.label)
        return Scored(preferred.value, preferred.reason, cost=preferred.cost, detail=preferred.detail)
