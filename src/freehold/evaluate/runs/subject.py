"""What a run asks, as it stands: told by whoever knows routes and targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from freehold.core.caller import Caller
from freehold.core.money import Nanodollars
from freehold.core.request import Request


@dataclass(frozen=True, slots=True)
class Subject:
    """A route or a target, by the name that clients send as ``model``."""

    name: str
    revision: str
    """The policy's, for the record. It changes with every row of the configuration, and so says nothing of answers."""
    standing: str
    """A hash that changes when another model would answer, or the same one otherwise."""
    logprobs: bool
    """Whether all that may answer give token probabilities, so that asking for them leaves nobody out."""
    repeatable: bool
    """Whether the same request may be answered from an earlier run: not where documents ground the answer."""
    worst: Callable[[Request], Nanodollars | None]
    """The most that an answer to a request can cost; `None` where no end of it is known."""
    passing: str = ""
    """A hash of what every request passes, whoever answers it: guards, and the label where nobody says one."""
    cleared: Mapping[str, str] = field(default_factory=dict)
    """By target, the label that it is cleared for."""


Subjects = Callable[[str, Caller], Subject]
"""What a name stands for, for a caller; raises `UnknownModel`."""
Holder = Callable[[str], Caller | None]
"""Whoever holds the key of an id; `None` once it has ended."""
