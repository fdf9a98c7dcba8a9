"""What is known of a router besides the figures it was taught."""

from __future__ import annotations

import msgspec

from freehold.evaluate.router.calibration import Calibration


class Card(msgspec.Struct, frozen=True):
    """Whom a router chooses between, what it was taught, and how good it is."""

    weak: str
    """The subject whose answer is forecast to do, by the name that clients send as ``model``."""
    strong: str
    """The one it is held against."""
    data: str
    """The id of the dataset."""
    scorer: str
    label: str
    """Of the prompts: vectors made of them carry it, too."""
    space: str
    """What the vectors can be compared within; empty where prompts are known by their form alone."""
    slices: tuple[str, ...]
    """Each ``KEY=VALUE``, as requests state them in their metadata."""
    size: int
    """Prompts it was taught."""
    will_do: float
    """The share of them on which the weaker subject's answer was worth as much as the stronger one's."""
    model: str
    compared: dict[str, float]
    """Of each model that was tried, the area under the recovered gain on prompts it was not taught; chance is 0.5."""
    calibration: Calibration
    error: float
    """How far its chances and the shares lie apart, on average, on prompts it was not taught."""
    made_ns: int
    before: str = ""
    """The id of the version that it takes the place of."""
    training: str = ""
    """The id of the training that made it."""
    forgot: int = 0
    """Prompts that it was taught and no longer knows, since what they were taken from was erased or has expired."""


class Known(msgspec.Struct, frozen=True):
    """A router by its id."""

    id: str
    card: Card
