"""What the members of a row mean, by all the names that people give them.

The first name of each kind is its own. Where a row has it, the others are not looked at; where it has two of the
others, nobody can tell which is meant, and the row is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from freehold.catalog.words import nearest
from freehold.evaluate.datasets.body import CHAT, NOT_OF_THE_TASK
from freehold.evaluate.datasets.faults import RowFault

Row = Mapping[str, Any]

MESSAGES = ("messages",)
INPUT = ("input", "question", "prompt", "query", "instruction", "problem")
SYSTEM = ("system", "system_prompt")
EXPECTED = (
    *("expected", "ideal", "answer", "reference", "output", "target", "completion", "response", "solution", "gold"),
    *("expected_output", "ground_truth", "references", "answers"),
)
LABEL = ("label",)
SLICES = ("slices", "metadata", "tags")
TESTS = ("tests", "test")
SPLIT = ("split",)
AT = ("at", "at_ns", "timestamp", "created_at")
EXCHANGE = ("exchange",)
EXTRA = ("extra",)

_KINDS = (MESSAGES, INPUT, SYSTEM, EXPECTED, LABEL, SLICES, TESTS, SPLIT, AT, EXCHANGE, EXTRA)
_PASSED_OVER = frozenset({"id", "custom_id", *NOT_OF_THE_TASK})
"""Names that are known and say nothing here."""
KNOWN = frozenset({name for kind in _KINDS for name in kind} | CHAT | _PASSED_OVER)

_SHOWN = 12
_LONGEST = 60


def name_in(row: Row, names: tuple[str, ...]) -> str | None:
    """Under which of these names a row has something; `None`: under none. Raises `RowFault` where that is not clear."""
    if names[0] in row:
        return names[0]
    there = [name for name in names[1:] if row.get(name) is not None]
    if len(there) > 1:
        raise RowFault(
            f"{there[0]!r} and {there[1]!r} may both be the {names[0]}; call the one that is meant {names[0]!r}"
        )
    return there[0] if there else None


def unknown(row: Row) -> Iterable[str]:
    """The names of a row that mean nothing here."""
    return (name for name in row if name not in KNOWN and not name.startswith(SLICE_PREFIXES))


def hidden(row: Row) -> Iterable[str]:
    """The names of a row that would mean what its own name of that kind means, and so are not looked at."""
    for names in (INPUT, EXPECTED):
        if row.get(names[0]) is not None:
            # Of an instruction with an input both are asked.
            yield from (name for name in names[1:] if row.get(name) is not None and name != "instruction")


SLICE_PREFIXES = ("slice:", "slice.", "slices.", "metadata.")
"""Before the name of one slice, where a row is flat: the column ``slice:task``."""


def missing(row: Row, names: tuple[str, ...], what: str) -> str:
    """What to say where a row has none of these names: what it has, and the nearest to what is meant."""
    if names[0] in row:
        return f"its {names[0]!r} is null; say {what}, or leave the row out"
    found = ", ".join(repr(name[:_LONGEST]) for name in list(row)[:_SHOWN]) or "nothing"
    more = f" and {len(row) - _SHOWN} more" if len(row) > _SHOWN else ""
    guess = mistyped(row, names)
    mend = f"is {guess[0]!r} meant as {guess[1]!r}?" if guess else f"name {what} {' or '.join(map(repr, names[:3]))}"
    return f"it has no {names[0]!r}, only {found}{more}; {mend}"


def mistyped(row: Row, names: tuple[str, ...]) -> tuple[str, str] | None:
    """A name of the row that is none here and much like one of these, with that one."""
    for name in unknown(row):
        if best := nearest(name.strip(), names, cutoff=0.8):
            return name, best
    return None
