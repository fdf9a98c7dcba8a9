"""``freehold eval run``: ask one subject for each example of a dataset."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.eval_asking import (
    BudgetOption,
    DataOption,
    FreshOption,
    LimitOption,
    NameOption,
    ParallelOption,
    ScorerOption,
    SeedOption,
    begin,
    check_ended_well,
    dataset_of,
    follow,
    settings_of,
    tell,
)
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval run local/qwen3-4b --data work.jsonl --scorer exact")
def run(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A route or a target, as clients name it.")],
    *,
    data: DataOption,
    scorer: ScorerOption = None,
    budget: BudgetOption = None,
    parallel: ParallelOption = 4,
    limit: LimitOption = None,
    seed: SeedOption = 0,
    fresh: FreshOption = False,
    name: NameOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a route or a target for each example of a dataset, and score its answers.

    Everything is asked through the pipeline, as clients ask: what is measured is what is served. Exit code 1 where it
    ended before every example was asked, or labels kept a part of the data from whoever was asked; what it has is kept,
    and 'freehold eval resume' goes on. Exit code 2 for what cannot be meant; then nothing is asked.
    """
    settings = settings_of(scorer, budget, parallel, limit, seed, fresh=fresh)
    with reach(Where(config, data_dir), "answer") as client:
        [found] = follow(client, [begin(client, dataset_of(client, data, name), subject, settings)])
    if as_json:
        say.json(found)
    else:
        tell(found)
    check_ended_well([found])
