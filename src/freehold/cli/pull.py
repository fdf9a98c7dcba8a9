"""Brings a model for ``freehold models pull``, says how far it is, and adds it to the configuration if asked to."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from freehold.cli import say
from freehold.cli.amend import add_target, names_targets
from freehold.cli.errors import CommandFailed
from freehold.cli.reach import Where
from freehold.config import Config, find
from freehold.engines.hub import Progress, Pulled, pull
from freehold.engines.weights import HubRef
from freehold.stores.instance import prepare

Tell = Callable[[Progress], None]

_STEP = 10
"""Where there is no bar, a line is written each time so many more hundredths are there."""


class Fetched(msgspec.Struct, frozen=True):
    """What came of it. `target` is the ``[[target]]`` block, `added_to` the file that has it now."""

    name: str
    path: str
    size: int
    licence: str | None
    target: str
    added_to: str | None = None


def fetch(text: str, where: Where, *, add: bool) -> Fetched:
    """Fetch the model a reference names, and with `add` put it into the configuration.

    Raises `SetupError` as `engines.hub.pull` does, and `CommandFailed` where the configuration has it already.
    """
    settings = where.settings(os.environ)
    ref = HubRef.parse(text)
    if add:
        # Before gigabytes are fetched, not after.
        _refuse_twice(settings, _name(Pulled(ref, Path(), 0).target()))
    try:
        with reporting(str(ref)) as tell:
            pulled = pull(ref, prepare(settings.server.data_dir) / "models", progress=tell)
    except KeyboardInterrupt:
        say.note("interrupted; what came is kept: repeat the command to go on")
        raise
    say.note(f"{pulled.path} ({_gib(pulled.size)}, licence {pulled.licence or 'not stated'})")
    block = pulled.target()
    fetched = Fetched(_name(block), str(pulled.path), pulled.size, pulled.licence, block)
    return _add(fetched, _file(where)) if add else fetched


def _add(fetched: Fetched, file: Path) -> Fetched:
    first = not names_targets(file)
    add_target(file, fetched.target, os.environ)
    if first:
        say.note(f"{file} names a target now, so only what it names will answer; see [discover] for engines and keys.")
    return msgspec.structs.replace(fetched, added_to=str(file))


def _file(where: Where) -> Path:
    return where.config or find(os.environ, Path.cwd()) or Path.cwd() / "freehold.toml"


def _name(block: str) -> str:
    return str(tomllib.loads(block)["target"][0]["name"])


def _refuse_twice(settings: Config, name: str) -> None:
    if any(target.name == name for target in settings.targets):
        raise CommandFailed(f"there is a target {name!r} in {settings.source} already; leave out --add, or rename it")


@contextmanager
def reporting(title: str) -> Iterator[Tell]:
    """What to tell progress to: it draws a bar on a terminal, and writes a line a step elsewhere. All on stderr."""
    if sys.stderr.isatty():
        with _bar(title) as tell:
            yield tell
    else:
        yield _Lines().tell


@contextmanager
def _bar(title: str) -> Iterator[Tell]:
    # Here, because drawing takes longer to import than a small model to fetch.
    from rich import progress as bars  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as drawn:
        task = drawn.add_task(title, total=None)
        yield lambda progress: drawn.update(task, completed=progress.done, total=progress.total)


class _Lines:
    """Tells progress where there is no terminal: a line for each file, and for each tenth of the whole."""

    def __init__(self) -> None:
        self._file = ""
        self._said = 0

    def tell(self, progress: Progress) -> None:
        """Say something if there is something new."""
        part = progress.done * 100 // progress.total if progress.total else 100
        if progress.file != self._file:
            self._file = progress.file
            say.note(f"fetching {progress.file}")
        if part >= self._said + _STEP:
            self._said = part // _STEP * _STEP
            say.note(f"{self._said} % of {_gib(progress.total)}")


def _gib(size: int) -> str:
    return f"{size / 2**30:.2f} GiB"
