"""Names that are written in escapes, in base64 or in letters that only look alike.

Patterns are shown every reading of a text (`reveal`). Whoever finds names is shown the text and those readings that say
something the text does not, and what is named in one place is looked for in the readings of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from freehold.core.finding import Finding, Span
from freehold.guards.fields import Field
from freehold.guards.layers import Layer
from freehold.guards.lookalikes import folded
from freehold.guards.mentions import mentions
from freehold.guards.reveal import reveal

NAMES = frozenset({"person", "place", "organisation"})
"""The kinds of what has a name."""

_WORD = re.compile(r"\w+")
_NO_ASCII = re.compile(r"[^A-Za-z]+")
_SHORTEST_WORD = 3
"""Letters of a word that is looked for without the rest of the name."""
_CONFIDENCE = 0.8
_RULE = "encoded-name"


class Readings:
    """Texts, and what else they may be read as."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._all = [(number, layer) for number, text in enumerate(texts) for layer in reveal(text)[0][1:]]
        self._more = [(number, layer) for number, layer in self._all if _says_more(layer.text, texts[number])]

    @property
    def texts(self) -> list[str]:
        """Those that were given, then the readings that say more than they do."""
        return [*self._texts, *(layer.text for _, layer in self._more)]

    def back(self, found: Sequence[Sequence[Span]]) -> list[list[Span]]:
        """The spans in all texts, as spans in those that were given: one list for each of these."""
        spans = [list(each) for each in found[: len(self._texts)]]
        for (number, layer), more in zip(self._more, found[len(self._texts) :], strict=True):
            spans[number] += _moved(self._texts[number], layer, more)
        return spans

    def mentions(self, names: Mapping[str, str]) -> list[list[Span]]:
        """Where any of `names`, each with its kind, is written otherwise; one list for each text that was given."""
        spans: list[list[Span]] = [[] for _ in self._texts]
        written = _as_read(names) if self._all else {}
        for number, layer in self._all:
            spans[number] += _moved(self._texts[number], layer, mentions(layer.text, written, _CONFIDENCE, _RULE))
        return spans


def named_again(fields: Sequence[Field], findings: Sequence[Finding]) -> list[Finding]:
    """Every place where a name among the findings is written otherwise."""
    texts = {field.where: field.text for field in fields}
    names = {
        texts[each.where][each.span.start : each.span.end]: each.span.kind
        for each in findings
        if each.span.kind in NAMES and each.where in texts
    }
    if not names:
        return []
    found = Readings([field.text for field in fields]).mentions(names)
    return [Finding(field.where, span) for field, spans in zip(fields, found, strict=True) for span in spans]


def read(text: str) -> Iterator[str]:
    """What a short text may be read as, the last reading first; nothing for one that is written plainly.

    A word in the letters of its own alphabet is written plainly, though some of them look like others.
    """
    mixed = any(map(_is_mixed, _WORD.findall(text)))
    for layer in reversed(reveal(text)[0][1:]):
        reading = layer.text.strip()
        if mixed or _plain(reading) != _plain(text.strip()):
            yield reading


def _is_mixed(word: str) -> bool:
    return not (word.isascii() or _plain(word) == word or _NO_ASCII.fullmatch(word))


def _plain(text: str) -> str:
    return "".join(map(folded, text))


def _moved(text: str, layer: Layer, spans: Sequence[Span]) -> Iterator[Span]:
    """Spans of a reading as spans of its text, without those that stand there as they are read."""
    for span in spans:
        start, end = layer.back(span.start, span.end)
        if not layer.is_cut(span.start, span.end) and text[start:end] != layer.text[span.start : span.end]:
            yield msgspec.structs.replace(span, start=start, end=end)


def _says_more(reading: str, text: str) -> bool:
    """Whether a reading holds words that the text does not."""
    words = set(_WORD.findall(text))
    # Behind a backslash, the letter of an escape is none of the word.
    words |= {word[1:] for word in words}
    return any(word not in words for word in _WORD.findall(reading))


def _as_read(names: Mapping[str, str]) -> dict[str, str]:
    """Names as they stand in readings: in plain letters, written together, and of a person's name each word alone."""
    read: dict[str, str] = {}
    for name, kind in names.items():
        for each in {name, "".join(map(folded, name))}:
            words = each.split()
            read |= dict.fromkeys((" ".join(words), "".join(words)), kind)
            if kind == "person":
                read |= {word: kind for word in words if len(word) >= _SHORTEST_WORD and word[0].isupper()}
    return read
