"""``freehold check``: everything that is wrong with a configuration, with the line and the mend."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import typer

from freehold.cli import say
from freehold.cli.options import ConfigOption, JsonOption, new_app
from freehold.config import Config, Report, find, load
from freehold.config import check as examine
from freehold.core.errors import ConfigError

app = new_app()


@app.command()
def check(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say everything that is wrong with a configuration, with file, line and mend.

    Faults and warnings go to stderr; any fault is exit code 2, a warning is not.

    Example: freehold check --config freehold.toml
    """
    path = config or find(os.environ, Path.cwd())
    report = examine(path, os.environ)
    settings = None if report.faults else load(path, os.environ)
    if as_json:
        say.json(_told(path, report, settings))
    else:
        _tell(path, report, settings)
    if report.faults:
        raise typer.Exit(2)


def _tell(path: Path | None, report: Report, settings: Config | None) -> None:
    for fault in report.faults:
        say.note(str(fault))
    for warning in report.warnings:
        say.note(f"warning: {warning}")
    if settings is not None:
        name = str(path) if path is not None else "no freehold.toml here, so what the environment implies"
        counts = f"{_count(settings.targets, 'target')}, {_count(settings.routes, 'route')}"
        say.line(f"ok: {name}: {counts}, revision {settings.revision}")


def _told(path: Path | None, report: Report, settings: Config | None) -> dict[str, object]:
    found: dict[str, object] = {
        "ok": settings is not None,
        "file": str(path) if path is not None else None,
        "faults": [_row(fault) for fault in report.faults],
        "warnings": [_row(warning) for warning in report.warnings],
    }
    if settings is not None:
        found["targets"] = [target.name for target in settings.targets]
        found["routes"] = [route.name for route in settings.routes]
        found["revision"] = settings.revision
    return found


def _row(finding: ConfigError) -> dict[str, object]:
    return {"file": finding.file, "line": finding.line, "message": finding.message, "mend": finding.mend}


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}" if len(things) == 1 else f"{len(things)} {noun}s"
