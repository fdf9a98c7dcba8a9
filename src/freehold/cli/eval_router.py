"""``freehold eval router``: what tells from a prompt alone whether the owned answer will do."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app(no_args_is_help=True, help="Train, list, show and remove routers.")

_PATH = "/api/eval/routers"

RouterArgument = Annotated[str, typer.Argument(metavar="ID", help="As the list of routers tells it.")]


@app.command(epilog="Example: freehold eval router train --weak home --strong away --data triage --scorer exact")
def train(
    *,
    weak: Annotated[str, typer.Option(metavar="NAME", help="The subject whose answer is forecast to do.")],
    strong: Annotated[str, typer.Option(metavar="NAME", help="The one it is held against.")],
    data: Annotated[str, typer.Option(metavar="DATASET", help="What both have been asked for.")],
    scorer: Annotated[str, typer.Option(metavar="SCORER", help="Whose scores say which answers are right.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a router from the newest run of each subject: on 300 examples or more that both have scores for."""
    body = {"weak": weak, "strong": strong, "data": data, "scorer": scorer}
    with reach(Where(config, data_dir), "data") as client:
        made = client.post(_PATH, body)
    _tell(made, as_json=as_json)


@app.command("list", epilog="Example: freehold eval router list --json")
def listed(*, config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List routers, newest first."""
    with reach(Where(config, data_dir), "data") as client:
        found = client.get(_PATH)["data"]
    if as_json:
        say.json(found)
        return
    say.table(
        ("router", "weak", "strong", "prompts", "model", "recovers"),
        [
            (each["id"], each["weak"], each["strong"], str(each["size"]), each["model"], _recovers(each))
            for each in found
        ],
    )


@app.command(epilog="Example: freehold eval router show rt_0123456789abcdef0123456789abcdef")
def show(
    router: RouterArgument,
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a router: what it was taught, which models were tried, and how good it is."""
    with reach(Where(config, data_dir), "data") as client:
        _tell(client.get(f"{_PATH}/{segment(router)}"), as_json=as_json)


@app.command(epilog="Example: freehold eval router remove rt_0123456789abcdef0123456789abcdef")
def remove(
    router: RouterArgument,
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove a router; a promise that weighs its forecast goes on without."""
    with reach(Where(config, data_dir), "data") as client:
        told = client.delete(f"{_PATH}/{segment(router)}")
    if as_json:
        say.json(told)
    else:
        say.note(f"{router} is removed")


def _tell(router: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say.json(router)
        return
    tried = ", ".join(f"{name} {value:.3f}" for name, value in router["compared"].items())
    say.table(
        ("router", router["id"]),
        [
            ("between", f"{router['weak']} and {router['strong']}"),
            ("taught", f"{router['size']} prompts of {router['data']}, scored by {router['scorer']}"),
            ("knows prompts by", f"meaning ({router['space']}) and form" if router["space"] else "form alone"),
            ("slices", ", ".join(router["slices"]) or "none"),
            ("label", router["label"]),
            ("model", router["model"]),
            ("recovers", f"{tried} (chance 0.5)"),
            ("will do", f"on {router['will_do']:.1%} of prompts; chances are off by {router['error']:.3f} on average"),
            ("made", router["made"]),
            ("replaces", router["before"] or "none"),
        ],
    )


def _recovers(router: dict[str, Any]) -> str:
    return f"{router['compared'][router['model']]:.3f}"
