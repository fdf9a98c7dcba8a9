"""``freehold eval runs``: which there are."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.eval_asking import RUNS
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval runs --subject local/qwen3-4b")
def runs(
    *,
    subject: Annotated[str | None, typer.Option(metavar="NAME", help="Of this route or target alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List runs, newest first."""
    with reach(Where(config, data_dir), "record") as client:
        found = client.get(RUNS, limit=limit, subject=subject)["data"]
    if as_json:
        say.json(found)
        return
    columns = ("id", "subject", "dataset", "state", "spent", "created")
    rows = [[each[column] for column in columns] for each in found]
    say.table(("run", *columns[1:]), rows, right=("spent",))
