"""The arena as the edge uses it: a vote is checked and kept, and all votes are ranked, in a thread."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from typing import Any

from freehold.core.errors import BadRequest
from freehold.evaluate.arena.model import Choice, Side, Vote
from freehold.evaluate.arena.ranking import rank
from freehold.evaluate.arena.standing import Ranking
from freehold.evaluate.arena.store import VoteStore
from freehold.evaluate.arena.style import style_of

MOST_RANKED = 50_000
"""Votes that a ranking is made of: the newest. More would take memory without changing an order."""


class Arena:
    """All there is to do with votes."""

    def __init__(self, store: VoteStore) -> None:
        self._store = store

    async def vote(self, key: str, left: Side, right: Side, choice: Choice) -> Vote:
        """Keep a vote of a key, in place of what it said of the same two before. Raises `BadRequest`."""
        if left.subject == right.subject:
            raise BadRequest(f"both answers are of {left.subject!r}, so a vote between them compares nothing")
        vote = Vote(_name(key, left, right), time.time_ns(), key, left, right, choice)
        await asyncio.to_thread(self._store.put, vote)
        return vote

    async def newest(self, most: int, since_ns: int = 0) -> list[Vote]:
        """Votes since then, newest first."""
        return await asyncio.to_thread(self._store.newest, most, since_ns)

    async def ranking(self, since_ns: int = 0) -> Ranking:
        """What the votes since then allow to be said."""
        return await asyncio.to_thread(lambda: rank(self._store.newest(MOST_RANKED, since_ns)))


def side_of(record: Mapping[str, Any], text: str) -> Side:
    """One answer of a vote: of its record in the ledger, and its text, of which only figures are kept.

    Raises `BadRequest` where the request did not end with an answer.
    """
    if record["ending"] != "completed" or record["target"] is None:
        raise BadRequest(f"request {record['id']!r} has no whole answer to vote on")
    return Side(record["id"], record["model"], record["target"], style_of(text))


def _name(key: str, left: Side, right: Side) -> str:
    both = sorted((left.exchange, right.exchange))
    return "vo_" + hashlib.sha256("\0".join((key, *both)).encode()).hexdigest()[:32]
