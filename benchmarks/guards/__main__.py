"""Measure how sensitive data is found, taken out, kept and proved, beside the goals.

python -m benchmarks.guards                             everything
python -m benchmarks.guards --only pii,secrets,speed    some of it
python -m benchmarks.guards --data FOLDER               where the measurement data is
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterable, Sequence
from functools import partial

from benchmarks.goals import Row, command

MEASURES = ("pii", "secrets", "evasions", "injection", "speed", "throughput", "pseudonyms", "audit", "leaks")
"""Each is a module beside this one, with ``run(data) -> rows``."""


def rows(name: str, options: argparse.Namespace) -> Iterable[Row]:
    """The rows of one measure. Only its own module is imported: some bring much along."""
    found: Iterable[Row] = importlib.import_module(f"benchmarks.guards.{name}").run(options.data)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print each row as it comes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guards", description="Measure the guards.")
    return command(parser, {name: partial(rows, name) for name in MEASURES}, arguments)


if __name__ == "__main__":
    sys.exit(main())
