"""The fitted constants: the shipped ones, and the same adjusted to what was measured on one's own server."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec

from freehold.plan.capacity.physics import Constants


class Seen(msgspec.Struct, frozen=True):
    """One group of measurements that the constants were fitted on."""

    model: str
    gpu: str
    engine: str
    weights: str
    points: int


class Error(msgspec.Struct, frozen=True):
    """How far the model was off where it had not been fitted."""

    shares: tuple[float, ...]
    """Of the measurements, rising from 0."""
    known: tuple[float, ...]
    """The natural logarithms of the factors, for each share, where engine and GPU were in the fit."""
    far: tuple[float, ...]
    """The same where the GPU was not."""


class Fitted(msgspec.Struct, frozen=True):
    """All of ``constants.json``."""

    made: str
    """ISO date."""
    data: str
    """What it was fitted on, in words."""
    common: Constants
    """For an engine without measurements."""
    engines: dict[str, Constants]
    error: Error
    seen: tuple[Seen, ...]

    def of(self, engine: str) -> Constants:
        """The engine's own constants, or the common ones."""
        return self.engines.get(engine, self.common)


@cache
def shipped() -> Fitted:
    """The constants that came with this release, read on first use."""
    data = resources.files("freehold.plan.capacity").joinpath("constants.json").read_bytes()
    return msgspec.json.decode(data, type=Fitted)
