"""``freehold usage``: what was used, what it cost, and why each request went where it went."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach
from freehold.cli.record import REQUEST_COLUMNS, request_row, story
from freehold.cli.spreadsheet import print_csv
from freehold.ledger.spreadsheet import counts_cell

app = new_app()

By = Literal["model", "key", "label", "day", "hour", "route", "target", "team", "error"]

_COLUMNS = {
    "requests": "requests",
    "completed": "completed",
    "failed": "failed",
    "input_tokens": "tokens in",
    "output_tokens": "tokens out",
    "cost": "cost $",
    "saved": "saved $",
    "share_home": "at home",
    "escalated": "escalated",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "p99_ms": "p99 ms",
    "errors": "errors",
}
"""The fields of a row of usage that people see, and what they are called there."""


@app.command()
def usage(
    *,
    by: Annotated[By, typer.Option(help="What a row stands for.")] = "model",
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="From then on: a date, or a span such as 24h or 7d.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="Up to then, as --since.")] = None,
    tz: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Where days begin, as in Europe/Berlin; default UTC.")
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="KEY", help="Of one key alone: its id or its name.")] = None,
    requests: Annotated[bool, typer.Option("--requests", help="List recent requests, with why.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many requests to list.")] = 50,
    request: Annotated[str | None, typer.Option(metavar="ID", help="Tell the story of one request.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV (RFC 4180), with every field.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what was used, what it cost and what it saved, or why requests went where they went.

    Money is in US dollars; what was saved is reckoned against the configured baseline; at home is the share of what was
    completed by models of your own.

    Example: freehold usage --by key --since 7d
    """
    if as_csv and (as_json or request is not None):
        raise typer.BadParameter("--csv goes with neither --json nor --request")
    if request is not None and requests:
        raise typer.BadParameter("give --requests or --request ID, not both")
    with reach(Where(config, data_dir), "record") as client:
        if request is not None:
            found = client.get(f"/api/requests/{segment(request)}")
        elif requests:
            found = client.get("/api/requests", limit=limit, since=since, until=until, key=key)["data"]
        elif as_csv:
            found = client.fetch("/api/usage", by=by, since=since, until=until, tz=tz, key=key, format="csv")
        else:
            found = client.get("/api/usage", by=by, since=since, until=until, tz=tz, key=key)["data"]
    if as_json:
        say.json(found)
    elif request is not None:
        say.line("\n".join(story(found)))
    elif requests:
        _print_requests(found, as_csv=as_csv)
    elif as_csv:
        typer.echo(found, nl=False)
    else:
        _print_usage(found, by)


def _print_requests(rows: list[dict[str, Any]], *, as_csv: bool) -> None:
    cells = [request_row(row) for row in rows]
    if as_csv:
        print_csv(REQUEST_COLUMNS, cells)
    else:
        say.table(REQUEST_COLUMNS, cells, right=("cost $", "ms"))


def _print_usage(rows: list[dict[str, Any]], by: str) -> None:
    cells = [[_group(row), *(_shown(name, row[name]) for name in _COLUMNS)] for row in rows]
    say.table((by, *_COLUMNS.values()), cells, right=[*_COLUMNS.values()][:-1])
    if not rows:
        say.note("Nothing was asked in that time.")


def _group(row: dict[str, Any]) -> str:
    return "(none)" if row["group"] is None else str(row["group"])


def _shown(name: str, value: Any) -> str:
    """A figure for people: shares in hundredths, times in whole milliseconds, a dash for what is not known."""
    if value is None:
        return "-"
    if isinstance(value, dict):
        return counts_cell(value) or "-"
    if name == "share_home":
        return f"{value * 100:.0f} %"
    return f"{value:.0f}" if isinstance(value, float) else str(value)
