"""How commands speak: results to stdout, everything else to stderr, tables for people and JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table


def fail(message: str) -> None:
    """One sentence on stderr."""
    typer.echo(f"freehold: {message}", err=True)


def note(message: str) -> None:
    """Something worth knowing that is no result, on stderr."""
    typer.echo(message, err=True)


def json(value: Any) -> None:
    """A result for programs."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
    """A result for people: a table on a terminal, tab-separated lines elsewhere. `right`: columns of numbers."""
    cells = [[("" if cell is None else str(cell)) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (list(columns), *cells):
            typer.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in line))
        return
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    numbers = set(right)
    for column in columns:
        drawn.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*row)
    Console(highlight=False, markup=False).print(drawn)
