"""Whether what an answer holds was in what was asked: what the caller has told is no news to it.

Compared by letters and digits alone, without regard to case, so that a number with other spaces is the same number.
Nothing is kept beyond the exchange.
"""

from __future__ import annotations

from freehold.core.request import AnyRequest
from freehold.guards.fields import walk


class Asked:
    """All that a request holds, for looking things up in it."""

    def __init__(self, request: AnyRequest) -> None:
        self._texts = [_bare(field.text) for field in walk(request)]

    def holds(self, words: str) -> bool:
        """Whether these words stand in some field of the request."""
        bare = _bare(words)
        return any(bare in text for text in self._texts)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
