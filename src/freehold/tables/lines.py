"""Which line of a TOML text says what.

The standard library's parser gives values without positions, and the libraries that keep positions (tomlkit and its
like) keep them for rewriting, not for asking. So this walks a text that has already been parsed, and therefore is
valid, once more, and notes where each key and array item begins.
"""

from __future__ import annotations

import bisect
import re
import tomllib

Path = tuple[str | int, ...]
"""The way into the tree: ``("target", 0, "price", "input")``."""

_BLANK = re.compile(r"[ \t]+")
_FILLER = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})'  # up to two quotes may stand before the closing three
    r"|'''[\s\S]*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
)
_BARE = re.compile(r"[^,\]}\r\n#]+")


def locate(text: str) -> Lines:
    """The lines of a text that `tomllib` has accepted."""
    scanner = _Scanner(text)
    scanner.document()
    return Lines(scanner.found)


class Lines:
    """Answers for the line of a place, or of the nearest place above it that has one."""

    def __init__(self, found: dict[Path, int]) -> None:
        self._found = found

    def of(self, path: Path) -> int | None:
        """The line, counted from 1; `None` when not even the first step of the path stands in the text."""
        for length in range(len(path), 0, -1):
            line = self._found.get(path[:length])
            if line is not None:
                return line
        return None


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._tables: dict[Path, int] = {}
        """For each array of tables, the index of its last item."""
        self.found: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._skip(_FILLER) < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        start = self._at
        array = self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        keys = self._keys()
        self._at += 2 if array else 1
        path: Path = ()
        for number, key in enumerate(keys):
            path = (*path, key)
            last = number == len(keys) - 1
            self._note(path, start)
            if array and last:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path = (*path, self._tables[path])
        self._note(path, start)
        return path

    def _pair(self, table: Path) -> None:
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, self._at)
        self._at += 1  # the equals sign
        self._value(path)

    def _keys(self) -> list[str]:
        """A dotted key, up to whatever follows it."""
        keys = []
        while True:
            self._skip(_BLANK)
            token = self._take(_KEY)
            keys.append(tomllib.loads(f"x = {token}")["x"] if token[:1] in {'"', "'"} else token)
            self._skip(_BLANK)
            if self._text[self._at : self._at + 1] != ".":
                return keys
            self._at += 1

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        match self._text[self._at : self._at + 1]:
            case "[":
                self._items(path)
            case "{":
                self._inline(path)
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_BARE)

    def _items(self, path: Path) -> None:
        self._at += 1
        index = 0
        while self._text[self._skip(_FILLER)] != "]":
            self._note((*path, index), self._at)
            self._value((*path, index))
            index += 1
            if self._text[self._skip(_FILLER)] == ",":
                self._at += 1
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while self._text[self._skip(_FILLER)] != "}":
            self._pair(path)
            if self._text[self._skip(_FILLER)] == ",":
                self._at += 1
        self._at += 1

    def _note(self, path: Path, position: int) -> None:
        self.found.setdefault(path, bisect.bisect_left(self._breaks, position) + 1)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        if match:
            self._at = match.end()
        return self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError("the text was not accepted by tomllib")
        self._at = match.end()
        return match[0]
