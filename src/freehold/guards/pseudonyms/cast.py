"""Who plays whom: gives each original of a conversation its stand-in, one to one, and no text's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from freehold.core.target import Secret
from freehold.guards.letters import squeezed
from freehold.guards.pseudonyms.coined import coin
from freehold.guards.pseudonyms.conversation import Draw

_TRIES = 24


class Cast:
    """The stand-ins of one conversation.

    What is given for the same original is the same in every turn: it is drawn by the conversation and the original
    alone, and drawn again only where the first draws are taken or stand in the request by themselves.
    """

    def __init__(
        self,
        secret: Secret,
        conversation: bytes,
        texts: Iterable[str],
        given: dict[tuple[str, str], str] | None = None,
    ) -> None:
        """`texts` are all texts that a stand-in must not occur in; `given` is what was given in earlier turns."""
        self._secret = secret
        self._conversation = conversation
        self._texts = "\n".join(map(squeezed, texts))
        self.given: dict[tuple[str, str], str] = {}
        """By slot and original, the stand-in."""
        self._taken: set[str] = set()
        for (slot, original), stand_in in (given or {}).items():
            if self._is_free(stand_in):
                self._take(slot, original, stand_in)

    def give(self, slot: str, original: str, make: Callable[[Draw], str]) -> str:
        """The stand-in of an original: as `make` draws it, or where all such are taken, a word in brackets.

        A `slot` is for stand-ins of one sort; originals are to be given as they compare.
        """
        known = self.given.get((slot, original))
        if known is not None:
            return known
        for number in range(_TRIES):
            made = make(self._draw(slot, original, number))
            if self._is_free(made):
                return self._take(slot, original, made)
        return self.bracketed(slot, original)

    def bracketed(self, slot: str, original: str) -> str:
        """A stand-in that is plainly one: ``[phone 4821]``."""
        number = _TRIES
        while True:
            made = f"[{slot} {self._draw(slot, original, number).digits(4)}]"
            if self._is_free(made):
                return self._take(slot, original, made)
            number += 1

    def word(self, word: str) -> str:
        """The coined name for one word of a name, the same wherever that word stands."""
        return self.give("name", squeezed(word), coin)

    def _draw(self, slot: str, original: str, number: int) -> Draw:
        return Draw(self._secret, self._conversation, slot, original, str(number))

    def _is_free(self, stand_in: str) -> bool:
        plain = squeezed(stand_in)
        return plain not in self._taken and plain not in self._texts

    def _take(self, slot: str, original: str, stand_in: str) -> str:
        self.given[slot, original] = stand_in
        self._taken.add(squeezed(stand_in))
        return stand_in
