"""``freehold eval data``: datasets, from files and from what people said of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.errors import CommandFailed
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, LabelOption, new_app
from freehold.cli.reach import Where, reach

app = new_app(no_args_is_help=True, help="Add, list, show, split, export and remove datasets.")

_PATH = "/api/eval/datasets"
_SHOWN = 60

NameOption = Annotated[
    str, typer.Option(metavar="NAME", help="What it is called. A name means what it was given to last.")
]
SplitAtOption = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="What was asked from then on is for testing, the rest for training."),
]
ShareOption = Annotated[
    float | None, typer.Option(metavar="SHARE", help="How much is for testing, as in 0.3; the rest for training.")
]
ByOption = Annotated[
    Literal["hash", "time"],
    typer.Option(help="Whom that share takes: whom a hash chooses, always the same, or the newest."),
]
GroupOption = Annotated[
    str | None, typer.Option(metavar="SLICE", help="Keep examples with the same value of this slice on one side.")
]
PersonalOption = Annotated[
    Literal["keep", "redact", "refuse"],
    typer.Option(help="Personal data and secrets: keep them and raise the label, take them out, or take no such file."),
]
NearOption = Annotated[bool, typer.Option(help="Leave out what is nearly the same as another example.")]


@app.command(epilog="Example: freehold eval data add work.jsonl --name triage --test-share 0.3")
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines, JSON, CSV or Parquet; packed by gzip too.")],
    *,
    name: NameOption,
    form: Annotated[
        Literal["jsonl", "json", "csv", "tsv", "parquet"] | None,
        typer.Option("--format", help="Where neither its name nor its beginning tells."),
    ] = None,
    label: LabelOption = None,
    split_at: SplitAtOption = None,
    test_share: ShareOption = None,
    by: ByOption = "hash",
    group: GroupOption = None,
    personal: PersonalOption = "keep",
    near: NearOption = True,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a dataset of a file: read whole or not at all, without duplicates and leaks, under the id of its content."""
    wanted = _wanted(name, label, split_at, test_share, by, group, personal, near=near)
    try:
        with file.open("rb") as body, reach(Where(config, data_dir), "data") as client:
            made = client.upload(_PATH, body, filename=file.name, format=form, **wanted)
    except FileNotFoundError as error:
        raise CommandFailed(f"there is no file {file}; name one that is there") from error
    except IsADirectoryError as error:
        raise CommandFailed(f"{file} is a folder; name a file in it") from error
    _tell(made, as_json=as_json)


@app.command("from-ledger", epilog="Example: freehold eval data from-ledger --since 30d --name traffic --by time")
def from_ledger(
    *,
    name: NameOption,
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Said from then on: a date, or a span such as 24h or 7d.")
    ] = None,
    label: LabelOption = None,
    split_at: SplitAtOption = None,
    test_share: ShareOption = None,
    by: ByOption = "hash",
    group: GroupOption = None,
    personal: PersonalOption = "keep",
    near: NearOption = True,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a dataset of what people said of answers, where the key that asked consented to its text being kept."""
    wanted = _wanted(name, label, split_at, test_share, by, group, personal, near=near)
    said = {option: value for option, value in {"since": since, **wanted}.items() if value is not None}
    with reach(Where(config, data_dir), "record") as client:
        made = client.post(f"{_PATH}/from-ledger?{urlencode(said)}")
    _tell(made, as_json=as_json)


@app.command("list", epilog="Example: freehold eval data list --name triage")
def listed(
    *,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Only the versions of this name.")] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List datasets, newest first."""
    with reach(Where(config, data_dir), "record") as client:
        found = client.get(_PATH, name=name)["data"]
    if as_json:
        say.json(found)
        return
    columns = ("id", "name", "size", "label", "created")
    say.table(columns, [[each[column] for column in columns] for each in found], right=["size"])


@app.command(epilog="Example: freehold eval data show triage --examples 5")
def show(
    dataset: Annotated[str, typer.Argument(metavar="NAME", help="A name, whose newest is meant, or an id.")],
    *,
    examples: Annotated[int, typer.Option(min=1, max=1000, help="How many of its examples to show.")] = 10,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a dataset: what was done to it on the way in, and its first examples."""
    with reach(Where(config, data_dir), "record") as client:
        found = client.get(f"{_PATH}/{segment(dataset)}", limit=examples)
    _tell(found, as_json=as_json)
    if not as_json:
        say.line()
        say.table(
            ("place", "split", "asked", "expected"),
            [
                (each["place"], each.get("split"), _asked(each), _short(each.get("expected")))
                for each in found["examples"]
            ],
        )


@app.command(epilog="Example: freehold eval data export triage > triage.jsonl")
def export(
    dataset: Annotated[str, typer.Argument(metavar="NAME", help="A name, whose newest is meant, or an id.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print all examples as JSON lines, which can be added again and give the same dataset."""
    path = f"{_PATH}/{segment(dataset)}/export"
    with reach(Where(config, data_dir), "record") as client, client.read(path) as reply:
        rest = b""
        for piece in reply.pieces:
            *whole, rest = (rest + piece).split(b"\n")
            for each in whole:
                typer.echo(each)


@app.command(epilog="Example: freehold eval data split triage --test-share 0.3 --group customer")
def split(
    dataset: Annotated[str, typer.Argument(metavar="NAME", help="A name, whose newest is meant, or an id.")],
    *,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the new one is called; without it, the same.")
    ] = None,
    split_at: SplitAtOption = None,
    test_share: ShareOption = None,
    by: ByOption = "hash",
    group: GroupOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Split a dataset anew, whatever its sides were: a new dataset, and the old one stays under its id."""
    said = {"name": name, "split_at": split_at, "test_share": test_share, "by": by, "group": group}
    query = urlencode({option: value for option, value in said.items() if value is not None})
    with reach(Where(config, data_dir), "record") as client:
        made = client.post(f"{_PATH}/{segment(dataset)}/split?{query}")
    _tell(made, as_json=as_json)


@app.command(epilog="Example: freehold eval data remove triage")
def remove(
    dataset: Annotated[str, typer.Argument(metavar="NAME", help="A name, whose newest is meant, or an id.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Even if runs were asked for it; their results stay.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Remove a dataset; or only its name, where it has another."""
    query = "?force=true" if force else ""
    with reach(Where(config, data_dir), "record") as client:
        gone = client.delete(f"{_PATH}/{segment(dataset)}{query}")
    if gone["removed"] is None:
        say.note(f"removed the name {gone['name']}; {gone['kept']} has another, and stays")
        return
    runs = f"; {gone['runs']} runs were asked for it, whose results stay" if gone["runs"] else ""
    say.note(f"removed {gone['name']} ({gone['removed']}){runs}")


def _wanted(
    name: str,
    label: str | None,
    split_at: str | None,
    share: float | None,
    by: str,
    group: str | None,
    personal: str,
    *,
    near: bool,
) -> dict[str, object]:
    return {
        "name": name,
        "label": label,
        "split_at": split_at,
        "test_share": share,
        "by": by,
        "group": group,
        "personal": personal,
        "near": None if near else "false",
    }


def _tell(dataset: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say.json(dataset)
        return
    splits = ", ".join(f"{many} {side or 'on no side'}" for side, many in dataset["splits"].items())
    say.card({**{name: dataset[name] for name in ("name", "id", "size", "label", "created")}, "splits": splits})
    for sentence in dataset["report"]:
        say.aside(sentence)


def _asked(example: dict[str, Any]) -> str:
    if "messages" not in example:
        return f"({example['withheld']})"
    return _short(example["messages"][-1].get("content"))


def _short(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    flat = say.one_line(text[: 4 * _SHOWN])
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}..."
