"""Rows of a table: values with commas, semicolons or tabs between them, under a line of names (RFC 4180)."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator, Sequence

from freehold.core.errors import BadRequest
from freehold.evaluate.datasets.cells import of_cell
from freehold.evaluate.datasets.faults import Faults, RowFault
from freehold.evaluate.datasets.lines import Rows
from freehold.evaluate.datasets.opening import MOST_ROW_BYTES

_SEPARATORS = (",", ";", "\t")
_MOST_COLUMNS = 500
_LIMIT = threading.Lock()


def read_table(body: bytes, faults: Faults, *, separator: str | None = None) -> Rows:
    """The rows of a table; empty cells are nothing, empty lines are passed over.

    `separator` is the one of the first line that it has most of, where none is given. Raises `BadRequest` for what has
    no names, the same name twice, or cannot be read at all.
    """
    text = _text(body)
    first = text[: text.find("\n")] if "\n" in text else text
    separator = separator or max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = _long(reader)
    names = _names(rows)
    start = reader.line_num + 1
    try:
        for cells in rows:
            where, start = f"line {start}", reader.line_num + 1
            if any(cells):
                yield from _row(names, cells, where, faults)
    except csv.Error as error:
        faults.add(f"line {start}", f"{error}; a value with quotes, commas or line ends in it stands in quotes")


def _long(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """The reader's rows, with values as long as a row may be.

    The library has one limit for the whole process, on which others rely: it is changed for a row at a time.
    """
    while True:
        with _LIMIT:
            before = csv.field_size_limit(MOST_ROW_BYTES)
            try:
                cells = next(reader, None)
            finally:
                csv.field_size_limit(before)
        if cells is None:
            return
        yield cells


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise BadRequest(f"line {line} is not UTF-8; save the file as UTF-8", param="file") from error


def _names(reader: Iterator[list[str]]) -> list[str]:
    try:
        names = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise BadRequest(f"the first line cannot be read: {error}; it names the columns", param="file") from error
    if len(names) > _MOST_COLUMNS:
        raise BadRequest(f"the first line names {len(names)} columns; keep at most {_MOST_COLUMNS}", param="file")
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise BadRequest(f"two columns are called {twice[:60]!r}; rename one of them", param="file")
    return names


def _row(names: Sequence[str], cells: Sequence[str], where: str, faults: Faults) -> Rows:
    if len(cells) != len(names):
        faults.add(
            where,
            f"it has {len(cells)} values for {len(names)} columns; put a value that holds the separator in quotes",
        )
        return
    try:
        yield where, {name: of_cell(name, cell) for name, cell in zip(names, cells, strict=True) if name and cell}
    except RowFault as fault:
        faults.add(where, str(fault))
