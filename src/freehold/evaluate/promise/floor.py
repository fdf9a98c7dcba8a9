"""The forecast below which the stronger target is asked at once: it saves the time and the price of the owned voices.

Whatever goes to the stronger target at once is not kept, and what is not kept does no harm; so a promise that holds
without a floor holds with one, however it is chosen. It costs right answers that would have been kept, and is chosen
so that those are few.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np

from freehold.evaluate.promise.choose import Choice

MOST_LOST = 0.01
"""The share of right answers, of those kept without a floor, that one may cost."""
LEAST_SAVED = 0.01
"""The share of questions that it must send to the stronger target at once, to be worth its while."""


def floored(choice: Choice) -> Choice:
    """The rule with the highest floor that costs at most `MOST_LOST`; the rule as it is where none saves anything.

    The harms and their bound stay as they were counted without it, which is the safe side.
    """
    forecasts = choice.counted.measures.get("forecast")
    if forecasts is None:
        return choice
    right = choice.kept & choice.counted.right[choice.counted.last]
    known = np.sort(forecasts[right & ~np.isnan(forecasts)])
    if not len(known):
        return choice
    floor = float(known[int(MOST_LOST * len(known))])
    at_once = forecasts < floor  # what is not known is not below
    if float(at_once.mean()) < LEAST_SAVED:
        return choice
    keeping = msgspec.structs.replace(choice.keeping, floor=floor)
    return replace(choice, keeping=keeping, kept=choice.kept & ~at_once, at_once=at_once)


def lost(choice: Choice, before: Choice) -> int:
    """Right answers that are kept without the floor and not with it."""
    return int((before.kept & ~choice.kept & choice.counted.right[choice.counted.last]).sum())
