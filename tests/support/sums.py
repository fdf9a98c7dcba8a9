"""Reckons a formula of a bill again, as a reader with a calculator would."""

from __future__ import annotations

import re

_WORD = re.compile(r"\(|\)|[^\s()]+")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SIGNS = {"x": "*", "/": "/", "+": "+", "-": "-"}


def reckoned(formula: str) -> tuple[float, float]:
    """What the factors of a formula come to, and what it says they do, in US dollars."""
    factors, _, result = formula.partition(" = ")
    words: list[str] = []
    for word in _WORD.findall(factors):
        if word in _SIGNS or word in "()":
            words.append(_SIGNS.get(word, word))
        elif _NUMBER.fullmatch(word):
            words.append(word.replace(",", ""))
        elif word.endswith("/million"):
            words.append("/ 1e6")
    said = re.match(r"([\d,.]+) USD(?:;|$)", result)
    assert said, formula
    return float(eval(" ".join(words), {"__builtins__": {}})), float(said[1].replace(",", ""))
