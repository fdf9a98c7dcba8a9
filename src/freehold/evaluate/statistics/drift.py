"""Whether a stream still comes from one source, watched observation by observation.

Conformal test martingales: Vovk et al. 2021, "Retrain or not retrain: conformal test martingales for change-point
detection", COPA. Each observation's strangeness is ranked among all before it, which gives p-values that are
independent and uniform for as long as the source is one; a bettor who bets against that grows rich with a chance of
at most alpha by a factor of 1 / alpha. Strangeness is rounded, so that what was seen is a short table, whatever the
stream; those as strange are told apart at random, which keeps the ranks uniform.
"""

from __future__ import annotations

import bisect
import math
import random
from collections import Counter
from collections.abc import Iterable

import msgspec

_SLOPES = (-1.0, 0.0, 1.0)
_JUMP = 0.01
"""The share of the fortune that changes its bet at each step (the simple jumper of that paper)."""
_DIGITS = 3
"""Behind the point, of a strangeness."""


class Stream(msgspec.Struct, frozen=True):
    """What a `Drift` knows, to be kept and gone on with."""

    values: tuple[float, ...]
    """All strangenesses that were seen, in order, each once."""
    counts: tuple[int, ...]
    """How often each was."""
    logs: tuple[float, ...]
    best: float
    bets: int


class Drift:
    """Watches numbers that say how strange each input is beside what was calibrated on, such as a distance to it.

    It begins with `strangenesses` of the calibration's own inputs, each beside the others, and bets on none of them.
    """

    def __init__(self, strangenesses: Iterable[float], *, seed: int = 0) -> None:
        counts = Counter(round(each, _DIGITS) for each in strangenesses)
        self._values = sorted(counts)
        self._counts = [counts[value] for value in self._values]
        self._bets = 0
        self._seed = seed
        self._logs = [math.log(1 / len(_SLOPES))] * len(_SLOPES)
        self.best = 0.0
        """The logarithm of the highest fortune so far."""

    @classmethod
    def resumed(cls, stream: Stream, *, seed: int = 0) -> Drift:
        """Goes on with what was kept."""
        drift = cls((), seed=seed)
        drift._values, drift._counts = list(stream.values), list(stream.counts)
        drift._logs, drift.best, drift._bets = list(stream.logs), stream.best, stream.bets
        return drift

    @property
    def stream(self) -> Stream:
        """All that it knows."""
        return Stream(tuple(self._values), tuple(self._counts), tuple(self._logs), self.best, self._bets)

    def add(self, strangeness: float) -> float:
        """One more input; the logarithm of the fortune after it.

        Raises:
            ValueError: the strangeness is not a number.
        """
        if math.isnan(strangeness):
            raise ValueError("how strange an input is must be a number")
        self._bets += 1
        return self._bet(self._rank(round(strangeness, _DIGITS)))

    def alarm(self, alpha: float) -> bool:
        """Whether the source has changed: while it has not, ever raised with a chance of at most `alpha`."""
        return self.best >= -math.log(alpha)

    def _rank(self, strangeness: float) -> float:
        """The share of those before, and itself, that are stranger; those as strange count by a random share."""
        place = bisect.bisect_left(self._values, strangeness)
        if place == len(self._values) or self._values[place] != strangeness:
            self._values.insert(place, strangeness)
            self._counts.insert(place, 0)
        self._counts[place] += 1
        stranger, alike = sum(self._counts[place + 1 :]), self._counts[place]
        tie = random.Random(self._seed * 1_000_003 + self._bets).random()  # noqa: S311  Breaks ties; nothing is secret.
        return (stranger + tie * alike) / (sum(self._counts[:place]) + alike + stranger)

    def _bet(self, p_value: float) -> float:
        whole = _log_sum(self._logs)
        moved = whole + math.log(_JUMP / len(_SLOPES))
        kept = [_log_sum((log + math.log(1 - _JUMP), moved)) for log in self._logs]
        self._logs = [log + math.log1p(slope * (p_value - 0.5)) for log, slope in zip(kept, _SLOPES, strict=True)]
        now = _log_sum(self._logs)
        self.best = max(self.best, now)
        return now


def _log_sum(logs: Iterable[float]) -> float:
    found = list(logs)
    highest = max(found)
    return highest + math.log(sum(math.exp(log - highest) for log in found))
