"""What a run says of itself beside whether it came to its end: what it could not ask, and what it asked twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from freehold.evaluate.model import Run

_SHOWN = 2
"""Different reasons that are written out."""
_LONGEST = 300

Reasons = Sequence[tuple[str, int]]
"""Why something did not come about, each with how often, most first."""


def remarks(
    run: Run, *, failed: Reasons = (), barred: Reasons = (), cleared: Mapping[str, str], outdated: int = 0
) -> list[str]:
    """Sentences without a full stop, for a note. `barred` is what labels kept from `cleared`'s targets.

    `outdated` answers are still of what the subject stood for before.
    """
    return [each for each in (_anew(run), _outdated(run, outdated), _failed(failed), _barred(barred, cleared)) if each]


def _outdated(run: Run, many: int) -> str:
    if not many:
        return ""
    were = "1 answer is" if many == 1 else f"{many} answers are"
    mixture = f"{were} of what {run.subject} was before, so that its figures are a mixture"
    return f"{mixture}; 'freehold eval resume' asks anew"


def _anew(run: Run) -> str:
    if not run.anew:
        return ""
    many = "1 answer was" if run.anew == 1 else f"{run.anew} answers were"
    return f"{many} asked for a second time, since {run.subject} or its guards are not what they were the first time"


def _failed(failed: Reasons) -> str:
    return f"{_many(failed)} failed: {_told(failed)}; 'freehold eval resume' asks again" if failed else ""


def _barred(barred: Reasons, cleared: Mapping[str, str]) -> str:
    if not barred:
        return ""
    clearances = "".join(f"; {name} is cleared for {label}" for name, label in cleared.items())
    return f"{_many(barred)} refused by label: {_told(barred)}{clearances}"


def _many(reasons: Reasons) -> int:
    return sum(times for _, times in reasons)


def _told(reasons: Reasons) -> str:
    if len(reasons) == 1:
        return reasons[0][0][:_LONGEST]
    told = "; ".join(f"{said[:_LONGEST]} ({times})" for said, times in reasons[:_SHOWN])
    left = _many(reasons[_SHOWN:])
    return f"{told}; and {left} for other reasons" if left else told
