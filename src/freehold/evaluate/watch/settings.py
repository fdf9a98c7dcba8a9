"""How watching is set: the table ``[watch]`` of the configuration."""

from __future__ import annotations

import msgspec

from freehold.core.money import Nanodollars


class Settings(msgspec.Struct, frozen=True):
    """What may be spent on watching, and how sure an alarm has to be."""

    share: float = 0.05
    """Of the kept answers of a route with a promise, those that are audited, on average; 0: none is."""
    budget: Nanodollars = Nanodollars(1_000_000_000)
    """For audits and canaries together, a day of UTC."""
    false_alarms: float = 0.05
    """The chance of ever raising a false alarm, for each promise, each target and each route's inputs."""
    judge: str = ""
    """A certified judge by its name, asked where the label lets no stronger target see an answer; empty: nobody."""
    pairs: str = ""
    """A certified judge of pairs by its name, asked whether the stronger target's answer is better where it differs."""
    drift_suspends: bool = False
    """Whether a promise is suspended, too, once more kept answers differ than those of its calibration did."""
    canaries: tuple[str, ...] = ()
    """The targets that canary prompts are asked of."""
    canaries_at: int = 3 * 60
    """When they are asked, in minutes since midnight UTC."""
