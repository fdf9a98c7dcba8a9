"""What was measured as a few lines of a scenario."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.plan.measure.fit import Fit
from freehold.plan.measure.load import Rung


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured."""

    target: str
    model: str
    """By the name that the server was asked for."""
    engine: str
    date: str
    """ISO."""


def fragment(option: str, subject: Subject, fitted: Fit, rungs: Sequence[Rung]) -> str:
    """TOML for a scenario's option: `speed` with its range, source and date, and what it follows from as comments."""
    most = max(rung.concurrency for rung in rungs)
    requests = sum(rung.requests for rung in rungs)
    source = f"freehold plan measure: {subject.model} at {subject.target} on {subject.engine}"
    numbers = [
        f"{name} = {getattr(fitted, of):.3g}" for name, of in (("value", "speed"), ("low", "low"), ("high", "high"))
    ]
    return "\n".join(
        [
            f"# Measured on {_told(subject.date)}: {requests} requests, 1 to {most} at once.",
            f"# Beside the model: prompts {fitted.prefill:.2f} and answers {fitted.decode:.2f} times as fast, and",
            f"# {1000 * fitted.before_s:.0f} ms before the first work on a request; mean error {fitted.error:.1%}.",
            # A table of its own, so that it can follow a scenario that has the option's.
            f"[options.{_text(option)}.speed]",
            *numbers,
            f"source = {_text(source)}",
            f"date = {_text(subject.date)}",
            "",
        ]
    )


def _text(value: str) -> str:
    """A basic string of TOML: JSON's escapes are among TOML's."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def _told(value: str) -> str:
    """On one line of a comment."""
    return " ".join(value.split())
