"""The oracle of the leak test: a plain restatement of what may be seen by whom, and a search through bytes.

Nothing of Freehold is used here, so that a fault of its own cannot hide itself. Every piece of material in a story
carries a word that stands nowhere else, and every word has a label. A body that reached an upstream is searched for
such words, as it is and decoded, and each that is found must be one that the upstream may see.
"""

from __future__ import annotations

import base64
import binascii
import json
import random
import re
import string
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LEVELS = ("public", "internal", "confidential", "restricted")
TAGS = ("client-x", "eu", "health")


class Mark(NamedTuple):
    """A label, or a clearance: a level from 0 to 3, and tags."""

    level: int = 0
    tags: frozenset[str] = frozenset()

    def __str__(self) -> str:
        tags = ",".join(sorted(self.tags))
        return f"{LEVELS[self.level]};{tags}" if tags else LEVELS[self.level]


PUBLIC = Mark()


def mark(text: str) -> Mark:
    """``confidential;eu`` as a mark."""
    level, _, tags = text.partition(";")
    return Mark(LEVELS.index(level), frozenset(tags.split(",")) if tags else frozenset())


def joined(marks: Iterable[Mark]) -> Mark:
    """The least mark that is above all of them."""
    level, tags = 0, frozenset[str]()
    for each in marks:
        level, tags = max(level, each.level), tags | each.tags
    return Mark(level, tags)


def met(marks: Iterable[Mark]) -> Mark:
    """The greatest mark that is below all of them; of none, `PUBLIC`."""
    all_of_them = list(marks)
    if not all_of_them:
        return PUBLIC
    tags = frozenset.intersection(*(each.tags for each in all_of_them))
    return Mark(min(each.level for each in all_of_them), tags)


def may_see(clearance: Mark, label: Mark) -> bool:
    """Denning's rule: the level is at or below the clearance's, and every tag is carried."""
    return label.level <= clearance.level and label.tags <= clearance.tags


@dataclass
class Canary:
    """A word that stands in one piece of material and nowhere else, and who may see it.

    `family` is what guards would find in it: ``personal-data``, ``secrets`` or nothing. `sources` are the labels of
    all that it came with, each with the family of what brought it.
    """

    word: str
    story: int
    family: str = ""
    sources: list[tuple[str, Mark]] = field(default_factory=list)
    document: Document | None = None
    fallen: frozenset[str] = frozenset()
    """Families that no longer count, since an answer by a target that never saw them has carried the word on."""

    def label(self, taken_out: frozenset[str] = frozenset()) -> Mark:
        """The join of everything but the families that were taken out."""
        gone = taken_out if self.family else taken_out | self.fallen
        return joined(label for family, label in self.sources if family not in gone)


@dataclass
class State:
    """How a document stood for a time, in monotonic seconds: its label, its readers (none: everyone), or gone."""

    begun: float
    label: Mark
    groups: frozenset[str] = frozenset()
    gone: bool = False
    ended: float = float("inf")


@dataclass
class Document:
    """A document over time. Where it changes, the old state ends after the change and the new one begins before it."""

    id: str
    states: list[State]

    def between(self, since: float, until: float) -> list[State]:
        """Every state in which it may have been at some moment between the two."""
        return [state for state in self.states if state.begun <= until and state.ended >= since and not state.gone]


_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


class Words:
    """Makes words that stand nowhere else, and finds them again."""

    _LETTERS = string.ascii_lowercase + string.digits
    _PATTERN = re.compile(r"zq[0-9a-z]{14,40}?qz|DE[0-9]{20}|(?<![0-9])4[0-9]{15}(?![0-9])|AKIA[A-Z2-7]{16}")

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.canaries: dict[str, Canary] = {}

    def word(self, length: int = 18) -> str:
        """A fresh word of letters and digits, which no encoding of text changes."""
        return "zq" + "".join(self._chance.choices(self._LETTERS, k=length - 4)) + "qz"

    def iban(self) -> str:
        """A German account number with the right check digits (ISO 13616)."""
        account = f"{self._chance.randrange(10**18):018d}"
        check = 98 - int(account + "131400") % 97
        return f"DE{check:02d}{account}"

    def card(self) -> str:
        """A card number with the right last digit (ISO/IEC 7812)."""
        digits = [4, *(self._chance.randrange(10) for _ in range(14))]
        doubled = [sum(divmod(2 * each, 10)) if place % 2 == 0 else each for place, each in enumerate(digits)]
        return "".join(map(str, [*digits, -sum(doubled) % 10]))

    def access_key(self) -> str:
        """What looks like the id of a cloud's access key, and is nobody's."""
        return "AK" + "IA" + "".join(self._chance.choices(string.ascii_uppercase + "234567", k=16))

    def found_in(self, data: bytes) -> set[str]:
        """The known words in these bytes, as they are and after decoding."""
        return {word for text in readings(data) for word in self._PATTERN.findall(text) if word in self.canaries}


def readings(data: bytes) -> Iterator[str]:
    """Bytes as text, and what they are after decoding JSON, percent signs and base64, each within the other once."""
    text = data.decode("utf-8", "replace")
    yield text
    inner = [text]
    if "\\" in text:
        inner.append("\n".join(_strings(text)))
    if "%" in text:
        inner.append(urllib.parse.unquote(text))
    yield from inner[1:]
    for each in inner:
        for run in _ENCODED.findall(each):
            yield from _decoded(run)


def _strings(text: str) -> Iterator[str]:
    """Every string of a JSON text, those in strings that are JSON themselves included."""
    try:
        value = json.loads(text)
    except ValueError:
        return
    stack: list[Any] = [value]
    while stack:
        match stack.pop():
            case dict() as mapping:
                stack += [*mapping.keys(), *mapping.values()]
            case list() as items:
                stack += items
            case str() as string:
                yield string
                if string[:1] in ("{", "["):
                    yield from _strings(string)


def _decoded(run: str) -> Iterator[str]:
    for alphabet in ("+/", "-_"):
        try:
            plain = run.rstrip("=").translate(str.maketrans("-_", "+/")) if alphabet == "-_" else run.rstrip("=")
            yield base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            continue
        return
