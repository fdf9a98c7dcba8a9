"""``freehold eval stop``: have runs ask for nothing more."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.eval_asking import RUNS
from freehold.cli.options import ConfigOption, DataDirOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval stop run_0123456789abcdef01234567")
def stop(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="As 'freehold eval runs' lists them.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have runs ask for nothing more; what they have is kept, and 'freehold eval resume' goes on."""
    with reach(Where(config, data_dir), "record") as client:
        for run in runs:
            client.post(f"{RUNS}/{segment(run)}/stop")
            say.line(f"stopped {run}")
