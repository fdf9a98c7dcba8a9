"""Values of formats that have fewer kinds than JSON: cells of a table, columns of Parquet."""

from __future__ import annotations

from typing import Any

from freehold.core.errors import BadRequest
from freehold.evaluate.datasets import fields
from freehold.evaluate.datasets.body import CHAT
from freehold.evaluate.datasets.faults import RowFault
from freehold.wire import json

_WORDS = frozenset({"stop", "tool_choice", "reasoning_effort", "function_call"})
"""Members of a request that may be a plain word."""
_STRUCTURED = frozenset({*fields.MESSAGES, *fields.SLICES, *fields.EXPECTED, *fields.EXTRA})


def of_cell(name: str, text: str) -> Any:
    """What a cell of text holds: JSON where the column's meaning has any and the cell is written so, else its text.

    An expectation or an input that merely looks like the beginning of JSON stays text. Raises `RowFault` for a setting
    of the request that can be nothing else, and is no JSON.
    """
    if name in CHAT and not (name in _WORDS and text[:1] not in "[{"):
        try:
            return decoded(text)
        except ValueError:
            raise RowFault(f"{name} is {text[:40]!r}, which is no JSON; write it as in a request") from None
    if text[:1] in {"[", "{"} and (name in _STRUCTURED or name in fields.INPUT):
        try:
            read = decoded(text)
        except ValueError:
            return text
        return read if name in _STRUCTURED or _are_turns(read) else text
    return text


def decoded(text: str) -> Any:
    """JSON, read as strictly as a body is; raises `ValueError`."""
    try:
        return json.decode(b'{"it":' + text.encode() + b"}")["it"]
    except (BadRequest, KeyError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error


def _are_turns(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "role" in each for each in value)


def without_nothing(value: Any) -> Any:
    """A value without the members that are nothing: a column of structs has each of them in every row."""
    if isinstance(value, dict):
        return {key: without_nothing(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nothing(each) for each in value]
    return value


def as_read(name: str, value: Any) -> Any:
    """What a column of Parquet holds: texts are read as cells are only where turns or settings are kept as text."""
    if isinstance(value, str) and name in {*fields.MESSAGES, *CHAT} - _WORDS:
        return of_cell(name, value)
    if isinstance(value, bytes):
        raise RowFault(f"{name} holds bytes; write it as text")
    return without_nothing(value)
