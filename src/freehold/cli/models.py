"""``freehold models``: what can answer, what one of them is, what this machine holds, and fetching more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import Refused
from freehold.cli.fit import fit
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app(no_args_is_help=True, help="List, describe and fetch what can answer.")


@app.command("list")
def list_models(config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List what can answer: routes first, then targets.

    Example: freehold models list
    """
    with reach(Where(config, data_dir), "configuration") as client:
        rows = _known(client)
    if as_json:
        say.json(rows)
        return
    columns = ("name", "kind", "answers with", "owned", "clearance", "price", "state")
    say.table(columns, [_row(row) for row in rows])


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A route or a target.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say all that is known of one model or route.

    Example: freehold models show auto
    """
    with reach(Where(config, data_dir), "configuration") as client:
        listed = client.get(f"/v1/models/{segment(name)}")
        row = _joined(listed, _health(client))
    about = _card(row)
    if as_json:
        say.json(row | ({} if about is None else {"card": about}))
        return
    say.card({key: _flat(value) for key, value in row.items()})
    if about is not None:
        say.line(f"\n{about.rstrip()}")


@app.command()
def pull(
    ref: Annotated[str, typer.Argument(metavar="hf:OWNER/NAME[:QUANT]", help="A repository of GGUF files at the hub.")],
    add: Annotated[bool, typer.Option("--add", help="Add the target to the configuration.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch a model, checked by its hash; repeat the command to go on with what was interrupted.

    HF_ENDPOINT and HF_TOKEN are respected.

    Example: freehold models pull hf:Qwen/Qwen3-4B-GGUF:Q4_K_M --add
    """
    # Here, because listing models needs nothing of the hub.
    from freehold.cli.pull import fetch  # noqa: PLC0415

    fetched = fetch(ref, Where(config, data_dir), add=add)
    if as_json:
        say.json(fetched)
    elif fetched.added_to is None:
        say.line(fetched.target.rstrip())
    else:
        say.line(f"added {fetched.name} to {fetched.added_to}; start Freehold anew to have it answer")


app.command()(fit)


def _known(client: Client) -> list[dict[str, Any]]:
    """Every model that may be asked for, with its health where the key may see that."""
    health = _health(client)
    return [_joined(listed, health) for listed in client.get("/v1/models")["data"]]


def _health(client: Client) -> dict[str, dict[str, Any]]:
    """What Freehold says of each target; nothing to a key that is no admin's."""
    try:
        return {row["name"]: row for row in client.get("/api/targets")["data"]}
    except Refused as error:
        if error.status != 403:
            raise
        return {}


def _joined(listed: Mapping[str, Any], health: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """One model of the list with its details and its health, flat."""
    details = listed.get("freehold", {})
    if "flow" in details:
        return {"name": listed["id"], "kind": "route", **details}
    return {"name": listed["id"], "kind": "target", "provider": listed["owned_by"], **details} | health.get(
        listed["id"], {}
    )


def _row(row: Mapping[str, Any]) -> list[object]:
    if row["kind"] == "route":
        return [row["name"], row["flow"], ", ".join(row["targets"]), None, None, None, None]
    owned = "yes" if row["owned"] else "no"
    answers = row.get("model", row["provider"])
    return [row["name"], row["provider"], answers, owned, row["clearance"], row.get("price"), _state(row)]


def _state(row: Mapping[str, Any]) -> str | None:
    """How it stands: a model of ours by its engine, any other by whether it has failed of late."""
    if (engine := row.get("engine")) is not None:
        return f"{engine['state']}: {engine['reason']}" if engine["reason"] else str(engine["state"])
    breaker = row.get("breaker", "closed")
    return None if breaker == "closed" else f"failing (breaker {breaker})"


def _flat(value: object) -> object:
    """A value of a card on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _card(row: Mapping[str, Any]) -> str | None:
    """What a model of our own making says of itself."""
    if row.get("provider") != "reader":
        return None
    # Here, because only this one model is ours.
    from freehold.engines.reader import MODEL_CARD  # noqa: PLC0415

    return MODEL_CARD
