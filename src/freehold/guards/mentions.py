"""Where what a finder named stands in a text, and how a long text is cut for those that read a few words at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from freehold.core.finding import Span

LONGEST = 120
"""Characters of a name; what is longer is a sentence."""
MOST = 200
"""Names that are looked for in a text; the longest are taken."""
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
    near = {name: kind for name, kind in names.items() if _is_name(name) and _first_word(name) in low}
    kept = dict(sorted(near.items(), key=lambda item: -len(item[0]))[:MOST])
    written = kept | {name.upper(): kind for name, kind in kept.items()}
    spans = list(_spans(text, written, 0, confidence, rule))
    there = {" ".join(text[span.start : span.end].split()) for span in spans}
    loose = {name.lower(): kind for name, kind in kept.items() if not {name, name.upper()} & there}
    for span in _spans(text, loose, re.IGNORECASE, confidence, rule):
        if all(span.end <= other.start or other.end <= span.start for other in spans):
            spans.append(span)
    return sorted(spans, key=lambda span: span.start)


def _spans(text: str, names: Mapping[str, str], flags: int, confidence: float, rule: str) -> Iterator[Span]:
    if not names:
        return
    for match in _pattern(sorted(names, key=len, reverse=True), flags).finditer(text):
        written = " ".join(match[0].split())
        kind = names.get(written) or names.get(written.lower())
        if kind:
            yield Span(match.start(), match.end(), kind, confidence, rule)


def _pattern(names: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(map(_one, names)), flags)


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
