"""Prints CSV for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typer

from freehold.ledger.spreadsheet import csv_text


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table with a line of names, safe to open in a spreadsheet."""
    # As bytes, so that no platform turns the ends of lines into its own.
    typer.echo(csv_text(columns, rows).encode(), nl=False)
