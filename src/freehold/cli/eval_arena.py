"""``freehold eval arena``: what blind votes say of routes and targets."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()

_COLUMNS = ("rank", "subject", "rating", "95%", "at equal style", "votes")


@app.command(epilog="Example: freehold eval arena --since 30d")
def arena(
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Votes from then on: a date, or a span such as 24h or 7d.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank routes and targets by blind votes, and say what is undecided.

    Votes are given on the page's playground: two answers side by side, without names.
    """
    with reach(Where(config, data_dir), "record") as client:
        found = client.get("/api/eval/arena", since=since)
    if as_json:
        say.json(found)
        return
    if not found["votes"]:
        say.note("there are no votes yet; ask two targets side by side in the page's playground, and choose 'blind'")
        return
    for place, group in enumerate(found["groups"]):
        if place:
            say.line()
        _tell(group)
    for warning in found["warnings"]:
        say.note(f"warning: {warning}")


def _tell(group: dict[str, Any]) -> None:
    say.table(_COLUMNS, [_row(each) for each in group["ranked"]], right=("rating", "at equal style", "votes"))
    for pair in group["pairs"]:
        if not pair["decided"]:
            more = pair["more_votes"]
            needed = "more votes than can be said" if more is None else f"about {more} more votes between them"
            say.aside(f"{pair['stronger']} before {pair['weaker']}: undecided, {needed} would tell")
    for each in group["style"]:
        direction = "more" if each["value"] > 0 else "less"
        told = f"{abs(each['value']):.2f} {direction} log-odds for a standard deviation of {each['name']}"
        say.aside(f"style: {told} ({each['low']:+.2f} to {each['high']:+.2f})")
    for warning in group["warnings"]:
        say.note(f"warning: {warning}")


def _row(each: dict[str, Any]) -> tuple[object, ...]:
    best, worst, rating = each["best_rank"], each["worst_rank"], each["rating"]
    return (
        f"{best}" if best == worst else f"{best} to {worst}",
        each["subject"],
        f"{rating['value']:.0f}",
        f"{rating['low']:.0f} to {rating['high']:.0f}",
        "" if each["adjusted"] is None else f"{each['adjusted']['value']:.0f}",
        each["votes"],
    )
