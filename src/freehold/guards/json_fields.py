"""JSON as texts: its strings, its keys, and numbers that are long enough to say something of somebody."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.core.request import JsonObject
from freehold.guards import blobs
from freehold.guards.fields import OF_NAME, Change, Telling, kept
from freehold.guards.words import WORDS

_SEVERAL, _NUMBERS = (dict, list), (int, float)
_LONG_NUMBER = 100_000
"""Numbers of fewer digits than this has are no card, telephone or identity number."""
_EXACT = 1e22
"""Above it, a float's digits are not those that were written."""
_DEEP = 128
"""Lists and objects within one another that are entered; a body has no more, but text in it may."""


class JsonTelling(Telling):
    """Tells values too. What stays as it was is the very same object, so that nothing is built anew for it."""

    def __init__(self, change: Change) -> None:
        super().__init__(change)
        self._entered: dict[int, JsonObject | list[Any]] = {}
        """By identity, the lists and objects that were entered; held, so that no identity comes twice."""

    def blob(self, text: str, where: str) -> str:
        """Base64, or a ``data:`` URL of it, told as what it says where that is text; anything else as it is."""
        if self.is_known(text):
            return self.as_told(text)
        inner = blobs.said(text)
        if inner is None:
            return self.text(text, where)
        if not inner:
            return self.as_told(text)
        new = self.text(inner, where)
        return self.becomes(text, text if new is inner else blobs.saying(new, text))

    def arguments(self, arguments: str, where: str) -> str:
        """JSON text, entered and written again; what is no JSON is told as the text it is."""
        if self.is_known(arguments):
            return self.as_told(arguments)
        try:
            value = msgspec.json.decode(arguments)
        except (msgspec.DecodeError, RecursionError):
            return self.text(arguments, where)
        if arguments.count("[") + arguments.count("{") > _DEEP and _is_deep(value):
            return self.text(arguments, where)
        new = self.json(value, where)
        same = new is value
        if arguments.count(":") != msgspec.json.encode(value).count(b":"):
            # Of a member given twice only one is decoded, and another reader may take the other. So the text is told
            # as a whole too, and where that changes, what was decoded stands alone.
            same &= self.text(arguments, where) is arguments
        return self.becomes(arguments, arguments if same else msgspec.json.encode(new).decode())

    def json(self, value: Any, where: str) -> Any:
        """A decoded JSON value: its strings, its keys, and its long numbers as text."""
        if isinstance(value, str):
            # Most of a body is words of its dialect, and what has been told and stays.
            if value in WORDS or (self.repeating and self._told.get(value) == value):
                return value
            return self.blob(value, where)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, _SEVERAL):
            if self.repeating and id(value) in self._entered:
                return value
            self._entered[id(value)] = value
            return self._object(value, where) if isinstance(value, dict) else self._list(value, where)
        if isinstance(value, _NUMBERS) and abs(value) >= _LONG_NUMBER:
            text = str(int(value)) if abs(value) < _EXACT and value == int(value) else repr(value)
            new = self.text(text, where)
            return value if new is text else new
        return value

    def _list(self, values: list[Any], where: str) -> list[Any]:
        return kept(values, [self.json(each, f"{where}[{number}]") for number, each in enumerate(values)])

    def _object(self, value: JsonObject, where: str) -> JsonObject:
        new: JsonObject = {}
        same = True
        for number, (key, member) in enumerate(value.items()):
            known = key in WORDS
            place = f"{where}.{key}" if known else f"{where}{{{number}}}"
            new_key = key if known else self.text(key, place + OF_NAME)
            new_member = self.json(member, place)
            same = same and new_key is key and new_member is member
            new[new_key if new_key not in new else f"{new_key} {number}"] = new_member
        return value if same else new


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEP):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        if not inner:
            return False
        level = [each for members in inner for each in members]
    return True
