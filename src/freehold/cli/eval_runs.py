"""``freehold eval runs``: which there are."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval runs --limit 5")
def runs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List runs, newest first."""
    with reach(Where(config, data_dir), "record") as client:
        found = client.get("/api/eval/runs", limit=limit)["data"]
    if as_json:
        say.json(found)
        return
    say.table(("run", "subject", "state"), [(each["id"], each["subject"], each["state"]) for each in found])
