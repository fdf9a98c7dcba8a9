"""English words without their endings, after M. F. Porter, "An algorithm for suffix stripping" (Program 14(3), 1980).

The steps and their names are the paper's. Two of its author's later changes are in: ``bli`` becomes ``ble`` and
``logi`` becomes ``log``. Words of other languages lose at most an ending that looks English, in texts and in questions
alike, so that they still meet.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

_VOWELS = frozenset("aeiou")

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble", "alli": "al",
    "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al",
    "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip
_STEP_3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti",
    "ous", "ive", "ize",
)  # fmt: skip


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem of a word in lower case; anything but a word of three English letters or more is left as it is."""
    if len(word) <= 2 or not (word.isascii() and word.isalpha()):
        return word
    return _step_5(_step_4(_step_3(_step_2(_step_1(word)))))


def _is_consonant(word: str, at: int) -> bool:
    if word[at] in _VOWELS:
        return False
    return word[at] != "y" or at == 0 or not _is_consonant(word, at - 1)


@lru_cache(maxsize=1 << 14)
def _measure(root: str) -> int:
    """How many times a vowel is followed by a consonant: *m* of the paper."""
    kinds = [_is_consonant(root, at) for at in range(len(root))]
    return sum(not before and after for before, after in pairwise(kinds))


def _has_vowel(root: str) -> bool:
    return any(not _is_consonant(root, at) for at in range(len(root)))


def _ends_double(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _is_consonant(word, len(word) - 1)


def _ends_cvc(word: str) -> bool:
    """Ends in consonant, vowel, consonant, the last not w, x or y: *o of the paper."""
    at = len(word) - 1
    return (
        at >= 2
        and _is_consonant(word, at)
        and not _is_consonant(word, at - 1)
        and _is_consonant(word, at - 2)
        and word[-1] not in "wxy"
    )


def _step_1(word: str) -> str:
    """Plurals, past tenses and participles."""
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if _measure(word[:-3]) > 0:
            word = word[:-1]
    elif word.endswith("ed") and _has_vowel(word[:-2]):
        word = _mend(word[:-2])
    elif word.endswith("ing") and _has_vowel(word[:-3]):
        word = _mend(word[:-3])
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    return word


def _mend(root: str) -> str:
    """What is left of ``hoping`` and ``hopping`` becomes ``hope`` and ``hop``."""
    if root.endswith(("at", "bl", "iz")):
        return root + "e"
    if _ends_double(root) and root[-1] not in "lsz":
        return root[:-1]
    if _measure(root) == 1 and _ends_cvc(root):
        return root + "e"
    return root


def _step_2(word: str) -> str:
    return _replace(word, _STEP_2)


def _step_3(word: str) -> str:
    return _replace(word, _STEP_3)


def _replace(word: str, endings: dict[str, str]) -> str:
    """The longest ending of the table that fits is replaced, if a syllable remains before it."""
    for length in range(min(7, len(word) - 1), 1, -1):
        new = endings.get(word[-length:])
        if new is not None:
            root = word[:-length]
            return root + new if _measure(root) > 0 else word
    return word


def _step_4(word: str) -> str:
    ending = max((e for e in _STEP_4 if word.endswith(e)), key=len, default="")
    root = word[: len(word) - len(ending)]
    if ending == "ion" and not root.endswith(("s", "t")):
        return word
    return root if ending and _measure(root) > 1 else word


def _step_5(word: str) -> str:
    if word.endswith("e"):
        root = word[:-1]
        measure = _measure(root)
        if measure > 1 or (measure == 1 and not _ends_cvc(root)):
            word = root
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word
