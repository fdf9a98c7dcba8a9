"""``freehold keys``: made, limited, listed, renewed, revoked. A secret is printed once, when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.errors import UsedWrongly
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, LabelOption, group_names, new_app, words
from freehold.cli.reach import Where, reach
from freehold.core.caller import Role

app = new_app(no_args_is_help=True, help="Make, limit, list, renew and revoke keys.")

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="A key's id, how it begins, or its name.")]


BudgetOption = Annotated[
    str | None,
    typer.Option(metavar="DOLLARS/PERIOD", help="What it may spend: as in 0.10/day, 25/week or 300/month."),
]
RpmOption = Annotated[int | None, typer.Option(min=0, help="Requests in any sixty seconds.")]
TpmOption = Annotated[int | None, typer.Option(min=0, help="Tokens in any sixty seconds, in and out.")]
ParallelOption = Annotated[int | None, typer.Option(min=0, help="Requests at once.")]


@app.command()
def create(
    *,
    name: Annotated[str, typer.Option(help="What to call it, in lists and in the ledger.")],
    label: LabelOption = None,
    models: Annotated[str | None, typer.Option(metavar="A,B", help="The models it may ask for; default all.")] = None,
    groups: Annotated[str | None, typer.Option(metavar="A,B", help="The groups whose documents it may read.")] = None,
    collections: Annotated[
        str | None, typer.Option(metavar="A,B", help="The collections that ground its answers where nothing else says.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="The team its use is counted for.")] = None,
    role: Annotated[Role, typer.Option(help="What it may do beside asking models.")] = "user",
    admin: Annotated[bool, typer.Option("--admin", help="The same as --role admin.")] = False,
    may_declare: Annotated[
        bool, typer.Option("--may-declare", help="It is trusted to label data below its own label.")
    ] = False,
    capture: Annotated[
        bool, typer.Option("--capture", help="Its holder consents to texts being kept, where capture is configured.")
    ] = False,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="How long it is good for.")] = None,
    budget: BudgetOption = None,
    rpm: RpmOption = None,
    tpm: TpmOption = None,
    parallel: ParallelOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key. It is printed once and kept only as a hash.

    Example: freehold keys create --name ada --label internal --models auto
    """
    body = {
        "name": name,
        "label": label,
        "models": words(models),
        "groups": group_names(None if groups is None else [groups]),
        "collections": words(collections) or [],
        "team": team,
        "role": "admin" if admin else role,
        "may_declare": may_declare,
        "capture": capture,
        "days": days,
        "budget": budget,
        "rpm": rpm or None,
        "tpm": tpm or None,
        "parallel": parallel or None,
    }
    with reach(Where(config, data_dir), "data") as client:
        _show(client.post("/api/keys", body), as_json=as_json)


@app.command("list")
def list_keys(config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List every key there ever was, newest first, without its secret.

    Example: freehold keys list
    """
    with reach(Where(config, data_dir), "data") as client:
        rows = client.get("/api/keys")["data"]
    if as_json:
        say.json(rows)
        return
    columns = (
        "id",
        "begins",
        "name",
        "label",
        "models",
        "team",
        "groups",
        "collections",
        "rights",
        "limits",
        "created",
        "state",
    )
    say.table(columns, [_row(row) for row in rows])


@app.command()
def limit(
    key: KeyArgument,
    *,
    budget: BudgetOption = None,
    warn_at: Annotated[
        float | None, typer.Option("--warn-at", help="The share of the budget at which somebody is told, as in 0.8.")
    ] = None,
    when_spent: Annotated[
        Literal["refuse", "owned"],
        typer.Option("--when-spent", help="What a spent budget leaves: nothing, or the team's own targets."),
    ] = "refuse",
    rpm: RpmOption = None,
    tpm: TpmOption = None,
    parallel: ParallelOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Limit a key, from its next request on. What is not said stays; 0 lifts a rate.

    Example: freehold keys limit ada --budget 25/week --warn-at 0.8 --rpm 60
    """
    said = {"budget": budget, "rpm": rpm, "tpm": tpm, "parallel": parallel}
    body: dict[str, Any] = {name: value or None for name, value in said.items() if value is not None}
    if not body:
        raise UsedWrongly("say a limit: --budget, --rpm, --tpm or --parallel")
    if warn_at is not None and budget is None:
        raise UsedWrongly("--warn-at is of a budget; say --budget too")
    if budget is not None:
        body |= {"warn_at": warn_at, "when_spent": when_spent}
    with reach(Where(config, data_dir), "data") as client:
        row = client.post(f"/api/keys/{segment(key)}/limits", body)
    if as_json:
        say.json(row)
    else:
        say.line(f"{row['name']} ({row['id']}): {_limits(row['limits']) or 'no limits'}")


@app.command()
def rotate(
    key: KeyArgument, config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """Give a key a new secret; the old one ends at once.

    Example: freehold keys rotate ada
    """
    with reach(Where(config, data_dir), "data") as client:
        _show(client.post(f"/api/keys/{segment(key)}/rotate"), as_json=as_json)


@app.command()
def revoke(
    key: KeyArgument, config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """End a key, at once and for good.

    Example: freehold keys revoke ada
    """
    with reach(Where(config, data_dir), "data") as client:
        row = client.delete(f"/api/keys/{segment(key)}")
    if as_json:
        say.json(row)
    else:
        say.line(f"revoked: {row['name']} ({row['id']})")


def _show(issued: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        say.json(issued)
        return
    say.line(str(issued["key"]))
    say.aside(f"{issued['name']} ({issued['id']}). This is the one time that the key is shown; keep it now.")


def _row(row: Mapping[str, Any]) -> list[object]:
    rights = [row["role"], *(word for word in ("may_declare", "capture") if row[word])]
    models = "all" if row["models"] is None else ", ".join(row["models"])
    state = f"revoked {row['revoked']}" if row["revoked"] else f"until {row['expires']}" if row["expires"] else "active"
    label = row["label"] or "default"
    reads, grounds = ", ".join(row["groups"]), ", ".join(row["collections"])
    who = [row["id"], row["prefix"], row["name"], label, models, row["team"], reads, grounds]
    return [*who, ", ".join(rights), _limits(row["limits"]), row["created"], state]


def _limits(limits: Mapping[str, Any]) -> str:
    """As in ``0.1/day (0.02 left), 60 rpm``."""
    said = [f"{each['amount']}/{each['period']} ({each['left']} left)" for each in limits["budgets"]]
    return ", ".join([*said, *(f"{limits[name]} {name}" for name in ("rpm", "tpm", "parallel") if limits[name])])
