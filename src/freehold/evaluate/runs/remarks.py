"""What a run says of itself beside whether it came to its end: what it could not ask, and what it asked twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from freehold.evaluate.model import Run

_SHOWN = 2
"""Different reasons that are written out."""

Reasons = Sequence[tuple[str, int]]
"""Why something did not come about, each with how often, most first."""


def remarks(run: Run, barred: Reasons, cleared: Mapping[str, str]) -> list[str]:
    """Sentences without a full stop, for a note. `barred` is what its labels kept from `cleared`'s targets."""
    return [each for each in (_anew(run), _barred(barred, cleared)) if each]


def _anew(run: Run) -> str:
    if not run.anew:
        return ""
    return (
        f"{_answers(run.anew)} asked for a second time, since {run.subject} or its guards are not what they were the"
        " first time"
    )


def _barred(barred: Reasons, cleared: Mapping[str, str]) -> str:
    if not barred:
        return ""
    many = sum(times for _, times in barred)
    told = "; ".join(said if len(barred) == 1 else f"{times} times {said}" for said, times in barred[:_SHOWN])
    more = f"; and {len(barred) - _SHOWN} other reasons" if len(barred) > _SHOWN else ""
    clearances = ", ".join(f"{name} is cleared for {label}" for name, label in cleared.items())
    return f"{many} refused by label: {told}{more}" + (f"; {clearances}" if clearances else "")


def _answers(many: int) -> str:
    return "1 answer was" if many == 1 else f"{many} answers were"
