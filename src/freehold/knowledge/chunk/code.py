"""Read source code into atoms: its lines, with the definitions around them.

A chunk should be a definition, several small ones, or a part of a long one that ends where a statement of its body
does. Where definitions stand is told by `python` for Python and by `scopes` for every other language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from freehold.knowledge.chunk import python, scopes
from freehold.knowledge.chunk.atom import Atom, Break, pieces
from freehold.knowledge.chunk.limits import Limits
from freehold.knowledge.chunk.scopes import Definition
from freehold.knowledge.model import Extracted

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class _Line(NamedTuple):
    before: Break
    path: tuple[str, ...]


def code_atoms(extracted: Extracted, limits: Limits) -> list[Atom]:
    """The lines of the text that are not empty, in order; a line too long for an atom as several."""
    text = extracted.text
    bounds = [match.span() for match in _LINE.finditer(text)]
    lines = [text[start:end] for start, end in bounds]
    found = python.definitions(text, lines) if extracted.language == "python" else None
    read = _read(lines, scopes.definitions(lines) if found is None else found)
    page = extracted.blocks[0].page if extracted.blocks else None
    result: list[Atom] = []
    for (start, end), line in zip(bounds, read, strict=True):
        for index, (left, right, inner) in enumerate(pieces(text, start, end, limits.piece)):
            result.append(Atom(left, right, inner if index else line.before, line.path, page))
    return result


class _Open(NamedTuple):
    """A definition that the lines being read are within. `body`: the indent of what stands in it."""

    definition: Definition
    body: int


def _read(lines: Sequence[str], definitions: Sequence[Definition]) -> Iterator[_Line]:
    """For each line, how good it is to cut before it and the names of the definitions that it belongs to."""
    opening = {each.first: each for each in reversed(definitions)}
    inside: list[_Open] = []
    path: tuple[str, ...] = ()
    closed = blank = False
    for number, line in enumerate(lines):
        while inside and inside[-1].definition.last < number:
            inside.pop()
            path, closed = path[:-1], True
        if not line.strip():
            blank = True
            yield _Line(Break.WORD, path)
            continue
        before = _before(line, number, inside, closed=closed, blank=blank)
        if (opened := opening.get(number)) is not None:
            before = max(before, Break.BLOCK) if inside else Break.HEADING
            if inside and inside[-1].definition.named + 1 == number:
                before = Break.GLUE
            path = (*path, opened.name)
            inside.append(_Open(opened, _body_indent(lines, opened)))
        yield _Line(before, path)
        closed = blank = False


def _before(line: str, number: int, inside: Sequence[_Open], *, closed: bool, blank: bool) -> Break:
    """The cut before a line that opens no definition."""
    if inside and inside[-1].definition.first < number <= inside[-1].definition.named + 1:
        return Break.GLUE if number >= inside[-1].definition.named else Break.LINE
    if closed:
        return Break.BLOCK if inside else Break.HEADING
    return _statement(line, inside[-1].body if inside else 0, blank=blank)


def _statement(line: str, body: int, *, blank: bool) -> Break:
    """The cut before a line of a body whose lines stand at the indent `body`: best before a statement of its own."""
    shallow = scopes.indent(line) <= body and not scopes.closes(line)
    if blank:
        return Break.ITEM if shallow else Break.SENTENCE
    return Break.SENTENCE if shallow else Break.LINE


def _body_indent(lines: Sequence[str], definition: Definition) -> int:
    """The indent of the first line that stands deeper than the line that names the definition."""
    named = scopes.indent(lines[definition.named])
    for number in range(definition.named + 1, min(definition.last, definition.named + 40) + 1):
        if lines[number].strip() and (depth := scopes.indent(lines[number])) > named:
            return depth
    return named
