"""Cuts a text into windows of a few sentences, since an instruction is a few sentences in a long text of others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_LENGTH = 320
"""Characters that a window is filled up to with whole sentences: some 70 tokens."""
_LONGEST = 600
"""Characters of one sentence after which it is cut. What is longer is a table, a program or no sentence."""
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?。！？…]+[\"'”’)\]]*(?=\s|$|[^\x00-\x7f])|\n|$)", re.MULTILINE)
_FENCED = re.compile(r"```[^`]{0,4000}```")
MOST = 256
"""Windows of a text that are scored. Of a text that has more, those at equal distances, from the first to the last."""


class Window(msgspec.Struct, frozen=True):
    """``text[start:end]``, in characters."""

    start: int
    end: int
    text: str


def cut(text: str) -> list[Window]:
    """The windows of a text, in order, each of whole sentences as far as these are no longer than a window.

    What stands between code fences stays with the sentence before it, as far as a window is long.
    """
    windows, start, end = [], None, 0
    for begin, stop in _sentences(text):
        if start is not None and stop - start > _LENGTH:
            windows.append(Window(start, end, text[start:end]))
            start = None
        start = begin if start is None else start
        end = stop
    if start is not None:
        windows.append(Window(start, end, text[start:end]))
    return _spread(windows)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where sentences and lines begin and end, blanks left out; long ones in pieces."""
    at = 0
    for fence in _FENCED.finditer(text):
        yield from _plain(text, at, fence.start())
        yield from _pieces(fence.start(), fence.end())
        at = fence.end()
    yield from _plain(text, at, len(text))


def _plain(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text, start, end):
        found = match[0]
        begin = match.start() + len(found) - len(found.lstrip())
        stop = match.start() + len(found.rstrip())
        if stop > begin:
            yield from _pieces(begin, stop)


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    for at in range(start, end, _LONGEST):
        yield at, min(at + _LONGEST, end)


def _spread(windows: list[Window]) -> list[Window]:
    if len(windows) <= MOST:
        return windows
    step = (len(windows) - 1) / (MOST - 1)
    return [windows[round(number * step)] for number in range(MOST)]
