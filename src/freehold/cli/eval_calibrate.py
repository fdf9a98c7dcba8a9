"""``freehold eval calibrate``: when a route keeps the owned answer, chosen so that a promise holds."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.eval_asking import ENDED, RUNS, DataOption, dataset_of
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app, share, words
from freehold.cli.reach import Where, reach

app = new_app()

_SECONDS = 10
"""That one look waits for the end of a run."""


def _share(text: Any) -> Any:
    # The library checks what it has converted again: a number stays one.
    return text if isinstance(text, float) else share(text)


def _shares(help_: str) -> Any:
    return typer.Option(metavar="SHARE", help=help_, parser=_share)


@app.command(epilog="Example: freehold eval calibrate auto --data triage --scorer exact --harm 2% --confidence 90%")
def calibrate(
    route: Annotated[
        str, typer.Argument(metavar="ROUTE", help="A cascade; its owned targets are asked, and its last.")
    ],
    *,
    data: DataOption,
    scorer: Annotated[str, typer.Option(metavar="SCORER", help="Says which answers are right, as in 'exact'.")],
    harm: Annotated[
        float | None, _shares("The most requests kept and wrong that the stronger target had got right; default: 2%.")
    ] = None,
    confidence: Annotated[float, _shares("How surely.")] = 0.9,
    escalate: Annotated[float | None, _shares("In place of --harm: escalate so many, with the least harm.")] = None,
    budget_share: Annotated[
        float | None, _shares("In place of --harm: spend this share of what the stronger target alone costs.")
    ] = None,
    voices: Annotated[
        str | None, typer.Option(metavar="A,B", help="The owned targets to ask, in order; default: all of the route.")
    ] = None,
    stronger: Annotated[str, typer.Option(metavar="NAME", help="Default: the route's last target.")] = "",
    slices: Annotated[
        str | None, typer.Option(metavar="A,B", help="Slices to weigh, which callers name in their requests' metadata.")
    ] = None,
    router: Annotated[
        str, typer.Option(metavar="ID", help="A router whose forecasts to weigh; on questions it was not taught.")
    ] = "",
    right_at: Annotated[
        float | None, typer.Option(help="The least score of a right answer, where a scorer has more than two.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many questions.")] = None,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="How many at once.")] = 4,
    budget: Annotated[str | None, typer.Option(metavar="USD", help="The most that each target's run may cost.")] = None,
    fresh: Annotated[bool, typer.Option(help="Ask again though an answer is kept.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be promised; put nothing in force.")
    ] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Choose when a route keeps the owned answer, so that a promise of harm holds.

    Its owned targets and its last one are asked for every question, unless that has been answered before.
    """
    body: dict[str, Any] = {
        "scorer": scorer,
        "harm": harm,
        "confidence": confidence,
        "escalate": escalate,
        "budget_share": budget_share,
        "voices": words(voices) or [],
        "stronger": stronger,
        "slices": words(slices) or [],
        "router": router,
        "right_at": right_at,
        "limit": limit,
        "parallel": parallel,
        "budget": budget,
        "fresh": fresh,
    }
    path = f"/api/eval/routes/{segment(route)}/calibrate"
    with reach(Where(config, data_dir), "answer") as client:
        body["data"] = dataset_of(client, data)
        runs = client.post(path, body)["runs"]
        for target, run in runs.items():
            _wait(client, target, run)
        found = client.post(path, {**body, "runs": runs, "dry_run": dry_run})
    if as_json:
        say.json(found)
        return
    for sentence in story(found):
        say.line(sentence)


def _wait(client: Client, target: str, run: str) -> None:
    """Until a run has ended, saying so."""
    while (found := client.get(f"{RUNS}/{segment(run)}", wait=_SECONDS))["state"] not in ENDED:
        continue
    note = f": {found['note']}" if found.get("note") else ""
    say.aside(f"{target}: {found['state']} ({run}){note}")


def story(found: dict[str, Any]) -> list[str]:
    """What is promised, on what, beside what each target alone would do."""
    promise = found["promise"]
    short = "more harm than the rule's" if promise["kind"] == "budget" else "not shown to keep the promise"
    lines = [*found["said"], ""]
    lines += [
        f"{each['target']} alone: right {each['right']:.1%}, harm {each['harm']:.2%} (at most {each['bound']:.2%}),"
        f" {each['cost']} USD a request{'' if each['adequate'] else f'; {short}'}"
        for each in found["alone"]
    ]
    lines += ["", "It holds as long as:", *(f"- {each}" for each in promise["assumptions"]), ""]
    if found["in_force"]:
        return [
            *lines,
            f"In force as {promise['id']}; 'freehold eval promises withdraw {promise['id']}' takes it back.",
        ]
    return [*lines, "A dry run: nothing was put in force."]
