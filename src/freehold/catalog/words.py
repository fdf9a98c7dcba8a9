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
