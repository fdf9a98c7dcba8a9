"""A drift warning: whether kept answers differ from the stronger target's more often than the calibration's did.

It needs no judge and nobody who knows what is right, and it says nothing about harm: where the stronger target has
become worse, or is asked what nobody can answer, answers differ and users lose nothing. It says that traffic is not as
the calibration was, and so that the promise rests on other ground. Of the calibration's kept answers so many differed;
the upper bound of that share (Clopper and Pearson 1934) is what the live share is tested against, by betting, so that
one may look at any time. Half of the rate of false warnings is for the bound being too small, half for the test; half
of it all is for all requests together, half for the slices that they name.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from freehold.evaluate.statistics.proportion import exact_upper
from freehold.evaluate.watch.doubt import Doubt, doubt

FEWEST = 20
"""Kept answers of a slice in the calibration, below which it is not looked at alone."""
MOST_SLICES = 8
_HIGHEST_BOUND = 0.95


class Calibrated(msgspec.Struct, frozen=True):
    """Of a promise's calibration: answers that it would have kept, and those of them that differ."""

    size: int = 0
    differed: int = 0

    def and_one(self, *, differs: bool) -> Calibrated:
        """With one more."""
        return Calibrated(self.size + 1, self.differed + differs)


class Side(msgspec.Struct, frozen=True):
    """The kept answers of all requests, or of one slice: a value, kept and gone on with."""

    calibrated: Calibrated
    doubt: Doubt
    chosen: int = 0
    """Kept answers that were chosen."""
    audited: int = 0
    differs: int = 0
    weight: float = 0.0
    """The sum of one over the chance that each that differs was looked at."""

    @property
    def share(self) -> float:
        """Of the kept answers, those that differ."""
        return self.weight / self.chosen if self.chosen else 0.0

    def after(self, *, differs: bool, audited: bool, looked: float) -> Side:
        """With one more kept answer that was chosen, and looked at with this chance."""
        counts = differs / looked
        return msgspec.structs.replace(
            self,
            doubt=self.doubt.after(counts, audited=audited),
            chosen=self.chosen + 1,
            audited=self.audited + audited,
            differs=self.differs + differs,
            weight=self.weight + counts,
        )


class Differences(msgspec.Struct, frozen=True):
    """How the answers of one promise compare with its calibration's: a value, kept in one row and gone on with."""

    every: Side
    slices: dict[str, Side] = {}
    """By ``KEY=VALUE``."""
    warned_ns: int | None = None

    @property
    def warned(self) -> bool:
        """Whether more answers differ than did."""
        return any(side.doubt.rejects for side in (self.every, *self.slices.values()))

    @property
    def strength(self) -> float:
        """How near a warning is, from 0 to 1."""
        return max(side.doubt.strength for side in (self.every, *self.slices.values()))

    def after(self, stated: Mapping[str, str], *, differs: bool, audited: bool, looked: float = 1.0) -> Differences:
        """With one more kept answer that was chosen; `stated` are the slices that its request says it belongs to."""
        slices = dict(self.slices)
        for name in (f"{key}={value}" for key, value in stated.items()):
            if name in slices:
                slices[name] = slices[name].after(differs=differs, audited=audited, looked=looked)
        every = self.every.after(differs=differs, audited=audited, looked=looked)
        return msgspec.structs.replace(self, every=every, slices=slices)

    def says(self) -> str:
        """How it stands, in a sentence."""
        told = {"all requests": self.every, **self.slices}
        more = [name for name, side in told.items() if side.doubt.rejects]
        then = self.every.calibrated
        did = f"{then.differed} of {then.size} of the calibration's did"
        seen = f"{self.every.share:.1%} of {self.every.audited} audited answers differ, by their weights, and {did}"
        if more:
            return f"more answers differ from the stronger target's than did, for {', '.join(more)}: {seen}"
        return f"no sign that more answers differ than did: {seen}"


def begun(calibrated: Calibrated, slices: Mapping[str, Calibrated], alpha: float) -> Differences | None:
    """Nothing is known of live answers yet; `None` where the calibration has too few kept answers to compare with."""
    if calibrated.size < FEWEST:
        return None
    enough = sorted((name for name, each in slices.items() if each.size >= FEWEST), key=lambda n: -slices[n].size)
    named = enough[:MOST_SLICES] if len(enough) > 1 else []
    whole = alpha / 2 if named else alpha
    return Differences(_side(calibrated, whole), {name: _side(slices[name], alpha / 2 / len(named)) for name in named})


def _side(calibrated: Calibrated, alpha: float) -> Side:
    bound = exact_upper(calibrated.differed, calibrated.size, 1 - alpha / 2)
    return Side(calibrated, doubt(min(bound, _HIGHEST_BOUND), alpha / 2, weight=2.0))
