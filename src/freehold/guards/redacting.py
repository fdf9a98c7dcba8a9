"""Takes findings out of a text while it comes, and keeps back only what may yet turn out to be one.

Kept back are the last `HELD` characters, the word that has not ended (up to `LONGEST_WORD`: a token may be one), and
what follows the first line of a private key (up to `LONGEST_BLOCK`). What is longer than that, or found only by what
comes after it, is not taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from freehold.core.finding import Span
from freehold.guards.letters import folded
from freehold.guards.overlaps import united
from freehold.guards.placeholders import placeholder

HELD = 96
"""Characters: longer than a card, an account or a telephone number with what is written around it."""
LONGEST_WORD = 4096
LONGEST_BLOCK = 8192

_STEP = 64
"""Characters that gather before they are looked at: a look at each token would cost more than the token."""
CONTEXT = 160
"""Characters before, which say what a number is."""

_WORD_END = re.compile(r"[^!-~][!-~]*\Z")
"""What no token holds, and what goes on after it."""

Find = Callable[[str], Iterable[Span]]

Numbers = dict[str, dict[str, int]]
"""By kind, the number of each original."""


class Redacting:
    """One text on its way. `numbers` are for all texts of an answer."""

    __slots__ = ("_came", "_context", "_find", "_numbers", "_quoted", "_shifts", "_text")

    def __init__(self, find: Find, numbers: Numbers, *, quoted: bool = False) -> None:
        """`quoted`: a placeholder stands outside a JSON string, and so has to be one."""
        self._find = find
        self._numbers = numbers
        self._quoted = quoted
        self._text = ""
        """What is kept back."""
        self._context = ""
        """The end of what went out, as it came."""
        self._came = 0
        self._shifts: list[tuple[int, int]] = []
        """Where, in what came, how much longer it became."""

    def feed(self, text: str) -> str:
        """What can go out now."""
        self._text += text
        return self._drain(final=False) if len(self._text) >= HELD + _STEP else ""

    def lead(self, text: str) -> None:
        """What comes next is to be read behind this, which does not go out."""
        self._context = text

    def flush(self) -> str:
        """The rest."""
        rest = self._drain(final=True) if self._text else ""
        self._context = ""
        return rest

    def moved(self, place: int) -> int:
        """Where in what went out stands what stood at `place` in what came."""
        return place + sum(shift for at, shift in self._shifts if at <= place)

    def _drain(self, *, final: bool) -> str:
        text, start = self._context + self._text, len(self._context)
        spans = united(span for span in self._find(text) if span.end > start)
        end = len(text) if final else _safe(text, start)
        end = min((span.start for span in spans if span.start < end < span.end), default=end)
        if end <= start:
            return ""
        out = self._replaced(text, start, end, spans)
        self._came += end - start
        self._text, self._context = text[end:], text[max(0, end - CONTEXT) : end]
        return out

    def _replaced(self, text: str, start: int, end: int, spans: list[Span]) -> str:
        out, place = [], start
        for span in sorted(spans, key=lambda span: span.start):
            if span.end <= end and span.end > place:
                first = max(span.start, place)
                word = self._placeholder(span, text)
                out += [text[place:first], word]
                place = span.end
                self._shifts.append((self._came + place - start, len(word) - (place - first)))
        return "".join(out) + text[place:end]

    def _placeholder(self, span: Span, text: str) -> str:
        known = self._numbers.setdefault(span.kind, {})
        number = known.setdefault(folded(text[span.start : span.end]), len(known) + 1)
        word = placeholder(span.kind, number if number > 1 else 0)
        return f'"{word}"' if self._quoted else word


def _safe(text: str, start: int) -> int:
    """The place up to which nothing can become a finding by what is still to come."""
    end = max(start, len(text) - HELD)
    # The line that ends a block has wholly come where it is among what goes out.
    block = text.find("-----BEGIN ", max(start, len(text) - LONGEST_BLOCK, text.rfind("-----END ", 0, end)))
    if block >= 0:
        end = min(end, block)
    word = _WORD_END.search(text, max(start, end - LONGEST_WORD), end)
    return word.start() + 1 if word else start if end - start < LONGEST_WORD else end
