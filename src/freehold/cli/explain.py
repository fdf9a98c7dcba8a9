"""``freehold explain``: what would become of a request. Nothing is sent to any target."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from freehold.cli import record, say
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, LabelOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()

_MOST_BYTES = 512 * 1024


@app.command()
def explain(
    text: Annotated[str | None, typer.Argument(help="The prompt; else --file, else standard input.")] = None,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="Take the prompt from a file.")] = None,
    label: LabelOption = None,
    model: Annotated[str, typer.Option(metavar="NAME", help="The route or target that would be asked.")] = "auto",
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which target would answer, which may not, and why; nothing is sent.

    Asks the Freehold that runs here; without one, the configuration answers for itself.

    Example: freehold explain --label confidential "Summarise this contract"
    """
    prompt = _prompt(text, file)
    body = {"text": prompt, "model": model} | ({} if label is None else {"label": label})
    with reach(Where(config, data_dir), "configuration") as client:
        found = client.post("/api/explain", body)
    if as_json:
        say.json(found)
    else:
        for line in story(found):
            say.line(line)
    if found["error"] is not None:
        raise typer.Exit(1)


def _prompt(text: str | None, file: Path | None) -> str:
    if text is not None and file is not None:
        raise typer.BadParameter("give TEXT or --file, not both")
    if text is not None:
        return text
    if file is None and sys.stdin.isatty():
        raise typer.BadParameter("give TEXT, --file, or something on standard input")
    try:
        data = _read(file)
        if len(data) > _MOST_BYTES:
            raise typer.BadParameter(f"the prompt is longer than {_MOST_BYTES // 1024} KiB; explain a part of it")
        return data.decode()
    except OSError as error:
        raise typer.BadParameter(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter("the prompt is not UTF-8 text") from error


def _read(file: Path | None) -> bytes:
    if file is None:
        return sys.stdin.buffer.read(_MOST_BYTES + 1)
    with file.open("rb") as source:
        return source.read(_MOST_BYTES + 1)


def story(found: Mapping[str, Any]) -> list[str]:
    """An explanation, line by line, for people and for ``grep``."""
    origins = ", ".join(f"{source['label']} from {source['origin']}" for source in found["sources"])
    lines = [f"label: {found['label']} ({origins})"]
    lines += record.found(found["findings"])
    if found["route"]:
        lines.append(f"route: {found['route']} ({found['flow']})")
    if found["promise"]:
        lines.append(f"promise: {found['promise'].removeprefix('promise ')}")
    if found["forecast"]:
        lines.append(f"forecast: {found['forecast']}")
    lines += [f"asked first: {name}" for name in found["first"]]
    lines += [f"then: {name}" for name in found["then"]]
    lines += [f"sees less: {row['target']} ({row['by']}), as {row['label']}" for row in found["views"]]
    lines += [f"refused: {row['target']} ({row['rule']}): {row['reason']}" for row in found["refusals"]]
    if found["error"] is not None:
        lines.append(f"nothing would be asked ({found['code']}): {found['error']}")
    return lines
