"""What backing up and restoring share: whose data is meant, and how far it is, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from freehold.cli.errors import UsedWrongly
from freehold.cli.reach import Where
from freehold.config import Config


def at_hand(where: Where, env: Mapping[str, str]) -> Config:
    """The configuration of the Freehold whose data is in reach.

    Raises `UsedWrongly` where only a Freehold at an address is named: its data may be on another machine.
    """
    named = where.data_dir or env.get("FREEHOLD_SERVER_DATA_DIR") or env.get("FREEHOLD_DATA_DIR")
    if env.get("FREEHOLD_URL") and not named:
        raise UsedWrongly(
            "FREEHOLD_URL names a Freehold, and this needs its data: run it on the machine that has them, and name the"
            " directory with --data-dir"
        )
    return where.settings(env)


@contextmanager
def moving() -> Iterator[Callable[[str, int], None]]:
    """Shows how many bytes each step has done, and is told of so many further ones by the step's word."""
    if not sys.stderr.isatty():
        yield lambda _step, _size: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        steps: dict[str, int] = {}

        def tell(step: str, size: int) -> None:
            if step not in steps:
                steps[step] = int(bar.add_task(step, total=None))
            bar.advance(bar.task_ids[steps[step]], size)

        yield tell
