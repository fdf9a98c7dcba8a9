"""Who waits for a place at a target: in turns of those who ask, so that one with hundreds waiting keeps nobody out.

Places go round-robin over the keys that wait, one place a turn (Nagle, RFC 970, 1985). A full queue takes a newcomer
only in place of the latest of the key that has the most waiting, and only where that key still has as many waiting as
the newcomer's then (the longest queue drops, McKenney, "Stochastic Fairness Queueing", 1990): a key alone may fill it,
and never against another.
"""

from __future__ import annotations

import asyncio
from collections import deque

Place = asyncio.Future[bool]
"""Awaits its turn: true with it, false where it was put out for another key's sake."""


class Waiting:
    """The queue before one target. For one event loop."""

    def __init__(self) -> None:
        self._turns: dict[str, deque[Place]] = {}
        """By key, in the order of turns. No key without a place that waits."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def join(self, key: str, most: int) -> Place | None:
        """A place at the end of the key's own line; `None` where there is none to be had among `most`."""
        if self._count >= most and not self._make_room(key):
            return None
        place: Place = asyncio.get_running_loop().create_future()
        self._turns.setdefault(key, deque()).append(place)
        self._count += 1
        return place

    def leave(self, key: str, place: Place) -> None:
        """Give a place in the queue up; nothing happens where it has had its turn."""
        line = self._turns.get(key)
        if line is not None and place in line:
            line.remove(place)
            self._taken(key, line)

    def next(self) -> bool:
        """Call whoever's turn it is; whether there was anybody."""
        while self._turns:
            key, line = next(iter(self._turns.items()))
            place = line.popleft()
            del self._turns[key]
            if line:
                self._turns[key] = line  # Behind all others.
            self._count -= 1
            if not place.done():
                place.set_result(True)
                return True
        return False

    def _make_room(self, key: str) -> bool:
        """Put out the latest of the longest line, if that leaves it no shorter than this key's line becomes."""
        if not self._turns:
            return False
        longest, line = max(self._turns.items(), key=lambda turn: len(turn[1]))
        if len(line) - 1 < len(self._turns.get(key, ())) + 1:
            return False
        place = line.pop()
        self._taken(longest, line)
        if not place.done():
            place.set_result(False)
        return True

    def _taken(self, key: str, line: deque[Place]) -> None:
        self._count -= 1
        if not line:
            del self._turns[key]
