"""Where sentences end, in any script that marks it, by rules alone.

A full stop ends a sentence where white space follows, unless it stands after an abbreviation, an initial or a number
that counts an item, or a small letter comes next. Scripts that put no space after a sentence have marks of their own
(Unicode Standard Annex 29, the class ``STerm``), which always end one. Scripts without any such mark, Thai among them,
give no sentences here; their text is cut at white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLOSERS = "\"'”’»›)\\]}"
_WIDE_CLOSERS = "」』】〉》）］｝”’"
_MARKS = ".!?…‼⁇⁈⁉"
_SPACED = "؟۔।॥։።፧፨။។៕᠃᠉꓿"
_WIDE = "。！？｡．"

# A run of marks is looked at once, from its first, so that a million full stops take a million steps.
_END = re.compile(
    rf"(?<![{_MARKS}])[{_MARKS}]++[{_CLOSERS}]*+(?=\s)|[{_SPACED}]++[{_CLOSERS}]*+|[{_WIDE}]++[{_WIDE_CLOSERS}]*+"
)
_LAST_WORD = re.compile(r"[^\W_][\w.]*+\Z")
_NEXT = re.compile(r"\s++[\"'“‘«‹(\[]*+(.)")

_ABBREVIATIONS = frozenset(
    """
    adj al approx art assoc bros bzw ca capt cf ch chap co col corp dept dr ed eds e.g eg eq eqs esp est et excl ext
    fig figs gen gov hon hr i.e ie inc incl jr lt ltd maj max min mlle mme mr mrs ms mt nr no nos op p pg pp pres prof
    pt ref refs rep rev s sec sen sgt sr st str tab tel usw v var vgl viz vol vols vs z.b d.h u.a p.ej sra sig
    jan feb mar apr jun jul aug sep sept oct nov dec
    """.split()  # noqa: SIM905  # a list of words reads best as words
)
"""Written with a full stop in mid-sentence, in English and a few neighbours."""


def ends(text: str, start: int, end: int) -> Iterator[int]:
    """The offsets just after each sentence that another one follows within ``text[start:end]``, in order."""
    for match in _END.finditer(text, start, end):
        if match.end() < end and (text[match.start()] in _WIDE or text[match.start()] in _SPACED or _ends(text, match)):
            yield match.end()


def _ends(text: str, match: re.Match[str]) -> bool:
    at = match.start()
    following = _NEXT.match(text, match.end(), match.end() + 80)
    if following is not None and following[1].islower():
        return False
    if match[0] != ".":
        return True
    word = _LAST_WORD.search(text[max(0, at - 24) : at])
    if word is None:
        return True
    last = word[0].lower().rsplit("'", 1)[-1]
    if last in _ABBREVIATIONS:
        return False
    if last.isdecimal():
        return not _opens_line(text, at - len(last))
    return not (len(last) == 1 and word[0].isupper() and last != "i")


def _opens_line(text: str, at: int) -> bool:
    """Whether only white space stands between the start of the line and `at`."""
    return not text[max(0, at - 40) : at].rpartition("\n")[2].strip()


def unfinished(text: str) -> bool:
    """Whether a text breaks off in mid-sentence: it ends in a small letter, a comma or a hyphen."""
    last = text.rstrip()[-1:]
    return last.islower() or last in tuple(",;-–‐")
