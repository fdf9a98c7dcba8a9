"""The command line's front door: finds the command, and turns what goes wrong into one sentence and an exit code.

Exit codes: 0 done, 1 failed, 2 used wrongly, 130 interrupted. ``FREEHOLD_DEBUG=1`` shows tracebacks.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from typing import Annotated, NoReturn

import typer

from freehold import __version__
from freehold.cli.errors import CommandFailed
from freehold.cli.lazily import group
from freehold.cli.options import new_app
from freehold.cli.say import fail
from freehold.core.errors import FreeholdError

COMMANDS = {
    "up": "Start Freehold and serve until interrupted.",
    "check": "Say everything that is wrong with a configuration.",
    "explain": "Say which target would answer, which may not, and why.",
    "chat": "Ask for one answer, or hold a conversation.",
    "docs": "Add, list, find, show and remove documents, and keep folders in sync.",
    "models": "List, describe and fetch what can answer.",
    "keys": "Make, limit, list, renew and revoke keys.",
    "budgets": "Set, list and remove budgets, and say what is spent, held back and left.",
    "usage": "Say what was used, what it cost, and why.",
    "plan": "Plan what to rent or to buy, and measure servers for it.",
    "eval": "Evaluate: ask models for the team's own work, and say which is good enough.",
    "feedback": "Export what people said of answers, as a dataset.",
    "erase": "Erase captured prompts and answers.",
    "backup": "Back up keys, ledger, documents, files and the audit log into one file.",
    "restore": "Bring back all that a backup holds, where no Freehold runs.",
    "audit": "Check the audit log, read it, prove what is in it, and say what it shows.",
}
"""Every command with what it does, in the order of the help; a module of the same name holds each."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Where what is written finds no more room."""


app = new_app(
    cls=group(COMMANDS, "freehold.cli."),
    no_args_is_help=True,
    help="The AI stack a team owns: one endpoint, open models first, labels that hold, one ledger.",
    epilog="Example: freehold up, and then in another terminal: freehold chat 'Hello'",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"freehold {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


def main() -> NoReturn:
    """Run the command line and exit."""
    try:
        app()
    except FreeholdError as error:
        code = _explain(error)
    except Exception as error:  # noqa: BLE001  # the last line of defence: a sentence and a code, for whatever it was
        code = _failed(_unforeseen(error))
    else:
        code = 0
    sys.exit(code)


def _unforeseen(error: Exception) -> str:
    """What to say of an error that no command knows."""
    # Where Python writes to an open file, such as standard output, it names none.
    if isinstance(error, OSError) and error.errno in _FULL and error.filename is None:
        return f"the output cannot be written: {error.strerror}; make room there, or send it elsewhere"
    return f"{type(error).__name__}: {error} (set FREEHOLD_DEBUG=1 to see where)"


def _explain(error: FreeholdError) -> int:
    """Say what went wrong, in one sentence or one for each fault of a configuration; returns the exit code."""
    # Here, because only a failure needs it and every command would pay for it.
    from freehold.tables.faults import ConfigFaults  # noqa: PLC0415

    if isinstance(error, ConfigFaults):
        return _failed(*(str(fault) for fault in error.faults), code=2)
    return _failed(str(error), code=error.exit_code if isinstance(error, CommandFailed) else 1)


def _failed(*sentences: str, code: int = 1) -> int:
    for sentence in sentences:
        fail(sentence)
    if os.environ.get("FREEHOLD_DEBUG", "") not in ("", "0"):
        traceback.print_exc()
    return code
