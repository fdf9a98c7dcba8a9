"""How commands speak: results to stdout, everything else to stderr, tables for people and JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import typer

_KEPT = {"\n", "\t"}
_FEW = 3


def fail(message: str) -> None:
    """One sentence on stderr."""
    typer.echo(f"freehold: {clean(message)}", err=True)


def note(message: str) -> None:
    """Something worth knowing that is no result, on stderr."""
    typer.echo(clean(message), err=True)


def aside(message: str) -> None:
    """A remark about a result, on stderr; dim on a terminal."""
    typer.secho(clean(message), err=True, dim=True)


def line(message: str = "") -> None:
    """A line of a result."""
    typer.echo(clean(message) if sys.stdout.isatty() else message)


def piece(text: str) -> None:
    """A part of a result that is still coming, shown at once."""
    typer.echo(clean(text) if sys.stdout.isatty() else text, nl=False)


def json(value: Any) -> None:
    """A result for programs."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def clean(text: str) -> str:
    """Text without control characters, by which a name or an answer could otherwise drive the terminal."""
    if text.isprintable():
        return text
    return "".join(char if char in _KEPT or not _controls(char) else "\N{REPLACEMENT CHARACTER}" for char in text)


def name(text: object) -> str:
    r"""What the user or a folder calls something: as it is, or quoted where that would not be seen on one line.

    >>> name("leave.md"), name("a\nb")
    ('leave.md', "'a\\nb'")
    """
    told = str(text)
    return told if told.isprintable() else repr(told)


def several(texts: Sequence[object]) -> str:
    """Names on one line: all of a few, else the first and how many more.

    >>> several("ab"), several("abcde")
    ('a, b', 'a and 4 more')
    """
    if len(texts) > _FEW:
        return f"{name(texts[0])} and {len(texts) - 1} more"
    return ", ".join(map(name, texts))


def _controls(char: str) -> bool:
    return char < " " or "\x7f" <= char <= "\x9f"


def card(rows: Mapping[str, object]) -> None:
    """The properties of one thing, one a line; what is `None` is left out."""
    told = {name: one_line(value) for name, value in rows.items() if value is not None}
    if not sys.stdout.isatty():
        typer.echo("\n".join(f"{name}\t{value}" for name, value in told.items()))
        return
    width = max(len(name) for name in told)
    for name, value in told.items():
        typer.echo(f"{typer.style(name.ljust(width), dim=True)}  {value}")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
    """A result for people: aligned on a terminal, tab-separated lines elsewhere. `right`: columns of numbers.

    Nothing is cut or folded to fit: what is long, such as an id, can be copied whole, and the terminal wraps the line.
    """
    cells = [[one_line(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        typer.echo("\n".join("\t".join(row) for row in (columns, *cells)))
        return
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    numbers = [column in set(right) for column in columns]
    head, *body = [_aligned(row, widths, numbers) for row in (columns, *cells)]
    typer.echo("\n".join([typer.style(head, bold=True), *body]))


def _aligned(row: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    placed = zip(row, widths, numbers, strict=True)
    return "  ".join(text.rjust(width) if number else text.ljust(width) for text, width, number in placed).rstrip()


def one_line(value: object) -> str:
    """One line of text, whatever it was."""
    text = "" if value is None else str(value)
    return clean(" ".join(text.splitlines()).replace("\t", " "))
