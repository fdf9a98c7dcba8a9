"""``freehold eval report``: runs that there are, summed up and side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli.eval_beside import FailIfOption, HtmlOption, check_writable, compared, rules_of, show
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval report run_0123456789abcdef01234567 --html report.html")
def report(
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN...", help="Of one dataset; the first is what the others are held against."),
    ],
    *,
    fail_if: FailIfOption = None,
    page: HtmlOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sum up a run, or several of the same dataset side by side, from what they have; asks nothing."""
    rules = rules_of(fail_if)
    check_writable(page)
    with reach(Where(config, data_dir), "record") as client:
        comparison = compared(client, runs)
    show(comparison, rules, page, as_json=as_json)
