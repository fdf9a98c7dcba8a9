"""Takes findings out of the arguments of a call while they come: each value is read behind its member's name.

A password says of itself that it is one only by the name before it, as in ``{"password": "..."}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.json_stream import JsonStream
from freehold.guards.redacting import CONTEXT, Find, Numbers, Redacting

_WORDS = {"null", "true", "false"}
"""What is no number and stands outside strings: nobody's secret, whatever its member is called."""
_STRUCTURE = re.compile(r"[:,{}\[\]]")


def redacting_json(find: Find, numbers: Numbers) -> JsonStream:
    """One JSON text on its way. `numbers` are for all texts of an answer."""
    strings = _Strings(find, numbers)
    return JsonStream(strings, _Between(find, numbers, strings))


class _Strings(Redacting):
    """What stands in strings; each of them may be the name of what comes next."""

    __slots__ = ("_said",)

    def __init__(self, find: Find, numbers: Numbers) -> None:
        super().__init__(find, numbers)
        self._said = ""

    def feed(self, text: str) -> str:
        """What can go out now."""
        self._said = (self._said + text)[-CONTEXT:]
        return super().feed(text)

    def take(self) -> str:
        """What the last string said, or its end."""
        said, self._said = self._said, ""
        return said


class _Between(Redacting):
    """What stands between strings: a colon says that the one before it is a name."""

    __slots__ = ("_name", "_strings")

    def __init__(self, find: Find, numbers: Numbers, strings: _Strings) -> None:
        def find_numbers(text: str) -> Iterator[Span]:
            return (span for span in find(text) if text[span.start : span.end] not in _WORDS)

        super().__init__(find_numbers, numbers, quoted=True)
        self._strings = strings
        self._name = ""

    def feed(self, text: str) -> str:
        """What can go out now."""
        self._name = self._strings.take() or self._name
        if signs := _STRUCTURE.findall(text):
            if signs[0] == ":":
                self.lead(self._name)
            self._strings.lead(f"{self._name}: " if signs[-1] == ":" else "")
            self._name = ""
        return super().feed(text)
