"""What the classifier sees of a window beside its meaning: its words, the rules it matches, and its shape.

A feature is a name that is there or is not, so that the weights can be read: ``w:your response``, ``first:ignore``,
``rule:steers-answer``, ``shape:question``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+|\d+|[?!:\"`]")
_IDEOGRAM = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_ADDRESS = re.compile(r"https?://|www\.|[\w.+-]{1,40}@[\w-]{1,40}\.")
_DANGER = re.compile(
    r"requests\.|urllib|socket|subprocess|os\.system|\bexec\(|child_process|rmtree|rm -rf|\bcurl\b|\bwget\b|/etc/|\.ssh"
    r"|\bpickle\b|os\.environ|cookie|keyboard|clipboard|screenshot|os\.fork|shutdown|sudo|https?://"
)
_SHORT, _LONG = 60, 240
"""Characters of a window."""
_MOST_WORDS = 400


def features(text: str, rules: Iterable[str] = ()) -> set[str]:
    """The features of a window that these rules match."""
    words = list(_words(text))
    found = {f"w:{word}" for word in words}
    found.update(f"w:{one} {two}" for one, two in pairwise(words))
    if words:
        found.add(f"first:{words[0]}")
        found.add(f"last:{words[-1]}")
    found.update(f"rule:{'override' if name.startswith('override-') else name}" for name in rules)
    found.update(f"shape:{name}" for name in _shapes(text, words))
    return found


def _words(text: str) -> Iterator[str]:
    """Words in lower case; numbers as ``0``; each ideogram by itself."""
    for _, match in zip(range(_MOST_WORDS), _WORD.finditer(text.lower()), strict=False):
        word = match[0]
        if word.isdigit():
            yield "0"
        elif _IDEOGRAM.search(word):
            yield from word
        else:
            yield word


def _shapes(text: str, words: list[str]) -> Iterator[str]:
    if len(text) < _SHORT:
        yield "short"
    if len(text) > _LONG:
        yield "long"
    if text.rstrip().endswith(("?", "？")):
        yield "question"
    if "```" in text:
        yield "fence"
        if _DANGER.search(text):
            yield "fence-danger"
    if _ADDRESS.search(text):
        yield "address"
    if not text.isascii():
        yield "abroad" if sum(not letter.isascii() for letter in text) * 4 > len(text) else "accents"
    if sum(word in _SECOND_PERSON for word in words) > 1:
        yield "you"


_SECOND_PERSON = frozenset({"you", "your", "yours", "yourself"})
