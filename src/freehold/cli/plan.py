"""``freehold plan``: what to rent or to buy, what it rests on, and how fast one's own servers are."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from typer.core import TyperGroup

from freehold.cli import say
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.plan_machines import machines
from freehold.cli.plan_measure import measure
from freehold.cli.reach import Where, reach
from freehold.cli.replacing import put
from freehold.plan.planner import plan as planned
from freehold.plan.report.html import html
from freehold.plan.report.json import to_json
from freehold.plan.report.table import table
from freehold.plan.result import Plan
from freehold.plan.scenario_file import read
from freehold.plan.shipped import scenarios

_COLUMNS = 110
"""Of a table that goes to no terminal."""


_UNNAMED = "compare"


class _Group(TyperGroup):
    """Commands, of which one needs no name: what is no command is a scenario to be compared."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [_UNNAMED, *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options of the command that needs no name, then the commands."""
        unnamed = self.commands[_UNNAMED]
        unnamed.format_options(type(ctx)(unnamed, parent=ctx, info_name=_UNNAMED), formatter)
        self.format_commands(ctx, formatter)


app = new_app(cls=_Group, subcommand_metavar="[SCENARIO] | COMMAND [ARGS]...")
app.command("machines")(machines)
app.command("measure")(measure)


@app.callback(epilog="Example: freehold plan scenario.toml --html report.html")
def _plan() -> None:
    """Plan what to rent or to buy.

    Without a command's name, freehold plan [SCENARIO] is freehold plan compare, with all its options.
    """


@app.command()
def compare(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO]", help="A scenario's file, or a shipped one's name.")
    ] = None,
    *,
    from_ledger: Annotated[
        bool, typer.Option("--from-ledger", help="Plan for the requests that Freehold remembers.")
    ] = False,
    trace: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Plan for the requests of a CSV, one a row.")
    ] = None,
    changed: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Another value for an input; repeatable.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the report, one file that needs nothing else.")
    ] = None,
    draws: Annotated[int, typer.Option(min=100, max=100_000, help="Of all inputs over their ranges.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of the draws.")] = 1,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what each way of running the models costs a month, with ranges, and what would change the answer.

    Without a scenario, usual options are compared over a moderate workload. All is reckoned here; --from-ledger alone
    asks a running Freehold, or the data directory.

    Example: freehold plan moderate --html report.html
    """
    changes = dict(map(_change, changed or []))
    if from_ledger and trace is not None:
        raise typer.BadParameter("give --from-ledger or --csv, not both")
    if from_ledger:
        found = _from_ledger(Where(config, data_dir), _source(scenario), changes, draws, seed)
    else:
        if trace is not None:
            changes["workload.trace"] = str(trace.absolute())
        now = datetime.datetime.now(datetime.UTC)
        found = planned(read(_source(scenario), today=now.date(), changes=changes), draws=draws, seed=seed, now=now)
    if report is not None:
        _write(report, html(found))
    if as_json:
        typer.echo(to_json(found), nl=False)
    else:
        _show(found)
    if report is not None:
        say.note(f"The report is in {say.name(report)}.")


@app.command()
def example(
    name: Annotated[str | None, typer.Argument(help="Which; without one, their names.")] = None,
) -> None:
    """Print a scenario that comes with Freehold, to begin one's own with.

    Example: freehold plan example moderate > scenario.toml
    """
    found = scenarios()
    if name is None:
        say.table(("name", "about"), [(each, _first_line(path)) for each, path in found.items()])
    else:
        typer.echo(_shipped(name).read_text("utf-8"), nl=False)


def _first_line(path: Path) -> str:
    return path.read_text("utf-8").split("\n", 1)[0].lstrip("# ")


def _source(scenario: Path | None) -> Path | None:
    """The file of a scenario, which a plain name that is no file's may stand for."""
    if scenario is None or scenario.exists() or scenario.suffix or len(scenario.parts) > 1:
        return scenario
    return _shipped(str(scenario))


def _shipped(name: str) -> Path:
    found = scenarios()
    if name not in found:
        raise UsedWrongly(f"there is no file and no scenario called {say.name(name)}; there are {', '.join(found)}")
    return found[name]


def _change(text: str) -> tuple[str, object]:
    """A path and its value: a number where it is one, else a text such as ``85 GBP``."""
    path, equals, value = text.partition("=")
    if not equals or not all(path.strip().split(".")):
        raise typer.BadParameter(f"{text!r} is no PATH=VALUE, as in workload.requests_a_day=20000", param_hint="--set")
    try:
        return path.strip(), float(value)
    except ValueError:
        return path.strip(), value.strip()


def _from_ledger(where: Where, source: Path | None, changes: dict[str, object], draws: int, seed: int) -> Plan:
    """The plan for what the ledger remembers, made by the Freehold that has it."""
    unlike = [path for path, value in changes.items() if not isinstance(value, float)]
    if unlike:
        raise UsedWrongly(f"with --from-ledger, --set takes numbers; write {unlike[0]} into the scenario")
    text = None if source is None else _text(source)
    body = {"scenario": text, "from_ledger": True, "changes": changes, "draws": min(draws, 10_000), "seed": seed}
    with reach(where, "record") as client:
        answer = client.post("/api/plan", body)
    return msgspec.convert(answer, Plan)


def _text(source: Path) -> str:
    try:
        return source.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsedWrongly(f"cannot read {say.name(source)} ({getattr(error, 'strerror', None) or error})") from error


def _write(report: Path, text: str) -> None:
    """Put the report there, whole or not at all."""
    try:
        put(report, text)
    except OSError as error:
        raise CommandFailed(
            f"the report cannot be written to {say.name(report)} ({error.strerror or error}); name another file"
        ) from error


def _show(found: Plan) -> None:
    """Print the table; off a terminal as plain lines of one width."""
    shown = table(msgspec.convert(_clean(msgspec.to_builtins(found)), Plan))
    if sys.stdout.isatty():
        Console(highlight=False, soft_wrap=False).print(shown)
        return
    console = Console(width=_COLUMNS, highlight=False, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(shown)
    typer.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))


def _clean(value: Any) -> Any:
    """The same with every text safe for a terminal: a scenario may come from anybody."""
    if isinstance(value, str):
        return say.clean(value)
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value
