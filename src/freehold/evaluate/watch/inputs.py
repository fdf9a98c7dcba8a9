"""Whether what is asked still looks like what a promise was calibrated on: told, and nothing done for it alone.

Two measures of how strange a prompt is: its length, and how far its runs of characters are from the nearest of some
calibration prompts. One half of the calibration's prompts is what is measured against, the other half is measured: so a
new prompt and those are exchangeable for as long as nothing has changed, which is all that the test needs
(`freehold.evaluate.statistics.drift`). A calibration asks each question once, so one of its own that is asked again is
passed over: it would be nearer than any. The measures share the false-alarm rate.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import msgspec
import numpy as np

from freehold.core.errors import BadRequest
from freehold.core.request import Request, TextPart
from freehold.evaluate.statistics.drift import Drift, Stream
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.ngrams import character_vectors

FEWEST = 40
"""Calibration prompts below which nothing is told."""
_MOST = 2000
"""Calibration prompts that are used, drawn at random."""
_LONGEST = 4000
"""Characters of a prompt that are compared."""


class Drifted(msgspec.Struct, frozen=True):
    """How the inputs of a route stand."""

    seen: int
    alarm: bool
    measures: dict[str, float]
    """By measure, what one unit that was bet against no change has become at the most."""
    alpha: float
    calibration: int
    """Prompts that were compared with."""


class Kept(msgspec.Struct, frozen=True):
    """What was seen of the prompts of one route, to be gone on with after a restart. No word of any is in it."""

    seen: int
    streams: dict[str, Stream]
    """By measure."""
    alpha: float
    calibration: int

    def stands(self) -> Drifted:
        """What is known by now."""
        each = self.alpha / len(self.streams)
        alarm = any(stream.best >= -math.log(each) for stream in self.streams.values())
        measures = {name: math.exp(min(stream.best, 700.0)) for name, stream in self.streams.items()}
        return Drifted(self.seen, alarm, measures, self.alpha, self.calibration)


class Inputs:
    """Watches the prompts of one route, from where `kept` ended. Raises `BadRequest` for too few to compare with."""

    def __init__(self, prompts: Sequence[str], *, alpha: float = 0.05, seed: int = 0, kept: Kept | None = None) -> None:
        if len(prompts) < FEWEST:
            raise BadRequest(f"drift needs {FEWEST} calibration prompts, and there are {len(prompts)}", param="data")
        self._known = frozenset(map(hash, prompts))
        chosen = list(prompts)
        random.Random(seed).shuffle(chosen)  # noqa: S311  Deals out; nothing is secret.
        chosen = chosen[:_MOST]
        half = len(chosen) // 2
        against, measured = chosen[:half], chosen[half:]
        lengths = np.log1p([len(text) for text in against])
        self._middle, self._spread = float(lengths.mean()), float(lengths.std()) or 1.0
        self._against = character_vectors([text[:_LONGEST] for text in against])
        self._alpha = alpha
        self._calibration = len(chosen)
        self._seen = 0
        if kept is not None:
            self._seen, self._alpha = kept.seen, kept.alpha
            self._drifts = {name: Drift.resumed(each, seed=seed) for name, each in kept.streams.items()}
            return
        strange = [self._strange(text) for text in measured]
        self._drifts = {name: Drift([each[name] for each in strange], seed=seed) for name in strange[0]}

    def add(self, prompt: str) -> None:
        """One more prompt; one of the calibration's own tells nothing."""
        if hash(prompt) in self._known:
            return
        self._seen += 1
        for name, value in self._strange(prompt).items():
            self._drifts[name].add(value)

    def kept(self) -> Kept:
        """All that it knows, beside the calibration's prompts."""
        streams = {name: drift.stream for name, drift in self._drifts.items()}
        return Kept(self._seen, streams, self._alpha, self._calibration)

    def stands(self) -> Drifted:
        """What is known by now."""
        return self.kept().stands()

    def _strange(self, text: str) -> dict[str, float]:
        vector: Floats = character_vectors([text[:_LONGEST]])[0]
        return {
            "length": abs(math.log1p(len(text)) - self._middle) / self._spread,
            "wording": 1.0 - float((self._against @ vector).max()),
        }


def prompt_of(request: Request) -> str:
    """The texts of what the user said last."""
    for message in reversed(request.messages):
        if message.role == "user":
            return "\n".join(part.text for part in message.parts if isinstance(part, TextPart))
    return ""
