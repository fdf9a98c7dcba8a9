"""``freehold eval compare``: several subjects on the same examples, side by side, with rules for CI."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli.errors import UsedWrongly
from freehold.cli.eval_asking import (
    BudgetOption,
    DataOption,
    FreshOption,
    LimitOption,
    NameOption,
    ParallelOption,
    ScorerOption,
    SeedOption,
    begin_all,
    check_ended_well,
    dataset_of,
    follow,
    settings_of,
)
from freehold.cli.eval_beside import FailIfOption, HtmlOption, check_meant, check_writable, compared, rules_of, show
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()
_MOST = 12


@app.command(
    epilog="Example: freehold eval compare openai/gpt-5-mini local/qwen3-4b --data work.jsonl --scorer exact"
    " --fail-if 'quality(B) < quality(A) - 0.02'"
)
def compare(
    subjects: Annotated[
        list[str],
        typer.Argument(metavar="A B...", help="Routes or targets; the first is what the others are held against."),
    ],
    *,
    data: DataOption,
    scorer: ScorerOption = None,
    fail_if: FailIfOption = None,
    report: HtmlOption = None,
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
    """Ask several routes or targets for the same examples, and say how they differ, with intervals.

    Answers that an earlier run has to the same requests are taken from there. Exit code 1 where a rule of --fail-if
    holds or cannot be told, where a run did not come to its end, and where labels kept a part of the data from whoever
    was asked; 2 for what cannot be meant, which is told before anything is asked.
    """
    if not 2 <= len(subjects) <= _MOST:
        raise UsedWrongly(f"name two to compare, and at most {_MOST}; 'freehold eval run' asks one")
    settings = settings_of(scorer, budget, parallel, limit, seed, fresh=fresh)
    rules = rules_of(fail_if)
    check_meant(rules, subjects, settings["scorers"])
    check_writable(report)
    with reach(Where(config, data_dir), "answer") as client:
        dataset = dataset_of(client, data, name)
        runs = begin_all(client, dataset, subjects, settings)
        ended = follow(client, runs)
        comparison = compared(client, runs)
    show(comparison, rules, report, as_json=as_json)
    check_ended_well(ended)
