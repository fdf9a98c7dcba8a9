"""Whether a new target that some of the traffic goes to has to be taken back: failures, latency, quality.

Each request that the new target answered is set beside the next one that another did, so that both come from the same
hour: the tests need no more than that. Three hypotheses, each with a third of the false-alarm rate, over all looks:
the new target fails no more often, by more than a margin; no more than half of its answers take longer than `SLOWER`
times as long as the one beside it; and where scores come in, its answers are not worse by more than a margin.
"""

from __future__ import annotations

import msgspec

from freehold.evaluate.statistics.betting import Wager, inferior, mean_above

SLOWER = 1.5
_MORE_FAILURES = 0.02
_MOST_WAITING = 64
_RESTART = 0.3


class Turn(msgspec.Struct, frozen=True):
    """How one request went."""

    failed: bool
    ms: float
    score: float | None = None
    """From 0 to 1."""


class Guard(msgspec.Struct, frozen=True):
    """What is known of a new target beside the others: a value, kept in one row and gone on with."""

    failures: Wager
    latency: Wager
    quality: Wager
    alpha: float = 0.05
    pairs: int = 0
    new: tuple[Turn, ...] = ()
    """Turns of the new target that wait for one of the others."""
    others: tuple[Turn, ...] = ()

    def after(self, turn: Turn, *, new: bool) -> Guard:
        """With one more request; the older of those that wait for a partner beyond measure are let go of."""
        mine, theirs = (self.new, self.others) if new else (self.others, self.new)
        if not theirs:
            waiting = (*mine, turn)[-_MOST_WAITING:]
            return msgspec.structs.replace(self, **({"new": waiting} if new else {"others": waiting}))
        partner, left = theirs[0], theirs[1:]
        paired = self._paired(turn, partner) if new else self._paired(partner, turn)
        return msgspec.structs.replace(paired, **({"others": left} if new else {"new": left}))

    def _paired(self, new: Turn, other: Turn) -> Guard:
        both = not (new.failed or other.failed)
        scored = new.score is not None and other.score is not None
        quality = [new.score - other.score] if new.score is not None and other.score is not None else []
        return msgspec.structs.replace(
            self,
            failures=self.failures.after([float(other.failed) - float(new.failed)]),
            latency=self.latency.after([float(new.ms > SLOWER * other.ms)] if both else []),
            quality=self.quality.after(quality if scored else []),
            pairs=self.pairs + 1,
        )

    def why_back(self) -> str | None:
        """Why the new target has to be taken back, in a sentence; `None` while nothing speaks for it."""
        each = self.alpha / 3
        if self.failures.rejects(each):
            return f"it fails more often than what answers beside it, over {self.pairs} pairs"
        if self.latency.rejects(each):
            return f"most of its answers take more than {SLOWER:g} times as long, over {self.pairs} pairs"
        if self.quality.rejects(each):
            return f"its answers score worse than those beside it, over {self.quality.seen} pairs"
        return None


def begun(margin: float, alpha: float = 0.05) -> Guard:
    """A new target that nothing is known of yet; `margin` is that of quality."""
    failures = msgspec.structs.replace(inferior(_MORE_FAILURES), restart=_RESTART)
    return Guard(failures, mean_above(0.5, restart=_RESTART), inferior(margin), alpha)
