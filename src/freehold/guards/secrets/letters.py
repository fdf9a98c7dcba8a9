"""How far a run of letters and digits is from anything that a person has named.

Two measures, each a mean over neighbouring characters, and one over all of them:

- how likely the two letters are to stand together in a word, in bits above chance (`_PAIRS`);
- whether the class changes between them: small letter, capital or digit; a capital before a small letter is how words
  are joined, and is no change;
- the share of digits, so that version numbers and dates are not taken for chance.

Their weights were fitted by logistic regression on 16,000 different identifiers, paths and addresses out of Python and
JavaScript code against tokens drawn at random from base 62, base 64 and base 36, of 20 to 43 characters. With `ODD` as
the bound, 0.5 % of the former and 99.5 % of the latter are above it.
"""

from __future__ import annotations

from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase, digits

ODD = 0.5
"""What `oddness` is above for what nobody has named."""

# A row for each first letter, a digit for each second one: bits above chance, plus 5; see ``tools/letter_pairs.py``.
_PAIRS = (
    "76776575745777465878645454"
    "74536333533633524552512141"
    "73547347616633834657523151"
    "64558442623443544554523131"
    "75776664524768565988465642"
    "54335521702422623434401130"
    "75547344622434533654523131"
    "64336222502332622444412030"
    "75766563423668755577252425"
    "42114010302000311120201020"
    "62336233502323422343313020"
    "73458332713633743355532051"
    "75337231612353662353432231"
    "74677673624445642478553132"
    "55663453524768563856755332"
    "73447224502622652655521040"
    "53424332432332215332512121"
    "84658452714455743666553151"
    "63648446714444663478634151"
    "84648436813544752766534162"
    "55446342502656251666211111"
    "62216110600121420121011210"
    "53325233511233521452111000"
    "32424211400221141225021220"
    "53434231411444351344222112"
    "41115012301110300010100021"
)

_WORDLIKE, _CHANGES, _DIGITS, _CONSTANT = -5.05, 20.4, -6.4, -3.86

_LIKELIER = {
    first + second: int(_PAIRS[26 * row + column]) - 5
    for row, first in enumerate(ascii_lowercase)
    for column, second in enumerate(ascii_lowercase)
}
_CLASS = dict.fromkeys(ascii_lowercase, "a") | dict.fromkeys(ascii_uppercase, "A") | dict.fromkeys(digits, "0")


def oddness(run: str) -> float:
    """The logarithm of the odds that `run` was drawn at random rather than named. Linear; nothing for a run of one."""
    if len(run) < 2:
        return 0.0
    classes = [_CLASS.get(each, "-") for each in run]
    neighbours = list(pairwise(classes))
    inside = [pair for pair in neighbours if "-" not in pair]
    changes = sum(first != second and (first, second) != ("A", "a") for first, second in inside)
    likelier = sum(_LIKELIER.get(first + second, 0) for first, second in pairwise(run.lower()))
    return (
        _WORDLIKE * likelier / len(neighbours)
        + _CHANGES * changes / max(1, len(inside))
        + _DIGITS * classes.count("0") / len(run)
        + _CONSTANT
    )
