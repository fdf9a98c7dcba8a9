"""``freehold eval promises``: what routes were calibrated to."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()

_PATH = "/api/eval/promises"


@app.callback(invoke_without_command=True, epilog="Example: freehold eval promises --json")
def promises(
    context: typer.Context,
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the promises that were ever made, or withdraw one."""
    if context.invoked_subcommand is not None:
        return
    with reach(Where(config, data_dir), "record") as client:
        found = client.get(_PATH)["data"]
    if as_json:
        say.json(found)
        return
    say.table(
        ("promise", "route", "state", "what"),
        [(each["id"], each["route"], each["state"], each["said"]) for each in found],
    )


@app.command(epilog="Example: freehold eval promises withdraw pr_1a2b3c4d5e6f")
def withdraw(
    promise: Annotated[str, typer.Argument(metavar="ID", help="Of the promise; see 'freehold eval promises'.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a promise back: its route is again as the configuration has it."""
    with reach(Where(config, data_dir), "data") as client:
        told = client.delete(f"{_PATH}/{segment(promise)}")
    if as_json:
        say.json(told)
    else:
        say.note(f"{promise} is withdrawn")
