"""``freehold feedback``: what people said of answers, as a dataset."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import typer

from freehold.cli import say
from freehold.cli.options import ConfigOption, DataDirOption, new_app
from freehold.cli.reach import Where, reach

app = new_app(no_args_is_help=True, help="Export what people said of answers, as a dataset.")


# With a callback, ``export`` is a word of the command, though it is the only one.
@app.callback()
def _commands() -> None:
    """Export what people said of answers, as a dataset."""


@app.command()
def export(
    *,
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Said from then on: a date, or a span such as 24h or 7d.")
    ] = None,
    form: Annotated[Literal["jsonl"], typer.Option("--format", help="JSON lines, one example each.")] = "jsonl",  # noqa: ARG001  # room for others
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print all that was said, an example a line, oldest first, with what was asked and answered.

    Where the key that asked did not consent to its text being kept, 'consent' is false and there is none in the line.

    Example: freehold feedback export --since 30d > feedback.jsonl
    """
    lines = without = 0
    with reach(Where(config, data_dir), "record") as client, client.read("/api/feedback", since=since) as reply:
        rest = b""
        for piece in reply.pieces:
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                typer.echo(line)
                lines += 1
                without += not msgspec.json.decode(line)["consent"]
    note = f"{lines} example{'' if lines == 1 else 's'}"
    say.aside(f"{note}, {without} of them without text, since it is not kept" if without else note)
