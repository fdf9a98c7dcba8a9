"""``freehold eval certify``: hold a judge to gold, so that its scores may decide something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.eval_judges import PATH, tell_certificate
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, LabelOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()

_MOST_BYTES = 32 * 1024 * 1024
_STEP_S = 2

LeastOption = Annotated[float | None, typer.Option(metavar="SHARE", help="The least, by its lower bound.")]
MostOption = Annotated[float | None, typer.Option(metavar="SHARE", help="The most, by its bound.")]


@app.command(epilog="Example: freehold eval certify tone --data gold.jsonl")
def certify(
    judge: Annotated[str, typer.Argument(metavar="JUDGE", help="Its name; see 'freehold eval judges list'.")],
    *,
    data: Annotated[Path, typer.Option(metavar="FILE", help="Gold, as JSON lines or a JSON list.")],
    agreement: LeastOption = None,
    kappa: LeastOption = None,
    same: LeastOption = None,
    position: MostOption = None,
    length: MostOption = None,
    off_format: MostOption = None,
    confidence: Annotated[float | None, typer.Option(metavar="SHARE", help="Of each bound; 0.95 by default.")] = None,
    label: LabelOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a judge about answers of which people know the better, and say whether it may decide anything.

    It passes where it agrees with gold and with itself when the order is swapped, and neither a place nor length sways
    it, each by the bound of an interval. Exit code 1 where it does not pass.
    """
    thresholds = {
        "agreement": agreement,
        "kappa": kappa,
        "same": same,
        "position": position,
        "length": length,
        "off_format": off_format,
        "confidence": confidence,
    }
    said = {name: value for name, value in thresholds.items() if value is not None}
    rows = read(data)
    with reach(Where(config, data_dir), "answer") as client:
        begun = client.post(f"{PATH}/{segment(judge)}/certify", {"rows": rows, "thresholds": said, "label": label})
        if begun["note"]:
            say.note(begun["note"])
        done = _wait(client, begun, quiet=as_json)
    if as_json:
        say.json(done)
    elif done["certificate"]:
        tell_certificate(done["certificate"])
    if done["certificate"] is None:
        raise CommandFailed(f"the certification ended before it was done: {done['note'] or done['state']}")
    if not done["certificate"]["passed"]:
        raise typer.Exit(1)


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines, or of one list; raises `CommandFailed` with the line that is at fault."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsedWrongly(f"cannot read {say.name(path)}; name a file in UTF-8 with --data") from error
    if len(data) > _MOST_BYTES:
        raise UsedWrongly(f"{say.name(path)} is larger than {_MOST_BYTES // 2**20} MiB; use a sample of it")
    rows = _list(path, text) if text.lstrip().startswith("[") else _lines(path, text)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise CommandFailed(f"{say.name(path)}: row {number} is no object; see docs/explanation/judges.md")
    return rows


def _list(path: Path, text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandFailed(f"{say.name(path)} begins as a list and is no JSON ({error})") from error
    return list(found)


def _lines(path: Path, text: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise CommandFailed(f"{say.name(path)}:{number}: is no JSON ({error})") from error
    return found


def _wait(client: Client, begun: dict[str, Any], *, quiet: bool) -> dict[str, Any]:
    """Follow it to its end. Interrupted, it goes on where Freehold runs."""
    found, told = begun, 0
    while found["state"] in {"waiting", "running"}:
        # Freehold waits, not the command: within one process, only a call under way moves it on.
        found = client.get(f"/api/eval/certifications/{segment(begun['id'])}", wait=_STEP_S)
        if not quiet and found["done"] > told and found["state"] == "running":
            told = found["done"]
            say.note(f"{told} of {found['size']} judged")
    return found
