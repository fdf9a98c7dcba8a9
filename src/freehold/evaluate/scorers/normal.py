"""Texts made alike, so that spelling of no meaning does not count.

As in the evaluation of SQuAD (Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text",
`normalize_answer` of its script): lower case, no punctuation, no English articles, single spaces. Two things differ.
Unicode: compatibility forms are folded first (NFKC) and case by `str.casefold`, and punctuation is of every script.
And a number keeps its sign and its decimal point, without which -1.5 would be 15.
"""

from __future__ import annotations

import re
import string
import unicodedata

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MINUS = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-"})
_IN_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w])")


def normalised(text: str) -> str:
    """The text as it is compared.

    >>> normalised("  The Café, at ２ o'clock. ")
    'café at 2 oclock'
    >>> normalised("-1.50")
    '-1.50'
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_MINUS)
    pieces, done = [], 0
    for match in _IN_NUMBER.finditer(folded):
        pieces += [_bare(folded[done : match.start()]), match[0].replace(",", "")]
        done = match.end()
    pieces.append(_bare(folded[done:]))
    return " ".join(_ARTICLES.sub(" ", "".join(pieces)).split())


def tokens(text: str) -> list[str]:
    """The words of the text as it is compared."""
    return normalised(text).split()


def _bare(text: str) -> str:
    return "".join(sign for sign in text if not _is_punctuation(sign))


def _is_punctuation(sign: str) -> bool:
    return sign in string.punctuation or unicodedata.category(sign).startswith("P")
