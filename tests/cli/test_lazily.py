"""Groups that import a command when it is run."""

from __future__ import annotations

import typer

from freehold.cli.lazily import group

COMMANDS = {"runs": "List runs.", "none": "There is no module of it."}


def test_a_command_is_known_by_name_and_loaded_when_it_is_resolved() -> None:
    made = typer.main.get_command(_app())
    context = typer.Context(made)
    assert made.list_commands(context) == ["runs", "none"]
    assert made.get_command(context, "none").help == "There is no module of it."
    assert made.get_command(context, "other") is None
    name, command, rest = made.resolve_command(context, ["runs", "--limit", "2"])
    assert (name, rest) == ("runs", ["--limit", "2"])
    assert "newest first" in command.help


def _app() -> typer.Typer:
    app = typer.Typer(cls=group(COMMANDS, "freehold.cli.eval_"))

    @app.callback()
    def root() -> None:
        """Options before the command."""

    return app
