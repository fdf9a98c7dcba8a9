"""What a run asks, as it stands: told by whoever knows routes and targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from freehold.core.caller import Caller
from freehold.core.money import Nanodollars
from freehold.core.request import Request


@dataclass(frozen=True, slots=True)
class Subject:
    """A route or a target, by the name that clients send as ``model``."""

    name: str
    revision: str
    """The policy's, for the record."""
    standing: str
    """A hash that changes when another model would answer, or the same one otherwise."""
    logprobs: bool
    """Whether all that may answer give token probabilities, so that asking for them leaves nobody out."""
    repeatable: bool
    """Whether the same request may be answered from an earlier run: not where documents ground the answer."""
    worst: Callable[[Request], Nanodollars | None]
    """The most that an answer to a request can cost; `None` where no end of it is known."""


Subjects = Callable[[str, Caller], Subject]
"""What a name stands for, for a caller; raises `UnknownModel`."""
Holder = Callable[[str], Caller | None]
"""Whoever holds the key of an id; `None` once it has ended."""
