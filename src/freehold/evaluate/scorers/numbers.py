"""Numbers in prose: which is meant as the answer, and what it is worth exactly.

Values are `Fraction`s, so that 0.1 is 0.1 and 1/3 is a third; what is infinite or no number is never read as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

import msgspec

TAIL = 20_000
"""Characters at the end of an answer in which its number is looked for."""
_MOST_EXPONENT = 400
_DIGITS = r"\d{1,3}(?:,\d{3})+(?!\d)|\d{1,400}"
_NUMBER = re.compile(
    rf"""
    (?<![\w.,])(?P<sign>[-+]?)\s?[$€£¥]?\s?(?P<inner>-?)
    (?:
        \\[dt]?frac\s*\{{\s*(?P<over>-?\d{{1,400}})\s*\}}\s*\{{\s*(?P<under>\d{{1,400}})\s*\}}
      | (?:(?P<mixed>\d{{1,400}})\s+)?(?P<top>\d{{1,400}})\s*/\s*(?P<bottom>\d{{1,400}})(?![\d/])
      | (?P<whole>{_DIGITS})?(?P<part>\.\d{{1,400}}|,\d{{1,2}}(?![\d,]))?
        (?:[eE](?P<exponent>[-+]?\d{{1,400}})|\s?(?:[x*×]|\\times|\\cdot|·)\s?10\s?(?:\^|\*\*)\s?\{{?(?P<power>[-+]?\d{{1,400}})\}}?)?
    )
    (?P<percent>\s?\\?%|\s?per\s?cent\b)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKED = re.compile(r"####[ \t]*")
_BOXED = re.compile(r"\\boxed\s*\{")
_SAID = re.compile(r"\b(?:answer|result|solution)\b[^\n]{0,60}?(?:\bis\b|\bare\b|:|=)", re.IGNORECASE)
_GROUPED = re.compile("(?<=\\d)[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))")
"""Narrow spaces between thousands, as the SI writes them."""
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\uff05": "%", "\u2044": "/", "\u00a0": " ", "\u202f": " "})


class Number(msgspec.Struct, frozen=True):
    """A number that was read, and whether a percent sign stood behind it. `figure` is as written: 25 for 25 %."""

    figure: Fraction
    percent: bool = False

    @property
    def value(self) -> Fraction:
        """What it is worth: a quarter for 25 %."""
        return self.figure / 100 if self.percent else self.figure


def numbers(text: str) -> Iterator[Number]:
    """Every number in the text, in order. Years, dates and list numbers are numbers too."""
    for match in _NUMBER.finditer(_plain(text)):
        figure = _figure(match)
        if figure is not None:
            yield Number(figure, match["percent"] is not None)


def answered(text: str) -> Number | None:
    r"""The number that an answer gives; `None` where there is none.

    That behind ``####`` (GSM8K's mark); else in ``\boxed{}``; else behind "the answer is", its last sum's result where
    there is an equals sign; else the last of all.

    >>> str(answered("6 of 8 are left, so the answer is 3/4 of a pie, not 1.").value)
    '3/4'
    """
    tail = _plain(text[-TAIL:])
    for pattern in (_MARKED, _BOXED, _SAID):
        starts = [match.end() for match in pattern.finditer(tail)]
        if starts and (found := _first(tail[starts[-1] :])) is not None:
            return found
    return max(enumerate(numbers(tail)), key=lambda each: each[0], default=(0, None))[1]


def _first(text: str) -> Number | None:
    """The first number of the line; behind its last equals sign, where it has one that a number follows."""
    line = text.split("\n", 1)[0]
    sentence = re.split(r"[.;](?:\s|$)", line, maxsplit=1)[0]
    if "=" in sentence and (found := next(numbers(sentence.rsplit("=", 1)[1]), None)) is not None:
        return found
    return next(numbers(line), None)


def _plain(text: str) -> str:
    """NFKC would make 2½ 21⁄2, so a vulgar fraction gets a space before it."""
    text = _GROUPED.sub("", text)
    spaced = re.sub(r"(\d)(?=[\u00bc-\u00be\u2150-\u215e])", r"\1 ", text)
    return unicodedata.normalize("NFKC", spaced).translate(_SIGNS)


def _figure(match: re.Match[str]) -> Fraction | None:
    sign = -1 if (match["sign"] == "-") != (match["inner"] == "-") else 1
    if match["over"] is not None:
        return _ratio(match["over"], match["under"], sign)
    if match["top"] is not None:
        ratio = _ratio(match["top"], match["bottom"], 1)
        return None if ratio is None else sign * (ratio + int(match["mixed"] or 0))
    if match["whole"] is None and match["part"] is None:
        return None
    digits = (match["whole"] or "0").replace(",", "") + (match["part"] or "").replace(",", ".")
    exponent = int(match["exponent"] or match["power"] or 0)
    if abs(exponent) > _MOST_EXPONENT:
        return None
    return sign * Fraction(digits) * Fraction(10) ** exponent


def _ratio(top: str, bottom: str, sign: int) -> Fraction | None:
    return None if int(bottom) == 0 else sign * Fraction(int(top), int(bottom))
