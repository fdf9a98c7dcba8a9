"""Whether a judge's scores may decide anything, as it stands now."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from freehold.core.errors import UnknownModel
from freehold.evaluate.judges.model import KeptJudge


class Standing(msgspec.Struct, frozen=True):
    """Whether it is certified, and why not."""

    certified: bool
    why: str = ""


def standing_of(kept: KeptJudge, standing: Callable[[str], str] | None) -> Standing:
    """A certificate holds for one judge as it was: the same words, and what its model's name stood for then."""
    certificate = kept.certificate
    if certificate is None:
        return Standing(False, f"the judge {kept.judge.name} is not certified; 'freehold eval certify' does it")
    if certificate.judge != kept.judge.id:
        return Standing(False, f"the judge {kept.judge.name} has changed since it was certified on {certificate.made}")
    if not certificate.passed:
        return Standing(False, f"the judge {kept.judge.name} did not pass on {certificate.made}: {certificate.why}")
    if now(standing, kept.judge.model) != certificate.standing:
        return Standing(
            False, f"{kept.judge.model} stands for another model than when it was certified on {certificate.made}"
        )
    return Standing(True)


def now(standing: Callable[[str], str] | None, model: str) -> str | None:
    """What a name stands for; `None` where it is gone, this caller may not ask for it, or nobody knows."""
    try:
        return None if standing is None else standing(model)
    except UnknownModel:
        return None
