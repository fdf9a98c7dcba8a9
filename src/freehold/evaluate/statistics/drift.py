"""Whether a stream still comes from one source, watched observation by observation.

Conformal test martingales: Vovk et al. 2021, "Retrain or not retrain: conformal test martingales for change-point
detection", COPA. Each observation's strangeness is ranked among all before it, which gives p-values that are
independent and uniform for as long as the source is one; a bettor who bets against that grows rich with a chance of
at most alpha by a factor of 1 / alpha.
"""

from __future__ import annotations

import bisect
import math
import random
from collections.abc import Iterable

_SLOPES = (-1.0, 0.0, 1.0)
_JUMP = 0.01
"""The share of the fortune that changes its bet at each step (the simple jumper of that paper)."""


class Drift:
    """Watches numbers that say how strange each input is beside what was calibrated on, such as a distance to it.

    It begins with `strangenesses` of the calibration's own inputs, each beside the others, and bets on none of them.
    """

    def __init__(self, strangenesses: Iterable[float], *, seed: int = 0) -> None:
        self._seen = sorted(strangenesses)
        self._random = random.Random(seed)  # noqa: S311  Breaks ties; nothing is secret.
        self._logs = [math.log(1 / len(_SLOPES))] * len(_SLOPES)
        self.best = 0.0
        """The logarithm of the highest fortune so far."""

    def add(self, strangeness: float) -> float:
        """One more input; the logarithm of the fortune after it.

        Raises:
            ValueError: the strangeness is not a number.
        """
        if math.isnan(strangeness):
            raise ValueError("how strange an input is must be a number")
        return self._bet(self._rank(strangeness))

    def alarm(self, alpha: float) -> bool:
        """Whether the source has changed: while it has not, ever raised with a chance of at most `alpha`."""
        return self.best >= -math.log(alpha)

    def _rank(self, strangeness: float) -> float:
        """The share of those before, and itself, that are stranger; those as strange count by a random share."""
        below, upto = bisect.bisect_left(self._seen, strangeness), bisect.bisect_right(self._seen, strangeness)
        stranger, alike = len(self._seen) - upto, upto - below + 1
        self._seen.insert(upto, strangeness)
        return (stranger + self._random.random() * alike) / len(self._seen)

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
