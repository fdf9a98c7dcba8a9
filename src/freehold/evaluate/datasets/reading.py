"""A whole file, read into examples: all of its rows, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from freehold.core.errors import BadRequest, TooLarge
from freehold.evaluate.datasets import fields
from freehold.evaluate.datasets.faults import Faults, RowFault
from freehold.evaluate.datasets.lines import Rows, read_lines, read_list
from freehold.evaluate.datasets.opening import MOST_ROWS, Format, format_of, opened
from freehold.evaluate.datasets.parquet import read_parquet
from freehold.evaluate.datasets.row import example_in
from freehold.evaluate.datasets.table import read_table
from freehold.evaluate.model import Example

_READERS: dict[Format, Callable[[bytes, Faults], Rows]] = {
    "jsonl": read_lines,
    "json": read_list,
    "csv": read_table,
    "tsv": partial(read_table, separator="\t"),
    "parquet": read_parquet,
}
_NAMED = 10


class Read(msgspec.Struct, frozen=True):
    """The examples of a file, in its order, and what is worth knowing of how they were read."""

    examples: list[Example]
    notes: tuple[str, ...]


def read(path: Path, *, name: str = "", form: str | None = None) -> Read:
    """Read a file. `name` is what it is called, for the format where `form` does not say it.

    Raises `BadRequest`, and as `BadRows` for all rows that cannot be taken at once; `TooLarge`; `Unprocessable` where
    an extra is not installed. Blocks.
    """
    body = opened(path)
    found = format_of(body, name or path.name, form)
    examples, faults = [], Faults()
    passed: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    for where, row in _READERS[found](body, faults):
        try:
            examples.append(example_in(row))
            passed.update(fields.unknown(row))
            hidden.update(fields.hidden(row))
        except RowFault as fault:
            faults.add(where, str(fault))
        if len(examples) > MOST_ROWS:
            raise TooLarge(f"the file has more than {MOST_ROWS} rows; make several datasets of it")
    faults.check()
    if not examples:
        raise BadRequest("the file has no rows; a dataset has at least one", param="file")
    return Read(examples, _notes(found, examples, passed, hidden))


def _notes(form: Format, examples: list[Example], passed: Counter[str], hidden: Counter[str]) -> tuple[str, ...]:
    notes = [f"{_rows(len(examples))} read as {form}"]
    if passed:
        notes.append(f"passed over, since nothing here is called so: {_named(passed)}")
    if hidden:
        notes.append(f"passed over, since 'input' or 'expected' stands beside and is what is meant: {_named(hidden)}")
    without = sum(example.expected is None and example.tests is None for example in examples)
    if without:
        notes.append(f"{without} without an expectation: judges may score their answers, and other scorers cannot")
    return tuple(notes)


def _named(names: Counter[str]) -> str:
    """The names that most rows have."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(repr(name[:60]) for name, _ in names.most_common(_NAMED)) + more


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"
