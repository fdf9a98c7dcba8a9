"""The requests that a plan is made for, one by one: when each came and how long it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Requests:
    """A sample of traffic in the order of arrival; all arrays have the shape (n,)."""

    at: Floats
    """Seconds since the first moment of the sample, rising."""
    prompt: Floats
    """Prompt tokens, cached ones included."""
    answer: Floats
    """Answer tokens, reasoning included; at least one."""
    cached: Floats
    """Prompt tokens that repeat the beginning of an earlier prompt, at most `prompt`."""
    seconds: float
    """How long the sample lasts, its quiet ends included."""
    source: str

    def __len__(self) -> int:
        return len(self.at)

    @property
    def rate(self) -> float:
        """Requests a second on average."""
        return len(self) / self.seconds
