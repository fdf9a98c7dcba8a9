"""The settings behind a scorer's name, read strictly: what is not understood is refused before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.core.errors import BadRequest


def refused(scorer: str, settings: str, wanted: str) -> BadRequest:
    """The error for settings that a scorer does not take."""
    return BadRequest(f"{scorer}:{settings[:80]} cannot be read; {wanted}", param="scorers")


def none(scorer: str, settings: str) -> None:
    """Raises `BadRequest` where there are settings."""
    if settings:
        raise refused(scorer, settings, f"write {scorer} alone, since it takes no settings")


def one_of(scorer: str, settings: str, choices: Sequence[str]) -> str:
    """The setting, if it is one of these; raises `BadRequest`."""
    if settings not in choices:
        words = [f"{scorer}:{choice}" if choice else scorer for choice in choices]
        raise refused(scorer, settings, f"write {' or '.join(words)}")
    return settings
