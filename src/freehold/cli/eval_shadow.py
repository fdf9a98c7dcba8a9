"""``freehold eval shadow``: a candidate answers some of a route's traffic too, unseen by users."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.errors import UsedWrongly
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app, share
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(
    epilog="Example: freehold eval shadow auto --candidate local/qwen3-4b --scorer judge:fair --share 5% --margin 0.02"
)
def shadow(
    route: Annotated[str, typer.Argument(metavar="ROUTE", help="By the name that clients send as model.")],
    *,
    candidate: Annotated[str | None, typer.Option(metavar="TARGET", help="The target that answers too.")] = None,
    scorer: Annotated[
        str | None, typer.Option(help="That compares both answers: a certified judge:NAME, or any other scorer.")
    ] = None,
    of: Annotated[str, typer.Option("--share", metavar="SHARE", help="Of the route's requests, as in 5%.")] = "5%",
    margin: Annotated[float, typer.Option(help="By how much the candidate may be worse.")] = 0.02,
    budget: Annotated[str, typer.Option(metavar="DOLLARS", help="For the candidate's answers and judges.")] = "5.00",
    end: Annotated[bool, typer.Option("--end", help="End the route's shadow.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a candidate answer a share of a route's traffic too, unseen by users, and compare."""
    if not end and (candidate is None or scorer is None):
        raise UsedWrongly("name the candidate and what compares, with --candidate and --scorer; or say --end")
    with reach(Where(config, data_dir), "data") as client:
        if end:
            told = client.delete(f"/api/eval/shadows/{segment(route)}")
        else:
            body = {
                "route": route,
                "candidate": candidate,
                "scorer": scorer,
                "share": share(of),
                "margin": margin,
                "budget": budget,
            }
            told = client.post("/api/eval/shadows", body)
    if as_json:
        say.json(told)
    else:
        say.note(f"the shadow of {route} is {told['state']}; {told['said']}")
        if told["assumes"] and not end:
            say.aside(told["assumes"])
