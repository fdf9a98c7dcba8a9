"""National and tax numbers: what is written in the layout of one of them, and holds its check digits.

A text is cut into groups of letters and digits once. The lengths of neighbouring groups say which numbers they can be,
so that most groups cost one look into a table, however many countries there are.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from types import ModuleType
from typing import NamedTuple

from freehold.core.finding import Span
from freehold.guards.glance import flat
from freehold.guards.personal.numbers import ANY, NUMBERS, TAX, Number
from freehold.guards.personal.reading import Reading, spoken

_GROUP = re.compile(r"[0-9][0-9A-Za-z]*")
_LETTERS_BEFORE = 6
"""Letters that a group may begin with: those of an Italian tax code."""
_JOINTS = frozenset(" .-/+\u00a0\u2011")
_LETTERS_AFTER = re.compile(r"[ .-]([A-Za-z]{1,3})(?!\w)")
_LETTERS_AHEAD = re.compile(r"(?<!\w)([A-Za-z]{1,4})[ .-]\Z")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 7
"""Characters of the shortest number without the letters that may stand apart."""
_OF_A_THING = re.compile(
    r"(?<![^\W\d_])(?:order|invoice|ticket|case|parcel|tracking|delivery|item|article|product|part|batch|serial|sku|po"
    r"|receipt|quote|contract|bestell|bestellung|rechnung|artikel|auftrag|commande|facture|pedido|factura|ordine|fattura)"
    r"(?:s?[ _-]?(?:no|nr|num|numb?er|nummer|id|código|numéro|numero|n°|nº))?[ .:#=_-]{0,4}\Z"
)
"""What says, right before a number, of what thing it is the number."""
_REACH = 60
"""Characters before a number, and half as many after it, that are searched for its words."""
_NAME_OF_A_THING = 24
"""Characters before it that are searched for another name."""


class _Layout(NamedTuple):
    number: Number
    written: str
    alone: float
    words: tuple[str, ...]
    begun: frozenset[bytes]
    """How each of the words begins, as `spoken`: one of these is said in every text that has such a word."""


class _Group(NamedTuple):
    start: int
    end: int


def find_nationals(reading: Reading) -> Iterator[Span]:
    """Of every stretch that is written like one of the numbers, the likeliest number that it can be."""
    spoken = _Spoken(reading)
    for run in _runs(reading.text):
        for first in range(len(run)):
            lengths: tuple[int, ...] = ()
            for last in range(first, min(first + _MOST_GROUPS, len(run))):
                lengths += (run[last].end - run[last].start,)
                layouts = spoken.layouts(lengths) if lengths in _BY_LENGTHS else ()
                if layouts and (span := _likeliest(reading, run[first].start, run[last].end, layouts)):
                    yield span


class _Spoken:
    """Which layouts a text may hold: those that stand alone, and those of which it has a word, wherever.

    Most texts with many digits have none, and are read in no time.
    """

    def __init__(self, reading: Reading) -> None:
        self._said = {_UNSPOKEN, *reading.said()}
        self._known: dict[tuple[int, ...], list[_Layout]] = {}

    def layouts(self, lengths: tuple[int, ...]) -> list[_Layout]:
        """Those whose groups have these lengths."""
        known = self._known.get(lengths)
        if known is None:
            known = [
                layout for layout in _BY_LENGTHS[lengths] if layout.alone or not layout.begun.isdisjoint(self._said)
            ]
            self._known[lengths] = known
        return known


def _runs(text: str) -> Iterator[list[_Group]]:
    """Groups that hold a digit, as many together as a single joint divides, with the letters that stand at the ends."""
    run: list[_Group] = []
    for match in _GROUP.finditer(text):
        start, end = match.span()
        while (
            start
            and match.start() - start < _LETTERS_BEFORE
            and text[start - 1].isascii()
            and text[start - 1].isalpha()
        ):
            start -= 1
        if run and not (start == run[-1].end + 1 and text[start - 1] in _JOINTS):
            if run[-1].end - run[0].start >= _SHORTEST:
                yield _with_letters(text, run)
            run = []
        run.append(_Group(start, end))
    if run and run[-1].end - run[0].start >= _SHORTEST:
        yield _with_letters(text, run)


def _with_letters(text: str, run: list[_Group]) -> list[_Group]:
    ahead = _LETTERS_AHEAD.search(text, max(0, run[0].start - 5), run[0].start)
    after = _LETTERS_AFTER.match(text, run[-1].end)
    head = [_Group(*ahead.span(1))] if ahead else []
    return head + run + ([_Group(*after.span(1))] if after else [])


def _likeliest(reading: Reading, start: int, end: int, layouts: Sequence[_Layout]) -> Span | None:
    text = reading.text
    if _goes_on(text, start, end):
        return None
    written, said, best = text[start:end], "", None
    if len(set(filter(str.isdigit, written))) == 1:
        return None  # it stands for a number, as 999-99-9999 does in a form
    for layout in layouts:
        if not _is_written(written, layout.written):
            continue
        said = said or _said(reading, start, end)
        known = any(word in said for word in layout.words) and not reading.before(_OF_A_THING, start, _NAME_OF_A_THING)
        confidence = layout.number.known if known else layout.alone
        if not confidence or (best is not None and confidence <= best.confidence):
            continue
        # Two words beside a number look like its letters; without a word that names it, they have to be capitals.
        if (known or written == written.upper()) and _holds(layout.number, written):
            best = Span(start, end, layout.number.kind, confidence, layout.number.rule)
    return best


def _is_written(written: str, layout: str) -> bool:
    return len(written) == len(layout) and _form(layout).fullmatch(written) is not None


@cache
def _form(layout: str) -> re.Pattern[str]:
    # Compiled when a text first needs it: all of them would cost a start some 20 ms.
    return re.compile("".join(_CLASSES.get(sign) or re.escape(sign) for sign in layout))


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether what stands around it makes it a piece of something longer: a word, a decimal, a path."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if (before and (before[-1].isalnum() or before[-1] == "_")) or (after and (after[0].isalnum() or after[0] == "_")):
        return True
    joins_before = len(before) == 2 and _joins(before[1], before[0])
    return joins_before or (len(after) == 2 and _joins(after[0], after[1]))


def _joins(joint: str, beyond: str) -> bool:
    return (joint in ".,/+:" and beyond.isdigit()) or (joint == "-" and beyond.isalnum())


def _said(reading: Reading, start: int, end: int) -> str:
    """The words around a stretch, each between spaces."""
    low = reading.low
    around = _WORD.findall(low, max(0, start - _REACH), start) + _WORD.findall(low, end, end + _REACH // 2)
    return f" {' '.join(around)} "


@lru_cache(maxsize=4096)
def _holds(number: Number, written: str) -> bool:
    if number.form and not re.fullmatch(number.form, "".join(filter(str.isalnum, written)), re.IGNORECASE):
        return False
    try:
        return not number.check or bool(_module(number.check).is_valid(written))
    except (LookupError, ValueError):
        # Some checks look a place of birth up that their tables do not know, or take letters for digits.
        return True


@lru_cache(maxsize=128)
def _module(check: str) -> ModuleType:
    # Each of these brings tables of its own; what no text asks for is never imported.
    return importlib.import_module(f"stdnum.{check}")


_CLASSES = {"9": "[0-9]", "A": "[A-Za-z]", "#": "[0-9A-Za-z]", " ": r"[ .\-\u00a0\u2011]"}
_UNSPOKEN = b""
"""In place of words that have no letter of Latin-1: they may be in any text."""
_UNSPACED = "\u0e00"
"""From here on stand most scripts that put no space between words: there, a word is looked for as a piece of text."""


def _as_said(word: str) -> str:
    spoken = " ".join(_WORD.findall(word))
    return spoken if spoken[0] >= _UNSPACED else f" {spoken} "


def _by_lengths() -> dict[tuple[int, ...], list[_Layout]]:
    table: dict[tuple[int, ...], list[_Layout]] = {}
    for number in NUMBERS:
        named = f"{number.words}|{TAX if number.kind == 'tax-id' else ANY}"
        words = tuple(map(_as_said, named.split("|")))
        begun = frozenset((spoken(flat(word)) or [_UNSPOKEN])[0] for word in words)
        for layout, alone in number.layouts.items():
            lengths = tuple(len(group) for group in re.findall(r"[9A#]+", layout))
            table.setdefault(lengths, []).append(_Layout(number, layout, alone, words, begun))
    return table


_BY_LENGTHS = _by_lengths()
_MOST_GROUPS = max(map(len, _BY_LENGTHS))
