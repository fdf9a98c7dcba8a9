"""CSV for other programs: RFC 4180, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a line of names. Lines end in CR LF, as the RFC has it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def counts_cell(counts: dict[str, int]) -> str:
    """Counts by name in one cell, as in ``server 3; timeout 1``."""
    return "; ".join(f"{name} {count}" for name, count in counts.items())


def _cell(value: object) -> object:
    """A value that a spreadsheet takes for what it is.

    Names are chosen by callers, and a spreadsheet runs a cell that begins like a formula; an apostrophe before it makes
    it text. Numbers are ours and stay numbers, negative amounts in decimal text among them.
    """
    if isinstance(value, str) and value.startswith(_BEGIN_FORMULAS) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()
