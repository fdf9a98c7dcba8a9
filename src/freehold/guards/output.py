"""Whether what an answer holds was in what was asked: what the caller has told is no news to it.

Compared by letters and digits alone, without regard to case, so that a number with other spaces is the same number.
Nothing is kept beyond the exchange.
"""

from __future__ import annotations

from freehold.core.request import AnyRequest
from freehold.guards.traversal import walk

_MOST = 500_000_000
"""Characters that are looked through, some quarter of a second."""


class Asked:
    """All that a request holds, for looking things up in it.

    `most` characters of it are looked through, however many things are looked up. From then on only what stands in it
    between blanks is known, and all else counts as news.
    """

    def __init__(self, request: AnyRequest, *, most: int = _MOST) -> None:
        self._fields = [field.text for field in walk(request)]
        self._texts = [_bare(text) for text in self._fields]
        self._size = sum(map(len, self._texts))
        self._left = most
        self._pieces: frozenset[str] | None = None

    def holds(self, words: str) -> bool:
        """Whether these words stand in some field of the request."""
        bare = _bare(words)
        if self._left > 0:
            self._left -= self._size
            return any(bare in text for text in self._texts)
        if self._pieces is None:
            self._pieces = frozenset(_bare(piece) for text in self._fields for piece in text.split())
        return bare in self._pieces


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
