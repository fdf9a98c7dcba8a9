"""How far a backup is, on a terminal; nothing is said where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


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
