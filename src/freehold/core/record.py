"""What an exchange leaves behind: attempts, refusals and how it ended."""

from __future__ import annotations

import enum

import msgspec

from freehold.core.event import Usage
from freehold.core.label import Label
from freehold.core.money import ZERO, Nanodollars


class Ending(enum.StrEnum):
    """How an exchange ended. `OPEN` rows found at a start are marked `LOST`."""

    OPEN = "open"
    COMPLETED = "completed"
    REFUSED = "refused"
    """Stopped by Freehold before any target was asked."""
    FAILED = "failed"
    """Every target failed, or the chosen one broke after its first event."""
    CANCELLED = "cancelled"
    """The caller left."""
    LOST = "lost"


class Refusal(msgspec.Struct, frozen=True):
    """A target that was considered and may not answer; `rule` is a short fixed word, `reason` is for people."""

    target: str
    rule: str
    reason: str


class Score(msgspec.Struct, frozen=True):
    """A judgement of a held answer: kept or not, and why.

    `method` is what decided: ``confidence``, ``agreement``, ``structure``, or ``promise``, a calibrated rule. `value`,
    from 0 to 1, is the measure that was asked for, or `None` where there was nothing to measure it by. `reasons` quote
    neither prompt nor answer.
    """

    method: str
    value: float | None
    kept: bool
    reasons: tuple[str, ...] = ()
    least: float | None = None
    """The probability of the answer's least likely token, where the target gave probabilities."""


class Forecast(msgspec.Struct, frozen=True):
    """What the router before generation was asked for: the chance that the owned answer will do."""

    router: str
    """Its id, which is that of the version."""
    chance: float | None
    """From 0 to 1; `None` where it was not told, or not in time."""
    missing: str = ""
    """Why there is no chance, in a few words; empty where there is one."""


class Attempt(msgspec.Struct):
    """One try at one target. Filled by dispatch; its cost is billed whether or not its answer was shown."""

    target: str
    number: int
    owned: bool = False
    label: Label | None = None
    """What it was sent under, for a target that knows labels too."""
    started_ns: int = 0
    """Wall clock, nanoseconds since the epoch."""
    first_ms: float | None = None
    """Milliseconds from start to first event."""
    total_ms: float | None = None
    usage: Usage | None = None
    cost: Nanodollars = ZERO
    fault: str | None = None
    error: str | None = None
    status: int | None = None
    finish: str | None = None
    score: Score | None = None
    shown: bool = False
    """Its answer is the one the caller got."""
    dropped: tuple[str, ...] = ()
    """Fields of the request that this target's dialect cannot say and that were harmless to leave out."""
    clearance: Label | None = None
    """What the target was cleared for when `may_flow` said yes; `None` where it was not asked."""
    declassified: str | None = None
    """Which declassifier lowered `label` for this target and what it took out, by counts; `None` where none did."""
    bytes_out: int = 0
    """Bytes of the body that went out; 0 for a target without an address."""
    body_sha256: str | None = None
    """SHA-256, as hex, of exactly that body."""
    answer_id: str = ""
    """The target's own id for its answer."""
    answer_model: str = ""
    """What the target calls the model that answered."""
    calls: tuple[str, ...] = ()
    """The ids of the tool calls that the answer asks for."""
    note: str | None = None
    """Why this attempt came to be: ``first``, ``retry``, ``fallback``, ``escalated: ...``."""


class End(msgspec.Struct, frozen=True):
    """The end of an exchange."""

    ending: Ending
    status: int
    """The HTTP status the caller got; 499 where it left first."""
    error: str | None = None
    total_ms: float = 0.0
