"""An example as one line of JSON, which reads back as the same example: how it lies at rest, and how it is exported."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.core.request import Request
from freehold.evaluate.datasets.body import write_body
from freehold.evaluate.datasets.row import example_in
from freehold.evaluate.model import Example
from freehold.wire import json

_encode = msgspec.json.Encoder().encode


def written(example: Example) -> bytes:
    """One line, without its end. ``expected`` is there even where nothing is, so that no turn is taken for it."""
    body = write_body(example.request)
    line: dict[str, Any] = {"id": example.id, "messages": body.pop("messages"), **_in_row(example.request, body)}
    line["expected"] = example.expected
    said = {
        "label": None if example.label is None else str(example.label),
        "slices": example.slices or None,
        "tests": example.tests,
        "split": example.split or None,
        "at_ns": example.at_ns,
        "exchange": example.exchange,
    }
    return _encode(line | {name: value for name, value in said.items() if value is not None})


def restored(line: bytes | str) -> Example:
    """The example that was written; raises `RowFault` or `BadRequest` for what never was."""
    return example_in(json.decode(line.encode() if isinstance(line, str) else line))


def _in_row(request: Request, body: dict[str, Any]) -> dict[str, Any]:
    """The settings of a request; those that only some servers know stand apart, as ``extra``."""
    extra = {name: body.pop(name) for name in request.extra if name in body}
    return body | {"extra": extra} if extra else body
