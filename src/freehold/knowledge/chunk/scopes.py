"""Where the definitions of a source file stand, in languages that say so by a keyword or a brace and by indenting.

No grammar: a definition begins on a line that looks like one, and goes on as long as the lines are indented deeper,
with the brace or the `end` that closes it. Code that is not indented gives definitions of one line, which is harmless:
it is then cut at empty lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Definition(NamedTuple):
    """Lines `first` to `last`, counted from 0; `named` is the line that names it, below decorators and comments."""

    name: str
    first: int
    named: int
    last: int


_LONGEST = 300
"""Characters of a line that is looked at; a longer one is no definition that anybody wrote."""

_MODIFIER = (
    r"(?:export|default|declare|abstract|public|private|protected|internal|fileprivate|static|final|sealed|partial|"
    r"async|unsafe|extern|const|inline|virtual|override|open|data|suspend|local|readonly|case|pub(?:\([\w: ]+\))?)\s+"
)
_KEYWORD = re.compile(
    rf"\s*(?:{_MODIFIER}){{0,6}}"
    r"(?:class|struct|enum|union|trait|interface|module|namespace|mod|protocol|extension|object|record|fn|func|function\*?|"
    r"fun|def|defp|defmodule|defmacro|sub|proc|procedure|type|macro_rules!)\s+"
    r"(?:\([^()]*\)\s*)?(?P<name>[\w$.:~?!]+)"
)
_IMPL = re.compile(r"\s*(?:unsafe\s+)?(?P<name>impl\b[^{;]*)")
_BOUND = re.compile(
    r"\s*(?:export\s+)?(?:const|let|var)\s+(?P<name>[\w$]+)(?:\s*:[^=]*)?\s*=\s*(?:async\s*)?(?:function\b|\(|[\w$]+\s*=>)"
)
_CREATE = re.compile(
    r"\s*create\s+(?:or\s+replace\s+)?(?:\w+\s+){0,2}?(?:table|view|function|procedure|trigger|index|type)\s+"
    r"(?:if\s+not\s+exists\s+)?(?P<name>[\w.\"]+)",
    re.IGNORECASE,
)
_KEYWORDS = (_KEYWORD, _IMPL, _BOUND, _CREATE)

_CALLED = re.compile(r"\s*(?P<type>[\w$<>\[\],:*&~?\s]*?)(?P<name>[\w$~]+(?:::~?[\w$]+)*)\s*\(")
_CONTROL = re.compile(
    r"\s*(?:if|for|foreach|while|switch|catch|return|else|do|new|throw|await|yield|match|with|using|lock)\b"
)
_OPENS = re.compile(r"\)[^()=;]*\{\s*$")
_PREFACE = re.compile(r"\s*(?://|#|/\*|\*|--|;|@|\[\w)")
_CLOSE = re.compile(r"\s*(?:[})\]]|end\b)")
_GOES_ON = re.compile(
    r"\s*(?:[)\]{>]|where\b|else\b|elif\b|elsif\b|except\b|finally\b|rescue\b|ensure\b|then\b|begin\b)"
)
_TYPES = re.compile(r"<[^<>]*>")
_TAB = 4


def indent(line: str) -> int:
    """The column of the first letter; a tab counts for four."""
    white = line[: len(line) - len(line.lstrip())]
    return len(white) + (_TAB - 1) * white.count("\t")


def closes(line: str) -> bool:
    """Whether the line only ends what was begun above."""
    return _CLOSE.match(line) is not None


def with_preface(lines: Sequence[str], first: int, floor: int) -> int:
    """The line at which the comments, decorators and attributes begin that stand right above a definition."""
    while first > floor and _PREFACE.match(lines[first - 1]):
        first -= 1
    return first


def definitions(lines: Sequence[str]) -> list[Definition]:
    """All definitions, in the order of their first lines, outer ones before those within them."""
    found: list[Definition] = []
    open_: list[tuple[int, int]] = []
    floor = last = 0
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        depth = indent(line)
        while open_ and depth <= open_[-1][0]:
            level, index = open_[-1]
            if depth == level and _GOES_ON.match(line):
                break
            open_.pop()
            closing = depth == level and closes(line)
            found[index] = found[index]._replace(last=number if closing else last)
            if closing:
                break
        if (name := _name(lines, number)) is not None:
            open_.append((depth, len(found)))
            found.append(Definition(name, with_preface(lines, number, floor), number, number))
            floor = number + 1
        last = number
    for _, index in open_:
        found[index] = found[index]._replace(last=last)
    return found


def _name(lines: Sequence[str], number: int) -> str | None:
    """What the line defines, if it defines something."""
    line = lines[number]
    if len(line) > _LONGEST:
        return None
    for pattern in _KEYWORDS:
        if (match := pattern.match(line)) is not None:
            return _plain(match["name"])
    if _CONTROL.match(line) or (match := _CALLED.match(line)) is None:
        return None
    return match["name"] if _has_body(lines, number, typed=bool(match["type"].strip())) else None


def _plain(name: str) -> str:
    """A name on one line and without the types that it takes."""
    while (shorter := _TYPES.sub("", name)) != name:
        name = shorter
    return " ".join(name.split())


def _has_body(lines: Sequence[str], number: int, *, typed: bool) -> bool:
    """Whether a brace opens after the arguments: on this line or, where a type stands before the name, further down."""
    if _OPENS.search(lines[number]):
        return True
    if not typed or not lines[number].rstrip().endswith((")", ",", "(", "const", "noexcept", "override")):
        return False
    for line in lines[number + 1 : number + 9]:
        if line.strip() == "{" or _OPENS.search(line[:_LONGEST]):
            return True
        if len(line) > _LONGEST or ";" in line or "{" in line or "=" in line:
            return False
    return False
