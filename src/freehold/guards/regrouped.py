"""Numbers and addresses that a line's end or the cells of a table have broken, as they stand in one line.

Whoever pastes a letter has ``4111 1111`` at the end of one line and ``1111 1111`` at the beginning of the next. Only
what parts digits is changed, and what parts an address behind its at sign; words stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.guards.glance import flat, others
from freehold.guards.layers import Edit

_FEWEST = 8
"""Digits of the shortest number that is worth it."""
_BUT_DIGITS = others("0123456789")
_BREAK = r"[ \t]{0,8}\r?\n[ \t>|]{0,16}"
_APART = rf"(?:{_BREAK}|\t[ \t]{{0,3}}| {{2,4}})"
_BROKEN = re.compile(
    rf"(?:(?<=[0-9]){_APART}(?=[0-9A-Z])|(?<=[A-Z]){_APART}(?=[0-9])|(?<=[0-9][-/.]){_BREAK}(?=[0-9]))"
    r"(?=[0-9A-Z]{1,20}(?![\w+/=]))"
)
"""What parts two groups of a number, but not two lines of base64."""
_MARK = r"[^\w\n]{1,6}"
_CELLS = re.compile(
    rf"(?:[0-9]{{4}}(?<!\w[0-9]{{4}})(?:{_MARK}[0-9]{{4}}){{3}}"
    rf"|[A-Z]{{2}}[0-9]{{2}}(?<!\w[A-Z0-9]{{4}})(?:{_MARK}[0-9A-Z]{{4}}){{2,7}}(?:{_MARK}[0-9A-Z]{{1,3}})?)(?!\w)"
)
"""The groups of a card's number, or of an account's, whatever marks stand between them."""
_BETWEEN = re.compile(r"[^\w\n]+")
_ADDRESS = re.compile(
    rf"\w@(?P<at>{_BREAK})[\w-]{{1,63}}\.|@[\w-]{{1,63}}(?:\.(?P<behind>{_BREAK})[a-z]|(?P<before>{_BREAK})\.[a-z])"
)
"""An address broken at its at sign, or at the first dot behind it: what follows a whole address is none of it."""


def regrouped(text: str) -> Iterator[Edit]:
    """What to change, in order: to a blank between two groups of a number, to nothing within one and in an address."""
    edits = [*_addresses(text), *_numbers(text)]
    end = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        if edit.start >= end:
            yield edit
            end = edit.end


def _addresses(text: str) -> Iterator[Edit]:
    if "@" in text and "\n" in text:
        for match in _ADDRESS.finditer(text):
            start, end = match.span(match.lastgroup or 0)
            yield Edit(start, end, "")


def _numbers(text: str) -> Iterator[Edit]:
    if len(flat(text).translate(None, _BUT_DIGITS)) < _FEWEST:
        return
    for match in _BROKEN.finditer(text):
        yield Edit(match.start(), match.end(), " " if text[match.start() - 1].isalnum() else "")
    for cells in _CELLS.finditer(text):
        for gap in _BETWEEN.finditer(text, cells.start(), cells.end()):
            if gap[0] != " ":
                yield Edit(gap.start(), gap.end(), " ")
