"""``freehold eval resume``: go on with runs that ended before their time."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.eval_asking import BudgetOption, check_ended_well, follow, resumed, tell
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval resume run_0123456789abcdef01234567 --budget 2")
def resume(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="As 'freehold eval runs' lists them.")],
    *,
    budget: BudgetOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go on with runs, asking for what was not asked and again for what failed; follows one that is under way."""
    with reach(Where(config, data_dir), "answer") as client:
        for run in runs:
            resumed(client, run, budget)
        found = follow(client, runs)
    if as_json:
        say.json(found)
    else:
        for each in found:
            tell(each)
    check_ended_well(found)
