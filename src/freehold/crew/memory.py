"""What one worker answered, known to all: each tells the others what it remembers, before its caller has the answer.

A hand's telling is in the kernel before it sends its caller the end of the answer, and the first passes it on before it
opens the next exchange of any hand, whose request can only come after that. So a conversation that goes on at another
worker is known there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from freehold.core.label import Label
from freehold.core.ports import Memory
from freehold.crew.messages import Remember


class SharedMemory:
    """Implements `core.ports.Memory` over that of this process."""

    def __init__(
        self, own: Memory, keep: Callable[[Collection[bytes], Label], None], tell: Callable[[Remember], None]
    ) -> None:
        """`keep` knows something here; `tell` has the other workers know it."""
        self._own = own
        self._keep = keep
        self._tell = tell

    @property
    def empty(self) -> bool:
        """Whether no worker ever remembered anything."""
        return self._own.empty

    def digest(self, data: bytes) -> bytes:
        """The hash of something under this installation's own key."""
        return self._own.digest(data)

    async def labels(self, digests: Collection[bytes]) -> dict[bytes, Label]:
        """The label of each that is known; raises `Unavailable` where that cannot be told."""
        return await self._own.labels(digests)

    def remember(self, digests: Collection[bytes], label: Label) -> None:
        """Know these from now on, in every worker. Returns at once."""
        self._keep(digests, label)
        self._tell(Remember(list(digests), label))
