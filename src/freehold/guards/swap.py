"""Puts texts in the place of others, wherever and however those are written, in a text that comes in pieces.

Each `Pair` says what is to be replaced by what. A match begins and ends where a word or a number does; of several, the
longest holds. Only the end of what has come that may be the beginning of a match is kept back: never more than one
match is long, and the one or two characters after it that tell whether a word ends there. Time is linear in the text
times the length of the longest text that is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from freehold.guards.dress import dress_compact, dress_literal, dress_words
from freehold.guards.letters import fold, folded, is_mark, joined, squeezed, words_of

Form = Literal["words", "compact", "literal"]


class Pair(msgspec.Struct, frozen=True):
    """`source`, to be replaced by `target`.

    As ``words`` it is found with other punctuation between its words or none, as ``compact`` with any between all its
    letters and digits, as ``literal`` as it stands; always in any case and with or without accents. A `proper` one is
    found only where a capital begins it. A `loose` one is found within words, too.
    """

    source: str
    target: str
    form: Form = "literal"
    proper: bool = False
    loose: bool = False

    def __repr__(self) -> str:
        return f"Pair({self.form})"  # Its texts are somebody's.


class _Node:
    """A place in the tree of all sources; `gap` says how much punctuation may stand before the next character."""

    __slots__ = ("gap", "next", "pair")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.gap = ""
        self.pair: Pair | None = None


_EITHER_GAP = " \t\n\r\u00a0\u2009\u202f.,-/*_|>\u2010\u2011\u2013"
_WORD_GAP = _EITHER_GAP + "'’"
_COMPACT_GAP = _EITHER_GAP + ":()\u2012"
_LONGEST_GAP = 16
"""Characters: the end of a line, and how far the next one is set in, quoted or in a table."""
_NUMBER = re.compile(r"[1-9][0-9]*")
_ESCAPE = 3
"""Characters of the longest escape that a word may follow."""
_HEX = frozenset("0123456789abcdefABCDEF")

_DRESS = {"words": dress_words, "compact": dress_compact, "literal": dress_literal}


class Swap:
    """What to replace by what. Frozen once made; `whole` takes a text, `Swapping` one that comes in pieces."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._pairs = tuple(pairs)
        self._numeric: Swap | None = None
        self._roots: dict[Form, _Node] = {}
        self.loose = False
        firsts: set[str] = set()
        for pair in self._pairs:
            firsts.update(self._plant(pair))
        self.starts = _starts(firsts, loose=self.loose)
        """Where a match may begin: a quick test before the careful one. `None` where there is nothing to find."""
        self.roots = tuple(self._roots.values())

    def whole(self, text: str) -> str:
        """A whole text with all replaced; the same object where nothing is."""
        swapping = Swapping(self)
        swapped = swapping.feed(text) + swapping.flush()
        return swapped if swapping.replaced else text

    def numeric(self) -> Swap:
        """What of it can stand in JSON outside a string, as one number that becomes another."""
        if self._numeric is None:
            numbers = ((pair, squeezed(pair.source), squeezed(pair.target)) for pair in self._pairs)
            self._numeric = Swap(
                Pair(source, target)
                for pair, source, target in numbers
                if pair.form == "compact" and _NUMBER.fullmatch(source) and _NUMBER.fullmatch(target)
            )
        return self._numeric

    def _plant(self, pair: Pair) -> set[str]:
        self.loose |= pair.loose
        root = self._roots.setdefault(pair.form, _Node())
        # Capitals can be more characters than small letters (ß, SS), and are looked for as well.
        capitals = pair.source.upper()
        texts = (pair.source,) if len(capitals) == len(pair.source) else (pair.source, capitals)
        firsts = set()
        for spelling in filter(None, (_spelling(text, pair.form) for text in texts)):
            firsts.add(spelling[0][1])
            node = root
            for gap, char in spelling:
                node.gap = node.gap or gap
                following = node.next.get(char)
                if following is None:
                    following = node.next[char] = _Node()
                node = following
            if node.pair is None or (pair.loose and not node.pair.loose):
                node.pair = pair
        return firsts


def _spelling(text: str, form: Form) -> list[tuple[str, str]]:
    """The characters of a source, each with the punctuation that may stand before it."""
    plain = folded(text)
    if form == "literal":
        return [("", char) for char in plain if not is_mark(char)]
    if form == "compact":
        spelling = [(_COMPACT_GAP, char) for char in squeezed(plain)]
    else:
        own = _WORD_GAP + "".join(char for char in plain if not char.isalnum() and char not in _WORD_GAP)
        spelling = [("" if place else own, char) for word in words_of(plain) for place, char in enumerate(word)]
    return [("", spelling[0][1]), *spelling[1:]] if spelling else []


def _starts(firsts: set[str], *, loose: bool) -> re.Pattern[str] | None:
    if not firsts:
        return None
    # A character that is not ASCII may fold to one that is, so each of them may begin a match.
    plain = {char for char in firsts if char.isascii()}
    either = sorted(plain | {char.upper() for char in plain})
    starts = f"[{re.escape(''.join(either))}\u0080-\U0010ffff]"
    # A small letter after a letter begins no word, unless that one belongs to an escape. `joined` says it all; this
    # says most of it, and quickly.
    begun = r"(?<![A-Za-z][a-z])|(?<=\\[nrtbf][a-z])|(?<=%[0-9A-Fa-f][a-f][a-z])"
    return re.compile(starts if loose else rf"{starts}(?:{begun})")


class Swapping:
    """One text on its way: `feed` it in pieces, `flush` it at its end."""

    __slots__ = ("_swap", "_tail", "_text", "came", "replaced")

    def __init__(self, swap: Swap) -> None:
        self._swap = swap
        self._text = ""
        """What is kept back."""
        self._tail = ""
        """The last characters that went out, as they came in."""
        self.came = 0
        """Characters that have come and gone out."""
        self.replaced: list[tuple[int, int, int]] = []
        """What was replaced: its start and end in what came, and the length of what took its place."""

    def moved(self, place: int) -> int:
        """Where in what went out stands what stood at `place` in what came."""
        return place + sum(length - (end - start) for start, end, length in self.replaced if end <= place)

    @property
    def held(self) -> int:
        """Characters that are kept back."""
        return len(self._text)

    def feed(self, text: str) -> str:
        """What can go out now."""
        return self._drain(text, final=False)

    def flush(self) -> str:
        """The rest; what comes after begins a new text."""
        rest = self._drain("", final=True)
        self._tail = ""
        return rest

    def _drain(self, piece: str, *, final: bool) -> str:
        starts = self._swap.starts
        text = self._tail + self._text + piece
        first = done = len(self._tail)
        if starts is None:
            self._keep(text, first, len(text))
            return text[first:]
        out: list[str] = []
        search, place = starts.search, first
        while (begin := search(text, place)) is not None:
            at = begin.start()
            end, pair = self._match(text, at, final=final)
            if end < 0:
                out.append(text[done:at])
                self._keep(text, first, at)
                return "".join(out)
            place = at + 1
            if pair is not None:
                written = text[at:end]
                target = _DRESS[pair.form](written, pair.source, pair.target)
                out += [text[done:at], target]
                shift = self.came - first
                self.replaced.append((at + shift, end + shift, len(target)))
                done = place = end
        out.append(text[done:])
        self._keep(text, first, len(text))
        return "".join(out)

    def _keep(self, text: str, first: int, end: int) -> None:
        self.came += end - first
        self._tail = text[max(0, end - _ESCAPE) : end]
        self._text = text[end:]

    def _match(self, text: str, at: int, *, final: bool) -> tuple[int, Pair | None]:
        """The end of the longest match that begins here, and its pair; an end of -1 where more has to come."""
        blocked = at > 0 and joined(text[at - 1], text[at]) and not _after_escape(text, at)
        if blocked and not self._swap.loose:
            return at, None
        best, found, first = at, None, fold(text[at])
        for root in self._swap.roots:
            if first not in root.next:
                continue
            end, pair = _walk(root, text, at, blocked=blocked, final=final)
            if end < 0:
                return -1, None
            if end > best:
                best, found = end, pair
        return best, found


def _walk(root: _Node, text: str, at: int, *, blocked: bool, final: bool) -> tuple[int, Pair | None]:
    node, place, size, gap = root, at, len(text), 0
    best: tuple[int, Pair | None] = (at, None)
    while place < size:
        char = text[place]
        following = node.next.get(char) or node.next.get(fold(char))
        if following is not None:
            node, gap, place = following, 0, place + 1
            pair = node.pair
            if pair is not None and (pair.loose or not blocked) and not (pair.proper and not text[at].isupper()):
                while place < size and is_mark(text[place]):
                    place += 1
                ends = True if pair.loose else _ends(text, place, pair.form, final=final)
                if ends is None:
                    return -1, None
                if ends:
                    best = (place, pair)
        elif char in node.gap and gap < _LONGEST_GAP:
            gap, place = gap + 1, place + 1
        elif node is not root and is_mark(char):
            place += 1
        else:
            return best
    return (-1, None) if node.next and not final else best


def _ends(text: str, end: int, form: Form, *, final: bool) -> bool | None:
    """Whether a word or number ends here; `None` where only what comes next can tell."""
    last, rest = text[end - 1], text[end : end + 2]
    if not rest:
        return True if final else None
    if form == "literal" and last.isdecimal() and rest[0] == ".":
        # A dot ends a sentence, unless a digit follows: then this is only the beginning of something longer.
        return not rest[1].isdecimal() if len(rest) > 1 else True if final else None
    if not joined(last, rest[0]):
        return True
    if form != "words" or rest[0] not in "sS":
        return False
    # A name in the plural, or in the genitive of some languages.
    if len(rest) == 1:
        return True if final else None
    return not joined(rest[0], rest[1])


def _after_escape(text: str, at: int) -> bool:
    r"""Whether the letter before belongs to an escape: ``\n``, as of JSON within a text, or ``%0A`` of a link."""
    if at > 1 and text[at - 1] in "nrtbf" and text[at - 2] == "\\":
        return True
    return at >= _ESCAPE and text[at - _ESCAPE] == "%" and _HEX.issuperset(text[at - 2 : at])
