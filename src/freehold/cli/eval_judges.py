"""``freehold eval judges``: models that say what an answer is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app(no_args_is_help=True, help="Make, list, show and remove judges.")

PATH = "/api/eval/judges"
_LONGEST_RUBRIC = 100_000


@app.command(epilog="Example: freehold eval judges add tone --model local/qwen3-4b --rubric tone.txt")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called, as in --scorer judge:NAME.")],
    *,
    model: Annotated[str, typer.Option(metavar="MODEL", help="The route or target that is asked.")],
    rubric: Annotated[Path, typer.Option(metavar="FILE", help="A text that says by what it judges.")],
    kind: Annotated[
        Literal["rubric", "pairwise"], typer.Option(help="One answer on a scale, or which of two is better.")
    ] = "rubric",
    scale: Annotated[str, typer.Option(metavar="LOW-HIGH", help="Whole numbers, the worst and the best.")] = "1-5",
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a judge, or another of the same name in its place; it decides nothing before it is certified."""
    ends = _scale(scale)
    try:
        text = rubric.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"cannot read {say.name(rubric)}; name a text file in UTF-8 with --rubric") from error
    if len(text) > _LONGEST_RUBRIC:
        raise UsedWrongly(f"{say.name(rubric)} is too long to be a rubric; shorten it")
    body = {"name": name, "model": model, "rubric": text, "kind": kind, "scale": ends}
    with reach(Where(config, data_dir), "data") as client:
        made = client.post(PATH, body)
    if as_json:
        say.json(made)
    else:
        say.note(f"made the judge {name}; {made['why_not'] or 'it is certified'}")


@app.command("list", epilog="Example: freehold eval judges list")
def every(*, config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List judges, and say which are certified."""
    with reach(Where(config, data_dir), "record") as client:
        found = client.get(PATH)["data"]
    if as_json:
        say.json(found)
        return
    rows = [[each["name"], each["kind"], each["model"], _certified(each), each["why_not"]] for each in found]
    say.table(("name", "kind", "model", "certified", "why not"), rows)


@app.command(epilog="Example: freehold eval judges show tone")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the judge is called.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a judge with its rubric and its certificate."""
    with reach(Where(config, data_dir), "record") as client:
        found = client.get(f"{PATH}/{segment(name)}")
    if as_json:
        say.json(found)
        return
    say.card({key: found[key] for key in ("name", "kind", "model", "created", "certified", "why_not")})
    say.line()
    say.line(found["rubric"].strip())
    if found["certificate"]:
        say.line()
        tell_certificate(found["certificate"])


@app.command(epilog="Example: freehold eval judges remove tone")
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the judge is called.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Remove a judge with its certifications."""
    with reach(Where(config, data_dir), "record") as client:
        client.delete(f"{PATH}/{segment(name)}")
    say.note(f"removed the judge {name}")


def tell_certificate(certificate: dict[str, Any]) -> None:
    """A certificate as a table, and what it comes to in a line."""
    rows = [
        [
            each["name"],
            _figure(each["value"]),
            f"{_figure(each['low'])} to {_figure(each['high'])}",
            each["wanted"],
            "yes" if each["passed"] else "no",
        ]
        for each in certificate["measures"]
    ]
    say.table(("measure", "value", "interval", "has to be", "is"), rows)
    verdict = "certified" if certificate["passed"] else f"not certified: {certificate['why']}"
    models = f" as {', '.join(certificate['answered_as'])}" if certificate["answered_as"] else ""
    cost = f", for {certificate['cost_usd']:.4f} USD" if certificate["cost_usd"] else ""
    say.line(f"\n{verdict}; {certificate['size']} examples on {certificate['made']}{models}{cost}.")


def _certified(judge: dict[str, Any]) -> str:
    return judge["certificate"]["made"] if judge["certified"] else "no"


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def _scale(text: str) -> tuple[int, int]:
    low, dash, high = text.partition("-")
    if not (dash and low.isdigit() and high.isdigit() and text.isascii() and len(text) < 10):
        raise UsedWrongly("--scale is two whole numbers, the worst and the best, as in 1-5")
    return int(low), int(high)
