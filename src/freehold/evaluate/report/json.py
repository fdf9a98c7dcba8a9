"""A comparison for programs, and back."""

from __future__ import annotations

import msgspec

from freehold.evaluate.report.comparison import FORMAT, Comparison


def to_json(comparison: Comparison) -> bytes:
    """The comparison as JSON, indented; the same one gives the same bytes. `Comparison` says what its fields are."""
    return msgspec.json.format(msgspec.json.encode(comparison, order="deterministic"), indent=2) + b"\n"


def from_json(text: bytes) -> Comparison:
    """A comparison that was written by this or an earlier Freehold.

    Raises:
        ValueError: it is no such JSON, with the place; or of another format.
    """
    try:
        found = msgspec.json.decode(text, type=_Named)
    except (msgspec.DecodeError, msgspec.ValidationError) as fault:
        raise ValueError(f"this is no comparison: {fault}") from fault
    if found.format != FORMAT:
        raise ValueError(f"this is of the format {found.format!r}, and {FORMAT!r} is read here")
    try:
        return msgspec.json.decode(text, type=Comparison)
    except msgspec.ValidationError as fault:
        raise ValueError(f"this is no comparison: {fault}") from fault


class _Named(msgspec.Struct):
    format: str
