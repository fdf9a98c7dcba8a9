"""When nothing answers any more: failures in a row, and what was said by whoever failed."""

from __future__ import annotations

from freehold.core.errors import TIMEOUTS, BudgetSpent, Fault
from freehold.evaluate.model import Asked

FAILURES = 10
"""After so many in a row, nothing answers any more, and the run ends."""
PAUSES = 4
"""So often a target may fail again after it was left alone for a while, each time twice as long as the last."""
_NOT_NOW = frozenset({Fault.RATE_LIMITED, Fault.QUEUE, Fault.BREAKER})
_OF_THE_REQUEST = frozenset({Fault.REJECTED, Fault.UNTRANSLATABLE})
_OF_HEALTH: frozenset[str | None] = TIMEOUTS | {Fault.CONNECT, Fault.SERVER, Fault.PROTOCOL, Fault.BROKEN}
_UNSAID = frozenset({Fault.BREAKER, Fault.QUEUE})
"""Faults of which the target knows nothing."""
_LONGEST = 300


def found_nobody(asked: Asked) -> bool:
    """Whether no target that it was put to took it, so that the same may be answered later."""
    return asked.state == "failed" and not asked.cost and {each.fault for each in asked.attempts} <= _NOT_NOW


def held_back(asked: Asked) -> bool:
    """Whether the budget that would pay has no room while other requests are under way, the run's own too.

    One that is spent says the same until it renews, which is mostly too long to be waited for.
    """
    return asked.state == "refused" and asked.code == BudgetSpent.code and asked.retry_after is not None


def was_down(asked: Asked) -> bool:
    """Whether a target failed, at no cost, for want of its health: the same may well be answered later."""
    return (
        asked.state == "failed" and not asked.cost and not _OF_HEALTH.isdisjoint(each.fault for each in asked.attempts)
    )


class Failures:
    """Counts those in a row.

    What was under way together when a target went down failed of one and the same cause, and counts once: a run that
    asks for many at a time gives a target as long to recover as one that asks for a few.
    """

    def __init__(self) -> None:
        self._begun = 0
        self._seen = 0
        """How many had begun when the last failure was counted."""
        self._many = 0
        self._vain = 0
        """Of them, those that came after a pause."""
        self._paused = False
        self._said = ""
        self.enough = ""
        """Why nothing more is asked, as a sentence, once that is so. What fails later changes nothing of it."""

    def begin(self) -> int:
        """One is asked for; returns its number, for `count`."""
        self._begun += 1
        return self._begun

    def count(self, number: int, asked: Asked) -> None:
        """What became of it. What found nobody has not failed yet."""
        if asked.state != "failed":
            self._many, self._vain, self._paused = 0, 0, False
            return
        faults = {each.fault for each in asked.attempts}
        self._said = said_of(asked) or self._said
        if found_nobody(asked):
            self._paused = self._paused or Fault.BREAKER in faults
        elif number > self._seen or faults <= _OF_THE_REQUEST:
            self._many += 1
            self._vain += self._paused
            self._seen = self._begun
            self._settle()

    def count_waited(self) -> None:
        """One has found nobody for so long that it is not waited for any more."""
        self._many += 1
        self._settle()

    def _settle(self) -> None:
        if self.enough or (self._many < FAILURES and self._vain < PAUSES):
            return
        why = f"{self._many} requests in a row failed, the last one since {self._said}"
        after = f" (it was left alone {self._vain} times, and failed again)" if self._vain else ""
        self.enough = f"{why}{after}; go on with 'freehold eval resume' once it answers again"


def said_of(asked: Asked) -> str:
    """What the last target that was really asked said, with its status; empty where none was."""
    for attempt in reversed(asked.attempts):
        if attempt.error and attempt.fault not in _UNSAID:
            status = f" ({attempt.status})" if attempt.status and str(attempt.status) not in attempt.error else ""
            return f"{attempt.target}: {attempt.error[:_LONGEST]}{status}"
    return "" if asked.attempts else asked.error[:_LONGEST]
