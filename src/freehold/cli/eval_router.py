"""``freehold eval router``: what tells from a prompt alone whether the owned answer will do."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import CommandFailed
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach
from freehold.cli.sending import reporting

app = new_app(no_args_is_help=True, help="Train, list, show and remove routers.")

_PATH = "/api/eval/routers"
_TRAININGS = "/api/eval/trainings"
_STEP_SECONDS = 2

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
    """Train a router from the newest run of each subject: on 300 examples or more that both have scores for.

    It is trained where Freehold runs, and goes on there if this command is interrupted, or Freehold started anew.
    """
    body = {"weak": weak, "strong": strong, "data": data, "scorer": scorer}
    with reach(Where(config, data_dir), "answer") as client:
        done = _follow(client, client.post(_PATH, body))
        if done["state"] != "done":
            raise CommandFailed(f"the training {done['id']} is {done['state']}: {done['note']}")
        made = client.get(f"{_PATH}/{segment(done['router'])}")
    _tell(made, as_json=as_json)


@app.command(epilog="Example: freehold eval router trainings --json")
def trainings(*, config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List trainings, newest first: how far each is, what it made, or why it made nothing."""
    with reach(Where(config, data_dir), "data") as client:
        found = client.get(_TRAININGS)["data"]
    if as_json:
        say.json(found)
        return
    say.table(
        ("training", "begun", "state", "embedded", "router", "note"),
        [
            (*(each[name] for name in ("id", "begun", "state")), f"{each['done']} of {each['size']}", *_came_to(each))
            for each in found
        ],
    )


@app.command(epilog="Example: freehold eval router stop tn_0123456789abcdef01234567")
def stop(
    training: Annotated[str, typer.Argument(metavar="TRAINING", help="As the list of trainings tells it.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a training end without a router."""
    with reach(Where(config, data_dir), "data") as client:
        told = client.post(f"{_TRAININGS}/{segment(training)}/stop")
    if as_json:
        say.json(told)
    else:
        say.note(f"{training} is {told['state']}")


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
    """Remove a router; a promise that weighs its forecast then keeps nothing, until the route is calibrated anew."""
    with reach(Where(config, data_dir), "data") as client:
        told = client.delete(f"{_PATH}/{segment(router)}")
    if as_json:
        say.json(told)
    else:
        say.note(f"{router} is removed")


def _follow(client: Client, begun: dict[str, Any]) -> dict[str, Any]:
    """Wait until a training has ended, saying how far it is; returns it as it is then."""
    found = begun
    try:
        with reporting() as tell:
            while found["state"] in {"waiting", "running"}:
                embedded = 0 < found["size"] <= found["done"]
                tell("teaching" if embedded else "embedding prompts", found["done"], found["size"])
                found = client.get(f"{_TRAININGS}/{segment(begun['id'])}", wait=_STEP_SECONDS)
    except KeyboardInterrupt:
        say.note(
            f"interrupted; the training {begun['id']} goes on as long as Freehold runs, and when it is next started;"
            f" 'freehold eval router stop {begun['id']}' ends it"
        )
        raise
    return found


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
            ("forgot", f"{router['forgot']} prompts, as their text was erased or has expired"),
        ],
    )


def _came_to(training: dict[str, Any]) -> tuple[str, str]:
    return training["router"] or "", training["note"] or ""


def _recovers(router: dict[str, Any]) -> str:
    return f"{router['compared'][router['model']]:.3f}"
