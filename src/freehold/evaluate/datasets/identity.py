"""Ids by content: the same example, or the same dataset, has the same id wherever it was read from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from freehold.core.label import Label
from freehold.core.request import Json, Request
from freehold.evaluate.datasets.body import write_body
from freehold.evaluate.model import Example

_encode = msgspec.json.Encoder(order="sorted").encode
_DIGITS = 32


def example_of(request: Request, **given: Any) -> Example:
    """An example of a request and whatever else of it is given, under the id of its content."""
    example = Example(id="", request=request, **given)
    return msgspec.structs.replace(example, id=example_id(request, example.expected, example.tests))


def example_id(request: Request, expected: Json, tests: str | None = None) -> str:
    """``ex_`` and 32 hex digits of the SHA-256 of request and expectation, as JSON with sorted members.

    Tests say what is right as an expectation does, and belong to it where there are any.
    """
    said: dict[str, Json] = {"request": write_body(request), "expected": expected}
    if tests is not None:
        said["tests"] = tests
    return f"ex_{hashlib.sha256(_encode(said)).hexdigest()[:_DIGITS]}"


def dataset_id(examples: Iterable[Example]) -> str:
    """``ds_`` and 32 hex digits of the SHA-256 of the examples' ids, labels, slices and splits, in order."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(_encode([example.id, _label(example.label), example.slices, example.split]))
    return f"ds_{digest.hexdigest()[:_DIGITS]}"


def _label(label: Label | None) -> str | None:
    return None if label is None else str(label)
