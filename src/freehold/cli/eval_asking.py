"""What the commands that ask have in common: a dataset of a file, runs begun, and followed to their end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import CommandFailed, Refused, UsedWrongly
from freehold.cli.sending import reporting

RUNS = "/api/eval/runs"
ENDED = frozenset({"done", "partial", "stopped", "failed"})
_WAIT = 1
"""Seconds that Freehold is asked to wait for the end before it says how far it is."""
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_FILES = frozenset({".jsonl", ".json", ".csv", ".tsv", ".parquet", ".gz"})

DataOption = Annotated[
    str, typer.Option("--data", metavar="FILE|DATASET", help="What is asked: a file, or a dataset's name or id.")
]
ScorerOption = Annotated[
    list[str] | None,
    typer.Option("--scorer", metavar="SCORER", help="What an answer is worth, by what; repeatable; default exact."),
]
BudgetOption = Annotated[
    str | None, typer.Option(metavar="USD", help="Of each run: US dollars beyond which nothing more is asked.")
]
ParallelOption = Annotated[int, typer.Option(min=1, max=64, help="How many examples are asked at once.")]
LimitOption = Annotated[int | None, typer.Option(min=1, metavar="N", help="Ask only so many, drawn by the seed.")]
SeedOption = Annotated[int, typer.Option(min=0, help="Of that draw.")]
FreshOption = Annotated[bool, typer.Option("--fresh", help="Ask again though an earlier run has the same answer.")]
NameOption = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="What the dataset of a file is called; else as the file.")
]


def dataset_of(client: Client, data: str, name: str | None = None) -> str:
    """The id of what is asked; of a file, the dataset that is made of it, or found, by its content."""
    file = Path(data)
    if not file.is_file():
        if file.suffix in _FILES or len(file.parts) > 1:
            raise UsedWrongly(f"there is no file {say.name(data)}; name one that is there, or a dataset")
        if name is not None:
            raise UsedWrongly(f"{say.name(data)} is a dataset, and has its name; leave out --name")
        return _id_of(client, data)
    try:
        with file.open("rb") as body:
            made = client.upload("/api/eval/datasets", body, name=name or _name_of(file), filename=file.name)
    except OSError as error:
        raise UsedWrongly(f"cannot read {say.name(data)} ({error.strerror or error})") from error
    for note in made["report"]:
        say.aside(f"{made['name']}: {note}")
    return str(made["id"])


def _id_of(client: Client, data: str) -> str:
    try:
        return str(client.get(f"/api/eval/datasets/{segment(data)}", limit=1)["id"])
    except Refused as refused:
        if refused.status == 404:
            raise UsedWrongly(refused.message) from refused
        raise


def begin(client: Client, dataset: str, subject: str, settings: Mapping[str, Any]) -> str:
    """Begin a run; returns its id. Raises `UsedWrongly` for a subject that there is not."""
    given = {name: value for name, value in settings.items() if value is not None}
    try:
        return str(client.post(RUNS, {"dataset": dataset, "subject": subject, **given})["id"])
    except Refused as refused:
        if refused.status == 404:
            raise UsedWrongly(refused.message) from refused
        raise


def begin_all(client: Client, dataset: str, subjects: Sequence[str], settings: Mapping[str, Any]) -> list[str]:
    """Begin a run of each subject, or of none: where one cannot be begun, those before it are stopped.

    Raises `UsedWrongly`, before any is begun, for a subject that there is not.
    """
    for subject in subjects:
        told = client.post("/api/explain", {"model": subject, "text": ""})
        if told["code"] == "model_not_found":
            raise UsedWrongly(told["error"])
    begun: list[str] = []
    try:
        begun.extend(begin(client, dataset, subject, settings) for subject in subjects)
    except CommandFailed:
        for run in begun:
            client.post(f"{RUNS}/{segment(run)}/stop", {})
        raise
    return begun


def settings_of(
    scorers: Sequence[str] | None, budget: str | None, parallel: int, limit: int | None, seed: int, *, fresh: bool
) -> dict[str, Any]:
    """How a run asks, as the API takes it."""
    return {
        "scorers": list(scorers or ["exact"]),
        "budget": budget,
        "parallel": parallel,
        "limit": limit,
        "seed": seed,
        "fresh": fresh,
    }


def follow(client: Client, runs: Sequence[str]) -> list[dict[str, Any]]:
    """Wait until runs have ended, saying how far each is; returns them as they are then.

    Interrupted, they go on where Freehold runs, and else when it is next started.
    """
    found: dict[str, dict[str, Any]] = {}
    try:
        with reporting() as tell:
            for run in runs:
                while run not in found or found[run]["state"] not in ENDED:
                    found[run] = client.get(f"{RUNS}/{segment(run)}", wait=_WAIT)
                    counts = found[run]["counts"]
                    asked = counts["answered"] + counts["refused"] + counts["failed"]
                    tell(f"asking {found[run]['subject']}", asked, found[run]["total"])
    except KeyboardInterrupt:
        named = " ".join(runs)
        say.note(
            f"interrupted; what was answered is kept, and the rest goes on as long as Freehold runs, or with"
            f" 'freehold eval resume {named}'"
        )
        raise
    return [found[run] for run in runs]


def tell(run: Mapping[str, Any]) -> None:
    """One run for people."""
    counts = run["counts"]
    asked = counts["answered"] + counts["refused"] + counts["failed"]
    states = {"answered": counts["answered"], "refused": counts["refused"], "failed": counts["failed"]}
    told = ", ".join(f"{many} {state}" for state, many in states.items() if many or state == "answered")
    repeated = f" ({counts['repeated']} from earlier runs)" if counts["repeated"] else ""
    say.card(
        {
            "run": run["id"],
            "subject": run["subject"],
            "dataset": f"{run['dataset_name']} ({run['dataset']})" if run["dataset_name"] else run["dataset"],
            "state": run["state"],
            "asked": f"{asked} of {run['total']}: {told}{repeated}",
            **{name: _score(each) for name, each in run["scores"].items()},
            "spent": f"${run['spent']}" + (f" of ${run['budget']}" if run["budget"] else ""),
            "note": run["note"] or None,
        }
    )


def check_ended_well(runs: Sequence[Mapping[str, Any]]) -> None:
    """Raises `CommandFailed` where one did not come to its end, or labels kept some of it from every target."""
    for run in runs:
        if run["state"] != "done" or run["counts"]["barred"]:
            raise CommandFailed(f"the run {run['id']} of {run['subject']} is {run['state']}: {run['note']}")


def resumed(client: Client, run: str, budget: str | None) -> None:
    """Have a run go on; one that has not ended does so anyway."""
    try:
        client.post(f"{RUNS}/{segment(run)}/resume", {} if budget is None else {"budget": budget})
    except Refused as refused:
        if refused.status != 409 or client.get(f"{RUNS}/{segment(run)}")["state"] in ENDED:
            raise


def _name_of(file: Path) -> str:
    """What the dataset of a file is called: as the file, without endings and what no name may hold."""
    plain = _UNFIT.sub("-", file.name.split(".", 1)[0]).strip("-._")
    return plain[:80] or "data"


def _score(score: Mapping[str, Any]) -> str:
    mean = score["mean"]
    return f"none of {score['told']}" if mean is None else f"{mean:.3f} (mean of {score['told']})"
