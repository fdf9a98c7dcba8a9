"""What a judge says of the answer, and whether that may decide anything."""

from __future__ import annotations

from collections.abc import Callable

from freehold.core.errors import BadRequest
from freehold.evaluate.expectation import texts, wanting
from freehold.evaluate.judges.asked import Judging
from freehold.evaluate.judges.model import KeptJudge
from freehold.evaluate.judges.pairwise import prefer
from freehold.evaluate.judges.rubric import rate
from freehold.evaluate.judges.standing import now, standing_of
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
    return Judged(found, Judging(around.asker, around.caller), around.standing)


class Judged:
    """A judge as a scorer."""

    def __init__(self, kept: KeptJudge, judging: Judging, stands: Callable[[str], str] | None) -> None:
        self._judge = kept.judge
        self._judging = judging
        self._standing = standing_of(kept, stands)
        certified_as = kept.certificate.answered_as if self._standing.certified and kept.certificate else ()
        self._certified_as = frozenset(certified_as)
        self.name = f"judge:{kept.judge.name}"
        # Another model behind the name may say something else of the same answer.
        self.version = f"{self.name}@1:{kept.judge.id}:{now(stands, kept.judge.model)}"

    @property
    def gates(self) -> bool:
        """Whether it is certified as it stands, and no other model has answered in its place."""
        return self._standing.certified and not self._strangers

    @property
    def told(self) -> str:
        """Why its scores may decide nothing, in a sentence; empty where they may."""
        return self._standing.why or self._strange()

    @property
    def _strangers(self) -> set[str]:
        """Models that answered, by what they call themselves, and for which it was not certified."""
        return self._judging.answered_as - self._certified_as if self._certified_as else set()

    def _strange(self) -> str:
        strangers = ", ".join(sorted(self._strangers))
        return f"the judge answers as {strangers}, and was certified as another; certify it again" if strangers else ""

    async def __call__(self, example: Example, result: Result) -> Scored:
        """The judge's score; `None` where it may not see the material, was off format, or did not answer."""
        if result.state != "answered":
            return Scored(None, f"there is no answer: {result.state}")
        scored = await self._scored(example, result)
        return Scored(None, self._strange(), cost=scored.cost) if self._strangers else scored

    async def _scored(self, example: Example, result: Result) -> Scored:
        if self._judge.kind == "rubric":
            return await rate(self._judge, self._judging, example, result.text, label=result.label)
        wanted = texts(example.expected)
        if not wanted:
            return wanting(example)
        preferred = await prefer(self._judge, self._judging, example, result.text, wanted[0], label=result.label)
        return Scored(preferred.value, preferred.reason, cost=preferred.cost, detail=preferred.detail)
