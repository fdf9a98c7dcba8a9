"""The command line's front door: finds the command, and turns what goes wrong into one sentence and an exit code.

Exit codes: 0 done, 1 failed, 2 used wrongly, 130 interrupted. ``FREEHOLD_DEBUG=1`` shows tracebacks.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click
import typer
from typer.core import TyperGroup

from freehold import __version__
from freehold.cli.say import fail
from freehold.config.faults import ConfigFaults
from freehold.core.errors import FreeholdError

COMMANDS = ("up", "check", "explain", "chat", "models", "keys", "usage")
"""In the order of the help."""


class _Commands(TyperGroup):
    """Imports a command's module only when it is named, so that a light command stays light."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"freehold.cli.{cmd_name}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The AI stack a team owns: one endpoint, open models first, labels that hold, one ledger.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"freehold {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line; never returns."""
    debug = os.environ.get("FREEHOLD_DEBUG", "") not in ("", "0")
    try:
        code = app(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        fail("interrupted")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read us has left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except FreeholdError as error:
        if debug:
            raise
        fail(str(error))
        sys.exit(2 if isinstance(error, ConfigFaults) else 1)
    except Exception as error:
        if debug:
            raise
        fail(f"{type(error).__name__}: {error} (set FREEHOLD_DEBUG=1 to see where)")
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
