"""``freehold eval promote``: another target answers a route, where the evidence allows it."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app, share
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval promote auto local/qwen3-4b --evidence run_1a2b run_3c4d --margin 0.02")
def promote(
    route: Annotated[str, typer.Argument(metavar="ROUTE", help="Which of your routes it changes.")],
    candidate: Annotated[str, typer.Argument(metavar="TARGET", help="What shall answer in place of its first.")],
    *,
    evidence: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="RUN RUN", help="Of what answers now and of the candidate; else the route's shadow."),
    ] = None,
    scorer: Annotated[str, typer.Option(help="Which of the runs' scorers decides.")] = "",
    margin: Annotated[float, typer.Option(help="By how much the candidate may be worse.")] = 0.02,
    canary: Annotated[
        str | None, typer.Option(metavar="SHARE", help="On trial with a share, as in 10%; taken back by itself.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a candidate answer a route, or say what is missing."""
    body = {
        "route": route,
        "candidate": candidate,
        "evidence": evidence,
        "scorer": scorer,
        "margin": margin,
        "canary": None if canary is None else share(canary),
    }
    with reach(Where(config, data_dir), "data") as client:
        told = client.post("/api/eval/promotions", body)
    if as_json:
        say.json(told)
        return
    say.note(f"{told['why']}; {route} is now {told['flow']}: {', '.join(told['targets'])}")
    say.aside(f"take it back with 'freehold eval rollback {route}'")
