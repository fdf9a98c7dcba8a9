"""Shows what is drawn for people, and writes reports: on a terminal in its width and colours, plain lines elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from freehold.cli import say
from freehold.cli.errors import CommandFailed
from freehold.cli.replacing import put

if TYPE_CHECKING:
    from rich.console import RenderableType

_COLUMNS = 110
"""Where there is no terminal."""


def draw(thing: RenderableType) -> None:
    """Print it; off a terminal as plain lines of one width."""
    # Here, because drawing takes longer to import than most commands to run.
    from rich.console import Console  # noqa: PLC0415

    if sys.stdout.isatty():
        Console(highlight=False, soft_wrap=False).print(thing)
        return
    console = Console(width=_COLUMNS, highlight=False, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(thing)
    typer.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))


def write_report(report: Path, text: str) -> None:
    """Put a report there, whole or not at all, and say so; raises `CommandFailed`."""
    try:
        put(report, text)
    except OSError as error:
        raise CommandFailed(
            f"the report cannot be written to {say.name(report)} ({error.strerror or error}); name another file"
        ) from error
    say.note(f"The report is in {say.name(report)}.")
