"""``freehold eval remove``: forget runs."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.eval_asking import RUNS
from freehold.cli.options import ConfigOption, DataDirOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval remove run_0123456789abcdef01234567")
def remove(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="As 'freehold eval runs' lists them.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Forget runs that have ended, with their results; the ledger keeps its records of what was asked."""
    with reach(Where(config, data_dir), "record") as client:
        for run in runs:
            client.delete(f"{RUNS}/{segment(run)}")
            say.line(f"removed {run}")
