"""``freehold keys``: made, listed, renewed, revoked. A secret is printed once, when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NoReturn

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, LabelOption, group_names, new_app, words
from freehold.cli.reach import Where, reach

app = new_app(no_args_is_help=True, help="Make, list, renew and revoke keys.")

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="A key's id, how it begins, or its name.")]


def _not_enforced(value: str | None) -> None:
    if value is not None:
        _refuse()


def _refuse() -> NoReturn:
    raise typer.BadParameter("this release cannot enforce a limit on a key, and a limit that does not hold is worse")


Limit = Annotated[str | None, typer.Option(callback=_not_enforced, hidden=True)]
"""Options of a later release: known, so that they are refused with the reason, and not shown."""


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
    admin: Annotated[bool, typer.Option("--admin", help="It may manage keys and see all requests.")] = False,
    may_declare: Annotated[
        bool, typer.Option("--may-declare", help="It is trusted to label data below its own label.")
    ] = False,
    capture: Annotated[
        bool, typer.Option("--capture", help="Its holder consents to texts being kept, where capture is configured.")
    ] = False,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="How long it is good for.")] = None,
    budget: Limit = None,  # noqa: ARG001  # its callback has refused it
    rpm: Limit = None,  # noqa: ARG001
    tpm: Limit = None,  # noqa: ARG001
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
        "admin": admin,
        "may_declare": may_declare,
        "capture": capture,
        "days": days,
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
    columns = ("id", "begins", "name", "label", "models", "team", "groups", "collections", "rights", "created", "state")
    say.table(columns, [_row(row) for row in rows])


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
    rights = [word for word in ("admin", "may_declare", "capture") if row[word]]
    models = "all" if row["models"] is None else ", ".join(row["models"])
    state = f"revoked {row['revoked']}" if row["revoked"] else f"until {row['expires']}" if row["expires"] else "active"
    label = row["label"] or "default"
    reads, grounds = ", ".join(row["groups"]), ", ".join(row["collections"])
    who = [row["id"], row["prefix"], row["name"], label, models, row["team"], reads, grounds]
    return [*who, ", ".join(rights), row["created"], state]
