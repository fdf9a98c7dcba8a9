"""The fitted constants, as they are shipped."""

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
    """How far the model was off on (model, GPU) pairs that it had not been fitted on."""

    shares: tuple[float, ...]
    """Of the measurements, rising from 0."""
    dense: tuple[float, ...]
    """The natural logarithms of the factors within which those shares lay; dense models."""
    experts: tuple[float, ...]
    """The same for mixtures of experts."""
    far: float
    """By what these logarithms are multiplied for each that was not measured: the GPU, its maker, the engine."""


class Fitted(msgspec.Struct, frozen=True):
    """All of ``constants.json``."""

    made: str
    """ISO date."""
    data: str
    """What it was fitted on, in words."""
    common: Constants
    """For an engine without measurements."""
    engines: dict[str, Constants]
    fitted_makers: tuple[str, ...]
    """Whose GPUs it was fitted on."""
    makers: dict[str, float]
    """For other makers, what share of bandwidth and peak was reached, over what the fitted ones reach."""
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
