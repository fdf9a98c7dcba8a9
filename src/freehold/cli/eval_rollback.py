"""``freehold eval rollback``: a route is again as it was before."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval rollback auto")
def rollback(
    route: Annotated[str, typer.Argument(metavar="ROUTE", help="By the name that clients send as model.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back what was promoted last on a route."""
    with reach(Where(config, data_dir), "data") as client:
        told = client.delete(f"/api/eval/promotions/{segment(route)}")
    if as_json:
        say.json(told)
    else:
        say.note(f"{told['candidate']} is taken back; before it, {route} asked {', '.join(told['before']['targets'])}")
