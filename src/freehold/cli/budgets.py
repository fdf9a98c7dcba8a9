"""``freehold budgets``: what keys, teams, targets and routes may cost, and what is spent, held back and left of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app(no_args_is_help=True, help="Set, list and remove budgets, and say what is spent, held back and left.")

KeyOption = Annotated[str | None, typer.Option(metavar="KEY", help="Of a key: its id, how it begins, or its name.")]
TeamOption = Annotated[str | None, typer.Option(help="Of a team: of all its keys together.")]
TargetOption = Annotated[str | None, typer.Option(help="Of a target: of whoever asks it.")]
RouteOption = Annotated[str | None, typer.Option(help="Of a route: of whatever answers on it.")]


@app.command("list")
def list_budgets(config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List every budget, with what is spent, held back and left of it in this period.

    Example: freehold budgets list
    """
    with reach(Where(config, data_dir), "data") as client:
        rows = client.get("/api/budgets")["data"]
    if as_json:
        say.json(rows)
        return
    columns = ("id", "of", "name", "budget", "spent", "held", "left", "renews", "warns at", "when spent")
    say.table(columns, [_row(row) for row in rows])


@app.command("set")
def set_budget(
    budget: Annotated[str, typer.Argument(metavar="DOLLARS/PERIOD", help="As in 0.10/day, 25/week or 300/month.")],
    *,
    key: KeyOption = None,
    team: TeamOption = None,
    target: TargetOption = None,
    route: RouteOption = None,
    warn_at: Annotated[
        float | None, typer.Option("--warn-at", help="The share of it at which somebody is told, as in 0.8.")
    ] = None,
    when_spent: Annotated[
        Literal["refuse", "owned"],
        typer.Option("--when-spent", help="What a spent budget leaves: nothing, or the team's own targets."),
    ] = "refuse",
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set a budget, in place of one of the same thing and period. It holds from the next request on.

    Example: freehold budgets set 300/month --team research --warn-at 0.8 --when-spent owned
    """
    scope, subject = _one({"key": key, "team": team, "target": target, "route": route})
    body = {"scope": scope, "subject": subject, "budget": budget, "warn_at": warn_at, "when_spent": when_spent}
    with reach(Where(config, data_dir), "data") as client:
        row = client.post("/api/budgets", body)
    if as_json:
        say.json(row)
    else:
        say.line(f"{row['id']}: {_told(row)}")


@app.command()
def remove(
    budget: Annotated[str, typer.Argument(metavar="ID", help="A budget's id, as 'freehold budgets list' has it.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove a budget, with what was counted for it. Nothing holds it from the next request on.

    Example: freehold budgets remove budget_0f3a5c7e9b1d
    """
    with reach(Where(config, data_dir), "data") as client:
        row = _found(client, budget)
        gone = client.delete(f"/api/budgets/{segment(row['id'])}")
    if as_json:
        say.json(gone)
    else:
        say.line(f"removed: {row['id']} ({row['amount']}/{row['period']} of {row['scope']} {_name(row)})")


def _one(said: Mapping[str, str | None]) -> tuple[str, str]:
    """The one thing that was named."""
    named = [(scope, subject) for scope, subject in said.items() if subject is not None]
    if len(named) != 1:
        raise UsedWrongly("say whose budget it is, once: --key, --team, --target or --route")
    return named[0]


def _found(client: Client, budget_id: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = client.get("/api/budgets")["data"]
    for row in rows:
        if row["id"] == budget_id:
            return row
    raise CommandFailed(f"there is no budget {budget_id!r}; 'freehold budgets list' has their ids")


def _name(row: Mapping[str, Any]) -> str:
    return str(row["name"] or row["subject"])


def _told(row: Mapping[str, Any]) -> str:
    return (
        f"{row['amount']}/{row['period']} of {row['scope']} {_name(row)}, {row['spent']} spent, {row['left']} left;"
        f" renews {row['renews']}"
    )


def _row(row: Mapping[str, Any]) -> list[object]:
    share = "" if row["warn_at"] is None else f"{row['warn_at']:.0%}"
    money = [f"{row['amount']}/{row['period']}", row["spent"], row["held"], row["left"]]
    return [row["id"], row["scope"], _name(row), *money, row["renews"], share, row["when_spent"]]
