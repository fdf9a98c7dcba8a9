"""Labels: how sensitive data is, and where it may therefore go.

A label is a level and a set of tags. Labels only join upward; a clearance is itself a label, and data may flow to
whatever holds a clearance at or above its level that carries all of its tags. This is the lattice of Denning, "A
Lattice Model of Secure Information Flow" (CACM 19(5), 1976), and it is the only rule.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from freehold.core.finding import Family


class Level(enum.IntEnum):
    """The four levels, lowest first."""

    PUBLIC = 0
    INTERNAL = 1
    CONFIDENTIAL = 2
    RESTRICTED = 3

    @classmethod
    def parse(cls, text: str) -> Level:
        """Read a level's name; raises `ValueError` naming the four that exist."""
        try:
            return cls[text.strip().upper()]
        except KeyError:
            names = ", ".join(level.name.lower() for level in cls)
            raise ValueError(f"{text.strip()!r} is not a level; the levels are {names}") from None


TAG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a tag looks like, whole."""


class Label(msgspec.Struct, frozen=True, order=False):
    """A level and tags. As data's label it says how sensitive; as a target's clearance, how much it may see.

    >>> str(Label.parse("internal").join(Label.parse("public;eu")))
    'internal;eu'
    >>> Label.parse("internal;eu").flows_to(Label.parse("confidential"))
    False
    """

    level: Level
    tags: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Label:
        """Read ``level`` or ``level;tag,tag``; raises `ValueError` that says what is wrong."""
        return _parse(text)

    def join(self, other: Label) -> Label:
        """The least label at or above both."""
        if self == other:
            return self
        return Label(max(self.level, other.level), self.tags | other.tags)

    def flows_to(self, clearance: Label) -> bool:
        """Whether data of this label may be shown to a holder of `clearance`."""
        return self.level <= clearance.level and self.tags <= clearance.tags

    def __str__(self) -> str:
        name = self.level.name.lower()
        return f"{name};{','.join(sorted(self.tags))}" if self.tags else name


@lru_cache(maxsize=1024)
def _parse(text: str) -> Label:
    level, _, tail = text.partition(";")
    tags = [tag.strip().lower() for tag in tail.split(",")] if tail.strip() else []
    for tag in tags:
        if not TAG.fullmatch(tag):
            raise ValueError(f"{tag!r} is not a tag; a tag is letters, digits, '.', '_' or '-', at most 64")
    return Label(Level.parse(level), frozenset(tags))


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one part of an exchange's label came from, for the record: ``key``, ``header``, ``default``, ..."""

    origin: str
    label: Label
    family: Family | None = None
    """Of what guards found in the request's own text: a declassifier for the family takes this part away again."""


PUBLIC = Label(Level.PUBLIC)


def join_all(labels: Iterable[Label]) -> Label:
    """The join of many labels; of none, `PUBLIC`."""
    joined = PUBLIC
    for label in labels:
        joined = joined.join(label)
    return joined
