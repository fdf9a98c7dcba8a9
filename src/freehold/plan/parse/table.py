"""One table of a scenario: each key is asked for by name, and what nobody asked for is a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from freehold.catalog.words import mend_for
from freehold.plan.defaults.field import Assumed, Field
from freehold.plan.parse.book import Book
from freehold.plan.parse.number import Number, finite, read_number
from freehold.plan.quantity import Quantity
from freehold.tables.lines import Path

W = TypeVar("W", bound=str)

_MOST_TEXT = 2_000
"""Characters of a text."""


class Table:
    """Reads one table. What is at fault is noted; something harmless stands in its place, so that reading goes on."""

    def __init__(self, raw: object, place: Path, book: Book) -> None:
        self.place = place
        self.book = book
        self.asked: list[str] = []
        self.raw: Mapping[str, object] = raw if isinstance(raw, Mapping) else {}
        if not isinstance(raw, Mapping):
            self.fault((), f"{self.path() or 'the file'} is no table", "write it as a table of keys")

    def path(self, key: str = "") -> str:
        """A place as the plan names it: ``options.frontier.input``."""
        return ".".join(str(step) for step in (*self.place, *((key,) if key else ())))

    def fault(self, key: str | Path, message: str, mend: str) -> None:
        """Note a fault at a key, once."""
        place = (*self.place, *((key,) if isinstance(key, str) else key))
        if (place, message) not in self.book.told:
            self.book.told.add((place, message))
            self.book.findings.add(place, message, mend)

    def at_fault(self, *keys: str) -> bool:
        """Whether one of the keys, or the table itself where none is named, is at fault already.

        What would follow from the harmless thing that stands in its place is then nobody's fault.
        """
        places = {(*self.place, key) for key in keys} or {self.place}
        return any(place in places for place, _ in self.book.told)

    def has(self, key: str) -> bool:
        """Whether it is written."""
        self._ask(key)
        return key in self.raw

    def get(self, key: str) -> object:
        """As it is written; `None` where it is not."""
        self._ask(key)
        return self.raw.get(key)

    def text(self, key: str, default: str = "") -> str:
        """A text of at most 2,000 characters."""
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, str) or not value.strip() or len(value) > _MOST_TEXT:
            self.fault(key, f"{self.path(key)} is no text", "write a few words in quotes")
            return default
        return value.strip()

    def word(self, key: str, words: Sequence[W], default: W) -> W:
        """One of some words."""
        value = self.text(key, default)
        found = next((word for word in words if word == value), None)
        if found is None:
            self.fault(key, f"{self.path(key)} cannot be {value[:40]!r}", mend_for(value[:40], words))
        return found or default

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.fault(key, f"{self.path(key)} is neither true nor false", "write true or false, without quotes")
        return default

    def number(self, key: str, least: float, most: float, *, bound: str) -> float | None:
        """A number without a range; `None` where it is not written or at fault. `bound` says why nothing else is."""
        raw = self.get(key)
        if raw is None:
            return None
        value = finite(raw)
        if value is None:
            self.fault(key, f"{self.path(key)} is no number", "write a number, without quotes")
            return None
        if not least <= value <= most:
            self.fault(key, f"{self.path(key)} is {raw}", f"give a number from {least:g} to {most:g}: {bound}")
            return None
        return value

    def whole(self, key: str, least: int, most: int, *, bound: str) -> int | None:
        """A whole number; `None` where it is not written or at fault."""
        value = self.number(key, least, most, bound=bound)
        if value is not None and value != int(value):
            self.fault(key, f"{self.path(key)} is {value:g}", "give a whole number")
            return None
        return None if value is None else int(value)

    def quantity(self, field: Field, assumed: Assumed | Quantity | None = None) -> Quantity:
        """An input with its range.

        Where it is not written: `assumed`, as it is if it is a quantity; else what the field assumes. An input that
        nothing is assumed of has to be written.
        """
        key = field.key
        path = self.path(key)
        if self.has(key):
            said = read_number(self.raw[key], field, path, self.book)
            if isinstance(said, Number):
                return field.quantity(path, said.value, said.low, said.high, source=said.source, date=said.date)
            for fault in said:
                self.fault((key, *fault.place), fault.message, fault.mend)
            return field.default(path)
        if isinstance(assumed, Quantity):
            return assumed
        if assumed is None and field.assumed is None:
            self.fault((), f"{path} is missing", f"add {key} = ...: {field.about[:1].lower()}{field.about[1:]}")
        return field.default(path, assumed)

    def table(self, key: str) -> Table:
        """A table within; an empty one where it is not written."""
        return Table(self.raw[key] if self.has(key) else {}, (*self.place, key), self.book)

    def tables(self, key: str) -> list[Table]:
        """The tables by name within a table, in their order."""
        inner = self.table(key)
        return [Table(raw, (*inner.place, name), self.book) for name, raw in inner.raw.items()]

    def items(self, key: str) -> list[object]:
        """The items of a list; none where it is not written."""
        value = self.get(key)
        if value is None or isinstance(value, list):
            return value or []
        self.fault(key, f"{self.path(key)} is no list", "write it in square brackets")
        return []

    def done(self) -> None:
        """Everything has been asked for: whatever else is written is a fault."""
        for key in self.raw.keys() - set(self.asked):
            self.fault(key, f"{self.path(key)} is not a key of a scenario", mend_for(key, self.asked))

    def _ask(self, key: str) -> None:
        if key not in self.asked:
            self.asked.append(key)
