"""Where what a finder named stands in a text, and how a long text is cut for those that read a few words at a time."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from freehold.core.finding import Span

LONGEST = 120
"""Characters of a name; what is longer is a sentence."""
_WORD = re.compile(r"\w+")
_UNSPACED = "\u0e00"
"""From here on stand scripts that put no space between words, or endings behind names: there, no edge is asked for."""


def cut(text: str, size: int, overlap: int) -> Iterator[tuple[int, str]]:
    """Pieces of at most `size` characters, each with where it begins, that share `overlap`; cut between words."""
    start = 0
    while len(text) - start > size:
        end = start + size
        space = max(text.rfind(" ", start + size // 2, end), text.rfind("\n", start + size // 2, end))
        end = space if space > 0 else end
        yield start, text[start:end]
        start = max(end - overlap, start + 1)
    yield start, text[start:]


def mentions(text: str, names: Mapping[str, str], confidence: float, rule: str) -> list[Span]:
    """Every place where one of `names`, each with its kind, stands as a word of its own, in order.

    A name counts as it is written, and in capitals. One that stands nowhere so counts in any case, since a text in
    small letters is often answered for in proper ones; one that stands nowhere at all is dropped.
    """
    low = text.lower()
    kept = {name: kind for name, kind in names.items() if _is_name(name) and _first_word(name) in low}
    written = kept | {name.upper(): kind for name, kind in kept.items()}
    spans = _spans(text, written, confidence, rule)
    there = {" ".join(text[span.start : span.end].split()) for span in spans}
    loose = {name.lower(): kind for name, kind in kept.items() if not {name, name.upper()} & there}
    if not loose:
        return spans
    free: list[Span] = []
    ends = [span.end for span in spans]
    for span in _spans(text, loose, confidence, rule, any_case=True):
        after = bisect_right(ends, span.start)
        if after == len(ends) or span.end <= spans[after].start:
            free.append(span)
    return sorted([*spans, *free], key=lambda span: span.start)


def _spans(text: str, names: Mapping[str, str], confidence: float, rule: str, *, any_case: bool = False) -> list[Span]:
    """Where any of the names stands. Time grows with the text, and not with the text times the names."""

    def key(sign: str) -> str:
        return sign.lower() if any_case else sign

    flags = re.IGNORECASE if any_case else re.NOFLAG
    by_word: dict[str, list[str]] = {}
    by_sign: dict[str, list[str]] = {}
    for name in names:
        # In a script without spaces, and behind a mark, no word of the text need begin where a name does.
        word = _WORD.match(name) if max(name) < _UNSPACED else None
        group = by_sign.setdefault(key(name[0]), []) if word is None else by_word.setdefault(key(word[0]), [])
        group.append(name)
    begins = [(match.start(), by_word[key(match[0])]) for match in _WORD.finditer(text) if key(match[0]) in by_word]
    if by_sign:
        signs = re.compile("|".join(map(re.escape, by_sign)), flags)
        begins += [(match.start(), by_sign.get(key(match[0]), [])) for match in signs.finditer(text)]
    patterns: dict[str, re.Pattern[str]] = {}
    spans = []
    for start, group in begins:
        if group and group[0] not in patterns:
            patterns[group[0]] = re.compile("|".join(map(_one, sorted(group, key=len, reverse=True))), flags)
        if group and (match := patterns[group[0]].match(text, start)):
            stands = " ".join(match[0].split())
            kind = names.get(stands) or names.get(stands.lower())
            if kind:
                spans.append(Span(start, match.end(), kind, confidence, rule))
    return apart(spans)


def apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, without those that overlap one that begins before, or as early and is longer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _one(name: str) -> str:
    """A pattern for one name, whatever divides its words, with an edge on either side where its script has them."""
    words = r"\s{1,4}".join(map(re.escape, name.split()))
    before = r"(?<!\w)" if name[0] < _UNSPACED else ""
    return before + words + (r"(?!\w)" if name[-1] < _UNSPACED else "")


def _first_word(name: str) -> str:
    return name.split(maxsplit=1)[0].lower()


def _is_name(name: str) -> bool:
    """Whether it is long enough to be looked for: two letters, or one of a script that writes a word in one."""
    return len(name) <= LONGEST and (sum(map(str.isalpha, name)) >= 2 or any(sign >= _UNSPACED for sign in name))
