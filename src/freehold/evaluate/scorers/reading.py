"""Scorers by the names that a run gives them."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.catalog.words import nearest
from freehold.core.errors import BadRequest
from freehold.evaluate.ports import Scorer, Scorers
from freehold.evaluate.scorers.around import NOTHING, Around
from freehold.evaluate.scorers.kinds import maker, names

MOST = 20
_LONGEST_NAME = 2100


def read(wanted: Sequence[str], around: Around = NOTHING) -> Scorers:
    """The scorers of these names with their settings, in their order, each once.

    Raises:
        BadRequest: a name is of no scorer (the message has the nearest, and all), or settings cannot be read.
        SetupError: a plug-in cannot be loaded.
    """
    if len(wanted) > MOST:
        raise BadRequest(f"at most {MOST} scorers are used at once", param="scorers")
    return {name: scorer(name, around) for name in wanted}


def scorer(wanted: str, around: Around = NOTHING) -> Scorer:
    """One of them: ``numeric:0.01``. Raises as `read` does."""
    if len(wanted) > _LONGEST_NAME:
        raise BadRequest(f"a scorer's name with its settings has at most {_LONGEST_NAME} characters", param="scorers")
    name, _, settings = wanted.partition(":")
    try:
        make = maker(name.strip())
    except KeyError:
        raise _unknown(name) from None
    return make(settings, around)


def _unknown(name: str) -> BadRequest:
    known = names()
    best = nearest(name, known)
    guess = f"did you mean {best!r}? " if best else ""
    return BadRequest(f"there is no scorer {name[:80]!r}; {guess}There are {', '.join(known)}", param="scorers")
