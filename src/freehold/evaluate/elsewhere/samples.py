"""What another tool asked and scored, before it is tied to a dataset's examples."""

from __future__ import annotations

import msgspec

from freehold.core.request import Json
from freehold.evaluate.runs.exchanged import GivenScore


class Unread(Exception):
    """The file is not what it says it is; the text says where, and the mend."""


class Sample(msgspec.Struct, frozen=True):
    """One example as it was asked elsewhere."""

    messages: tuple[dict[str, str], ...]
    """Turns with ``role`` and ``content``."""
    expected: Json
    text: str
    scores: dict[str, GivenScore]
    input_tokens: int = 0
    output_tokens: int = 0
    total_ms: float | None = None
    error: str = ""

    @property
    def asked(self) -> str:
        """What its example is known by: its turns, whatever the space around them."""
        return "\n".join(f"{each['role']}: {each['content'].strip()}" for each in self.messages)


class Samples(msgspec.Struct, frozen=True):
    """All that one file holds."""

    task: str
    model: str
    """As the tool was told; empty where the file does not say."""
    source: str
    """Which tool, in words."""
    samples: tuple[Sample, ...]


def score(value: object, reason: str = "") -> GivenScore:
    """A tool's number as a score; what is none from 0 to 1 could not be told."""
    fits = isinstance(value, bool | int | float) and 0 <= value <= 1
    return GivenScore(float(value) if fits else None, reason)  # type: ignore[arg-type]  # fits says that it is one
