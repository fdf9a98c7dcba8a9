"""What a request says in its query and its JSON body, read so that a mistake is told by the name of the parameter."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.knowledge.ingest.names import checked_collection
from freehold.policy.labels import declared
from freehold.wire import json

T = TypeVar("T")

_MOST_DIGITS = 12
_SPAN = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2262, 1, 1, tzinfo=UTC)
"""What the ledger's clock, in nanoseconds, can hold. A moment beyond it is brought in, and leaves out as little."""


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


def moment(text: str | None, param: str, tz: tzinfo = UTC) -> datetime | None:
    """A point in time: ISO 8601, in `tz` where it names no zone, or so long ago, as in ``7d``; raises `BadRequest`."""
    if text is None:
        return None
    if span := _SPAN.fullmatch(text):
        return max(_FIRST, datetime.now(UTC) - timedelta(**{_UNITS[span[2]]: int(span[1])}))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"{param} is a date such as 2026-01-31, or a span such as 24h or 7d", param=param) from None
    return min(max(_FIRST, at if at.tzinfo is not None else at.replace(tzinfo=tz)), _LAST)


def zone(text: str | None) -> tzinfo:
    """A time zone by its name in the IANA database, UTC where none is said; raises `BadRequest`."""
    try:
        return UTC if text is None else ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadRequest("tz is a time zone such as Europe/Berlin or UTC", param="tz") from None


def yes_or_no(text: str | None, param: str) -> bool | None:
    """``true`` or ``false``; `None` where nothing was said. Raises `BadRequest`."""
    if text is None:
        return None
    if text not in {"true", "false"}:
        raise BadRequest(f"{param} is true or false", param=param)
    return text == "true"
