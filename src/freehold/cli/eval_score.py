"""``freehold eval score``: score the answers of a run by further scorers, or anew."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.eval_asking import RUNS, follow, tell
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval score run_0123456789abcdef01234567 --scorer f1")
def score(
    run: Annotated[str, typer.Argument(metavar="RUN", help="As 'freehold eval runs' lists them.")],
    *,
    scorer: Annotated[list[str], typer.Option("--scorer", metavar="SCORER", help="By what; repeatable.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score the answers that a run has; its subject is asked for nothing."""
    with reach(Where(config, data_dir), "answer") as client:
        client.post(f"{RUNS}/{segment(run)}/scores", {"scorers": scorer})
        [found] = follow(client, [run])
    if as_json:
        say.json(found)
    else:
        tell(found)
