"""What a request says in its query and its JSON body, read so that a mistake is told by the name of the parameter."""

from __future__ import annotations

from typing import Any, TypeVar

from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.knowledge.ingest.names import checked_collection
from freehold.policy.labels import declared
from freehold.wire import json

T = TypeVar("T")

_MOST_DIGITS = 12


def convert(value: dict[str, Any], kind: type[T]) -> T:
    """A body of that shape; raises `BadRequest` that says where it is not."""
    return json.convert(value, kind)


def number(text: str, param: str) -> int:
    """A whole number, zero or more; raises `BadRequest`."""
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise BadRequest(f"{param} is a whole number, zero or more", param=param)
    return int(text)


def within(value: int, param: str, most: int) -> int:
    """A number from 1 to `most`; raises `BadRequest`."""
    if not 1 <= value <= most:
        raise BadRequest(f"{param} is from 1 to {most}", param=param)
    return value


def words(text: str) -> list[str]:
    """The parts of ``a,b``."""
    return [part.strip() for part in text.split(",")]


def label(text: str | None) -> Label | None:
    """A label; `None` where nothing was said. Raises `BadRequest`."""
    return None if text is None else declared("label", text).label


def collection(text: str, param: str = "collection") -> str:
    """A collection's name; raises `BadRequest` for what can be none."""
    return checked_collection(text, param)
