"""Budgets and rates as words: what is limited, what a request asks for, what it is granted, what it gives back.

One accountant counts for a whole Freehold, whichever of its processes a request is in, so all of these are plain data.
Money is in nanodollars, moments in nanoseconds of the wall clock, spans in seconds.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.core.money import ZERO, Nanodollars
from freehold.core.record import Refusal

MOST = 2**63 - 1
"""Of tokens and of nanodollars, as rows and messages can hold them; no limit is as high."""

Scope = Literal["key", "team", "target", "route"]
"""What a limit is set on. A key is named by its id, all else by its name."""

Period = Literal["day", "week", "month"]
"""Of the calendar, in the configured time zone; a week begins on Monday."""

WhenSpent = Literal["refuse", "owned"]
"""What becomes of a request that a spent budget would have to pay: 402, or owned targets alone."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """So much money in each period, for all that one thing causes to be spent."""

    id: str
    scope: Scope
    subject: str
    amount: Nanodollars
    period: Period
    warn_at: float | None = None
    """The share of it, from 0 to 1, at which a warning goes out; `None`: none does."""
    when_spent: WhenSpent = "refuse"


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How much one thing may do in any sixty seconds, and how many requests at once. `None`: as much as it likes."""

    scope: Scope
    subject: str
    requests: int | None = None
    tokens: int | None = None
    parallel: int | None = None


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A request that asks to begin. `tokens`: its prompt, by estimate, and the most that it may be answered with."""

    exchange: str
    key: str
    team: str | None
    route: str
    tokens: int


class Quota(msgspec.Struct, frozen=True, gc=False):
    """How one limit stands, for the caller: so many, so many left, all of them back in so many seconds."""

    limit: int
    remaining: int
    reset: float


class Allowance(msgspec.Struct, frozen=True, gc=False):
    """What the tightest of the rates that hold for a request leaves it; `None` where none is set."""

    requests: Quota | None = None
    tokens: Quota | None = None


class Worst(msgspec.Struct, frozen=True, gc=False):
    """The most that asking one target can cost, as often as it may be asked."""

    target: str
    owned: bool
    amount: Nanodollars


class Claim(msgspec.Struct, frozen=True, gc=False):
    """A request that asks for money, before any of its targets is asked. All of them may have to be paid."""

    exchange: str
    key: str
    team: str | None
    route: str
    started_ns: int
    worst: tuple[Worst, ...]


class Granted(msgspec.Struct, frozen=True, gc=False):
    """What was held back for a request, and which targets it may not ask for want of money."""

    amount: Nanodollars = ZERO
    refusals: tuple[Refusal, ...] = ()


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What a request came to, by target, attempts that were not shown among them. It frees whatever it still held.

    It says whose request it was too, so that a limit which was set while it was under way counts it.
    """

    exchange: str
    key: str
    team: str | None
    route: str
    started_ns: int
    spent: tuple[tuple[str, Nanodollars], ...] = ()
    tokens: int | None = None
    """Input and output together; `None` where no target was asked."""
