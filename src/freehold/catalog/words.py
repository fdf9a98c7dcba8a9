"""The nearest right word, for whoever mistyped one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, choices: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The choice most like `word`, or `None` if none is alike.

    >>> nearest("prvider", ["provider", "price"])
    'provider'
    """
    found = difflib.get_close_matches(word.lower(), {choice.lower(): choice for choice in choices}, 1, cutoff)
    return next((choice for choice in choices if found and choice.lower() == found[0]), None)


def mend_for(word: str, choices: Iterable[str]) -> str:
    """The sentence that helps: the nearest choice, or else all of them."""
    known = sorted(choices)
    best = nearest(word, known)
    if best is not None:
        return f"did you mean {best!r}?"
    return f"one of: {', '.join(known)}" if known else "there are none yet"


def near(word: str, choices: Iterable[str], *, most: int = 3, cutoff: float = 0.4) -> tuple[str, ...]:
    """The choices most like `word`, the nearest first; none if none is alike.

    >>> near("RTX 4900", ["RTX 4090", "RTX 4080", "L40S"])
    ('RTX 4090', 'RTX 4080')
    """
    by_lower = {choice.lower(): choice for choice in choices}
    return tuple(by_lower[each] for each in difflib.get_close_matches(word.lower(), by_lower, most, cutoff))
