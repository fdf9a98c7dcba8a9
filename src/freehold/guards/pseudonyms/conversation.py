"""What two turns of one conversation have in common, and chance that is the same each time in it.

All chance comes from HMAC-SHA-256 under a secret of this installation. Nobody without the secret can tell from a
stand-in what it stands for, or that two of different conversations stand for the same.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

from freehold.core.request import AnyRequest, EmbeddingRequest, Message, Request, TextPart
from freehold.core.target import Secret

T = TypeVar("T")

_APART = "\x1f"


def conversation_of(secret: Secret, key_id: str, request: AnyRequest) -> bytes:
    """Which conversation a request belongs to: a keyed hash of who asks and of the first thing they said in it.

    The callers' programs send the whole history with every turn and no name for it, and its first words stay. Where
    somebody edits them, another conversation begins, with other stand-ins.
    """
    return _mac(secret, "conversation", key_id, _beginning(request))


class Draw:
    """Numbers that look drawn by lot and are the same for the same words."""

    def __init__(self, secret: Secret, conversation: bytes, *words: str) -> None:
        self._key = _mac(secret, "draw", conversation.hex(), *words)
        self._blocks = 0
        self._left = 0
        self._range = 1

    @classmethod
    def idle(cls) -> Draw:
        """One whose numbers nobody keeps, to try something out."""
        return cls(Secret(""), b"")

    def below(self, limit: int) -> int:
        """A number from 0 up to `limit`, which is at most a few thousand: the bias of the remainder is then none."""
        if self._range < limit << 32:
            block = hashlib.sha256(self._key + self._blocks.to_bytes(4, "big")).digest()
            self._left, self._range = int.from_bytes(block, "big"), 1 << 256
            self._blocks += 1
        self._left, number = divmod(self._left, limit)
        self._range //= limit
        return number

    def of(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[self.below(len(choices))]

    def digits(self, count: int) -> str:
        """So many digits, the first of them not 0."""
        return "".join(str(self.below(10) if place else 1 + self.below(9)) for place in range(count))


def _mac(secret: Secret, *words: str) -> bytes:
    # A length before each word, so that no two lists of words are the same bytes.
    told = b"".join(len(word := each.encode("utf-8", "surrogatepass")).to_bytes(8, "big") + word for each in words)
    return hmac.digest(secret.reveal().encode(), told, "sha256")


def _beginning(request: AnyRequest) -> str:
    if isinstance(request, EmbeddingRequest):
        return _APART.join(text for text in request.inputs if isinstance(text, str))
    if not isinstance(request, Request):
        return request.query
    messages = request.grounds.asked if request.grounds is not None else request.messages
    return next((_text(message) for message in messages if message.role == "user"), "")


def _text(message: Message) -> str:
    return _APART.join(part.text for part in message.parts if isinstance(part, TextPart))
