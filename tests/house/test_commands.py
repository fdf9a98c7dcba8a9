"""The reference of the command line says what a command's own help says."""

from __future__ import annotations

from typing import Annotated

import typer

from tools.commands import commands


def written(app: typer.Typer) -> str:
    return commands(lambda title, *parts: "\n\n".join([title, *parts]), app)


def test_commands_arguments_and_options_are_written() -> None:
    app = typer.Typer()
    keys = typer.Typer(help="Who may ask.")
    app.add_typer(keys, name="keys")

    @app.command()
    def up(
        port: Annotated[int, typer.Option("--port", help="Where to\nlisten.")] = 8080,
        quiet: Annotated[bool, typer.Option("--quiet/--loud", help="Say less.")] = False,
    ) -> None:
        """Start everything."""

    @keys.command("create")
    def create(name: Annotated[str, typer.Argument(help="Whose.")], label: Annotated[str, typer.Option()]) -> None:
        """Make a key."""

    @app.command(hidden=True)
    def worker() -> None:
        """Not for people."""

    text = written(app)
    assert "## `freehold up`" in text
    assert "| `--port` | `8080` | Where to listen. |" in text
    assert "| `--quiet`, `--loud` |  | Say less. |" in text
    assert "Commands: `create`." in text
    assert "## `freehold keys create`" in text
    assert "| `NAME` |  | Whose. |" in text
    assert "| `--label` | *required* |" in text
    assert "| `--help`" not in text
    assert "worker" not in text
