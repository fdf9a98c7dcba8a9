"""One row of a file, made an example."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.core.request import Json, JsonObject
from freehold.evaluate.datasets import fields
from freehold.evaluate.datasets.body import CHAT, read_body
from freehold.evaluate.datasets.faults import RowFault
from freehold.evaluate.datasets.fields import Row
from freehold.evaluate.datasets.identity import example_of
from freehold.evaluate.model import Example

MOST_SLICES = 32
LONGEST_SLICE = 200
_LONGEST_WORD = 40
_NS = 1_000_000_000
_MILLISECONDS_FROM = 10**11
"""A number of seconds since 1970 stays below this for three thousand years; one of milliseconds has passed it."""
_NANOSECONDS_FROM = 10**17
_OF_TRAINING = ("weight",)
"""Members of a fine-tuning turn that say how much is to be learnt of it, which no model is told."""


def example_in(row: Row) -> Example:
    """The example that a row is. Raises `RowFault`."""
    messages, last = _messages(row)
    expected = _expected(row, last)
    body: JsonObject = {name: row[name] for name in CHAT if row.get(name) is not None}
    try:
        request = read_body({**body, **_object(row, fields.EXTRA), "messages": messages})
        return example_of(
            request,
            expected=expected,
            label=_label(row),
            slices=_slices(row),
            tests=_text(row, fields.TESTS),
            split=(_text(row, fields.SPLIT) or "").strip().lower(),
            at_ns=_at_ns(row),
            exchange=_text(row, fields.EXCHANGE),
        )
    except BadRequest as error:
        raise RowFault(error.message.replace("the body", "it", 1)) from error


def _messages(row: Row) -> tuple[list[Any], JsonObject | None]:
    """The turns that are asked, and the assistant's last where it says what is right."""
    name = fields.name_in(row, fields.MESSAGES)
    said: Any = row[name] if name is not None else None
    if said is None:
        said = _asked(row)
    if not isinstance(said, list):
        raise RowFault(f"messages is {_kind(said)} where a list of turns is expected")
    said = [_turn(turn) for turn in said]
    system = _text(row, fields.SYSTEM)
    if system:
        said = [{"role": "system", "content": system}, *said]
    if fields.name_in(row, fields.EXPECTED) is not None:
        return said, None
    if said and all(map(_is_answer, said)):
        raise RowFault("all of its turns are the assistant's, so that nothing is asked; give a turn of the user")
    return (said[:-1], said[-1]) if said and _is_answer(said[-1]) else (said, None)


def _asked(row: Row) -> list[Any]:
    """The turns of a row that says only what is asked, as text or as turns."""
    instruction, name = row.get("instruction"), fields.name_in(row, fields.INPUT)
    said = row[name] if name is not None else None
    if name == "input" and isinstance(instruction, str) and isinstance(said, str):
        said = f"{instruction}\n\n{said}" if said.strip() else instruction
    if said is None:
        names = (*fields.INPUT, *fields.MESSAGES)
        raise RowFault(fields.missing(row, names, "what is asked"))
    if isinstance(said, list):
        return said
    if not isinstance(said, str):
        raise RowFault(f"{name} is {_kind(said)}, where text or a list of messages is expected")
    if not said.strip():
        raise RowFault(f"{name} is empty; say what is asked, or leave the row out")
    return [{"role": "user", "content": said}]


def _turn(turn: Any) -> Any:
    if isinstance(turn, Mapping) and "weight" in turn:
        return {name: value for name, value in turn.items() if name not in _OF_TRAINING}
    return turn


def _is_answer(turn: Any) -> bool:
    return isinstance(turn, Mapping) and turn.get("role") == "assistant"


def _expected(row: Row, last: JsonObject | None) -> Json:
    name = fields.name_in(row, fields.EXPECTED)
    if name is not None:
        return plain(row[name], name)
    if last is not None:
        return _said(last)
    if guess := fields.mistyped(row, fields.EXPECTED):
        raise RowFault(f"{guess[0]!r} is no name of anything; is it meant as {guess[1]!r}?")
    return None


def _said(turn: JsonObject) -> Json:
    """What an assistant's turn says: its calls where it makes any, else its text."""
    calls = turn.get("tool_calls")
    if isinstance(calls, list) and calls:
        return {"tool_calls": [_call(call) for call in calls]}
    content = turn.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part["text"] for part in parts if isinstance(part, Mapping) and isinstance(part.get("text"), str)]
    if not texts:
        raise RowFault("its last turn is the assistant's, and says nothing; give it text, or say 'expected'")
    return "".join(texts)


def _call(call: Any) -> JsonObject:
    function = call.get("function") if isinstance(call, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
        raise RowFault("a tool call of its last turn has no function with a name")
    return called(function["name"], function.get("arguments"))


def called(name: str, arguments: Any) -> JsonObject:
    """A call as an expectation: the arguments as JSON where they are, and as text where they are not."""
    try:
        read = msgspec.json.decode(arguments) if isinstance(arguments, str) else arguments
    except (msgspec.DecodeError, RecursionError):
        read = arguments
    return {"name": name, "arguments": read}


def plain(value: Any, name: str) -> Json:
    """An expectation: numbers and truth values as the text that an answer would say, whatever format they came in."""
    if isinstance(value, list):
        return [plain(each, name) if not isinstance(each, dict | list) else _sound(each, name) for each in value]
    if isinstance(value, dict):
        return _sound(value, name)
    if value is None or isinstance(value, str):
        return value
    _sound(value, name)
    return msgspec.json.encode(value).decode()


def _sound(value: Any, name: str) -> Json:
    """The value, if JSON can hold it; raises `RowFault`."""
    if isinstance(value, float) and not math.isfinite(value):
        raise RowFault(f"{name} holds {value}, which is no number in JSON; give a number, or leave it out")
    if isinstance(value, dict):
        return {key: _sound(each, name) for key, each in value.items()}
    if isinstance(value, list):
        return [_sound(each, name) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise RowFault(f"{name} holds a {type(value).__name__}; give text, a number, a list or an object")


def _label(row: Row) -> Label | None:
    said = row.get(fields.LABEL[0])
    if said is None or said == "":
        return None
    text = str(said)
    try:
        return Label.parse(text)
    except ValueError as error:
        raise RowFault(
            f"label says how confidential a row is: {error}; if {text[:_LONGEST_WORD]!r} is what the answer should be,"
            " call it 'expected'"
        ) from None


def _slices(row: Row) -> dict[str, str]:
    slices: dict[str, str] = {}
    for name in fields.SLICES:
        slices |= _sliced(row.get(name), name)
    for key, value in row.items():
        prefix = next((prefix for prefix in fields.SLICE_PREFIXES if key.startswith(prefix)), "")
        if prefix and value is not None:
            slices[key.removeprefix(prefix)] = _slice(value)
    if len(slices) > MOST_SLICES:
        raise RowFault(f"it is in {len(slices)} slices; keep at most {MOST_SLICES}")
    long = next((key for key, value in slices.items() if max(len(key), len(value)) > LONGEST_SLICE), None)
    if long is not None:
        raise RowFault(f"the slice {long[:_LONGEST_WORD]!r} is longer than {LONGEST_SLICE} characters; shorten it")
    return slices


def _sliced(said: Any, name: str) -> dict[str, str]:
    """The slices that one member names: an object of them, or tags, each a slice of its own."""
    if isinstance(said, str):
        said = [each.strip() for each in said.split(",") if each.strip()]
    if isinstance(said, Mapping):
        return {str(key): _slice(value) for key, value in said.items() if isinstance(value, str | int | float)}
    if isinstance(said, list) and all(isinstance(each, str) for each in said):
        return dict.fromkeys(said, "yes")
    if said is None:
        return {}
    raise RowFault(f"{name} is {_kind(said)}, where an object of texts or a list of texts is expected")


def _slice(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _at_ns(row: Row) -> int | None:
    name = fields.name_in(row, fields.AT)
    said = row[name] if name is not None else None
    if said is None or said == "":
        return None
    if name == "at_ns" and isinstance(said, int) and not isinstance(said, bool):
        return said
    try:
        return moment_ns(said)
    except (ValueError, OverflowError):
        raise RowFault(
            f"{name} is {str(said)[:_LONGEST_WORD]!r}; write it as in 2026-01-31T12:00:00Z, or as seconds since 1970"
        ) from None


def moment_ns(said: Any) -> int:
    """A moment as nanoseconds since 1970: ISO 8601, in UTC where it names no zone, or a number. Raises `ValueError`."""
    if isinstance(said, datetime):
        at = said
    elif isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said):
        return _of_number(said)
    elif isinstance(said, str):
        if said.isdecimal():
            return _of_number(int(said))
        at = datetime.fromisoformat(said)
    else:
        raise ValueError("no moment")
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * _NS + since.microseconds * 1_000


def _of_number(said: float) -> int:
    if abs(said) >= 2**63:
        raise ValueError("no moment")
    if said >= _NANOSECONDS_FROM:
        return int(said)
    return int(said * (_NS // 1_000 if said >= _MILLISECONDS_FROM else _NS))


def _text(row: Row, names: tuple[str, ...]) -> str | None:
    name = fields.name_in(row, names)
    said = row[name] if name is not None else None
    if said is None:
        return None
    if not isinstance(said, str):
        raise RowFault(f"{name} is {_kind(said)}, where text is expected")
    return said


def _object(row: Row, names: tuple[str, ...]) -> JsonObject:
    name = fields.name_in(row, names)
    said = row[name] if name is not None else None
    if said is not None and not isinstance(said, dict):
        raise RowFault(f"{name} is {_kind(said)}, where an object is expected")
    return said or {}


def _kind(value: Any) -> str:
    kinds = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return "nothing" if value is None else kinds.get(type(value), f"a {type(value).__name__}")
