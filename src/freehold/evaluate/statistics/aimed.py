"""A bettor who wants to be done by a set time: stakes more when behind, and less when ahead.

A stake that is fixed makes the most of a fortune in the long run, and reaches 1 / alpha early or late as it comes.
Whoever may look at so many observations and wants to have told by then chooses each stake anew from what is still
wanted and how many are left: Voracek and Orabona 2025, "STaR-Bets: Sequential Target-Recalculating Bets for Tighter
Confidence Intervals", NeurIPS. Each stake depends on what came before alone, so the fortune is a test that may be
looked at after every observation all the same (Ville 1939).

Once the time is up, another one of the same length begins, with what is left and a part of what was kept back for it.
"""

from __future__ import annotations

import math

import msgspec

FIRST = 0.8
"""The part of the fortune for the first stretch; number j, from 2 on, gets ``(1 - FIRST) / (j (j - 1))``."""
_MOST = 0.5
"""Of what can be lost, the most that is staked."""
_HARMS = 2.0
"""How many observations above 0 the guess of the spread counts for."""
_COSTLY = 0.3
"""The share of observations that count towards the stretch, until some were seen."""
_SEEN = 2.0
"""How many observations that guess counts for."""


class Aimed(msgspec.Struct, frozen=True):
    """Evidence so far that the mean of observations from `end` on is above `bound`; a value, kept and gone on with."""

    bound: float
    stretch: int
    """How many costly observations there may be until it is to be told."""
    weight: float = 1.0
    """What an observation above 0 about counts for."""
    end: float = 0.0
    """No observation is less."""
    fortune: float = FIRST
    """Of a whole of 1, what was staked and what became of it."""
    stretches: int = 1
    used: int = 0
    """Costly observations of this stretch."""
    costly: int = 0
    seen: int = 0
    squares: float = 0.0
    """The sum of the squares of what was observed."""

    @property
    def e_value(self) -> float:
        """What one unit has become, what is kept back included."""
        return self.fortune + (1 - FIRST) / self.stretches

    def after(self, value: float, target: float, *, costly: bool) -> Aimed:
        """With one more observation; `target` is the e-value that is wanted, `costly` whether it counts.

        Raises:
            ValueError: the value is below `end`, or is not a number.
        """
        if not self.end - 1e-12 <= value < math.inf:
            raise ValueError(f"an observation of {value} is not one from {self.end:g} on")
        grown = self.fortune * (1 + self._stake(target) * (value - self.bound) / (self.bound - self.end))
        used = self.used + costly
        over = used >= self.stretch
        more = (1 - FIRST) / (self.stretches * (self.stretches + 1)) if over else 0.0
        return msgspec.structs.replace(
            self,
            fortune=min(grown + more, 1e300),
            stretches=self.stretches + over,
            used=0 if over else used,
            costly=self.costly + costly,
            seen=self.seen + 1,
            squares=self.squares + value * value,
        )

    def _stake(self, target: float) -> float:
        """The share of the fortune: what makes the wanted growth likeliest in the observations that are left."""
        wanted = target - (1 - FIRST) / self.stretches
        if self.fortune >= wanted:
            return 0.0
        needed = math.log(wanted) - math.log(max(self.fortune, 1e-300))
        rate = (_SEEN * _COSTLY + self.costly) / (_SEEN + self.seen)
        left = max(1.0, (self.stretch - self.used) / rate)
        spread = (_HARMS * self.weight + self.squares) / (_HARMS / self.bound + self.seen)
        return min(_MOST, math.sqrt(2 * needed / (spread * left)) * (self.bound - self.end))
