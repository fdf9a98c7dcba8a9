"""With which chance a chosen answer that was kept is looked at: the more, the nearer it is to not having been kept.

In proportion to the square root of the risk that the promise's own rule gives it, as the least variance for so many
audits asks for (Neyman 1934), and never below `LEAST`, since a promise that is broken is wrong about that risk. What is
found there counts one over the chance, so that means are what they are (Horvitz and Thompson 1952). The factor follows
what was seen before, so that on average the wanted share is looked at; as it depends on earlier requests alone, tests
hold (Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro 2024, "Anytime-valid off-policy inference for contextual
bandits", ACM/IMS Journal of Data Science).
"""

from __future__ import annotations

import math

import msgspec

LEAST = 0.2
"""Of the safest answers that were chosen, the share that is looked at."""
LIFT = 2.5
"""How many times the wanted share of requests is chosen, of which about one in so many is then looked at."""
_GUESSED = 20.0
"""How many answers the first guess of their risk counts for."""


class Looking(msgspec.Struct, frozen=True):
    """What has been seen of the risk of kept answers: a value, kept and gone on with."""

    risk: float = _GUESSED / LIFT
    """The sum of the square roots of the risk of those seen, from 0 to 1 each."""
    seen: float = _GUESSED

    def chance(self, root: float, wanted: float) -> float:
        """That of an answer with this square root of its risk, where a share of `wanted` is looked at on average."""
        return 1.0 if wanted >= 1 else min(1.0, max(LEAST, wanted * root * self.seen / self.risk))

    def after(self, root: float) -> Looking:
        """With one more kept answer, looked at or not."""
        return Looking(self.risk + root, self.seen + 1)


def root_of_risk(chance: float | None, threshold: float) -> float:
    """The square root of the risk of an answer, as a share of that of one that was only just kept.

    `chance` is what the rule gives it, of at least `threshold`; where no rule judges, all are alike.
    """
    if chance is None or not threshold < 1:
        return 1.0
    return math.sqrt(min(1.0, max(0.0, 1 - chance) / (1 - threshold)))


def chosen(share: float) -> float:
    """The chance with which a request is chosen, so that a share of the kept answers is looked at."""
    return min(1.0, LIFT * share)
