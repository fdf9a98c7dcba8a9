"""Votes in the database: rows of ``eval_votes``."""

from __future__ import annotations

import msgspec

from freehold.evaluate.arena.model import Vote
from freehold.evaluate.kept import Connect, opened

_PUT = """
INSERT INTO eval_votes (id, at_ns, key_id, left_id, right_id, body) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET at_ns = excluded.at_ns, left_id = excluded.left_id, right_id = excluded.right_id,
  body = excluded.body
"""
_NEWEST = "SELECT body FROM eval_votes WHERE at_ns >= ? ORDER BY at_ns DESC, id LIMIT ?"

_WHAT = "votes"

_encode = msgspec.json.Encoder().encode
_vote = msgspec.json.Decoder(Vote).decode


class VoteStore:
    """Over one database; `connect` opens a connection that writes, `reader` one that reads. For any thread.

    Raises `Unavailable` where the database refuses.
    """

    def __init__(self, connect: Connect, reader: Connect) -> None:
        self._connect = connect
        self._reader = reader

    def put(self, vote: Vote) -> None:
        """Keep a vote in place of an earlier one of the same id."""
        row = (vote.id, vote.at_ns, vote.key, vote.left.exchange, vote.right.exchange, _encode(vote).decode())
        with opened(self._connect, _WHAT) as connection:
            connection.execute(_PUT, row)

    def newest(self, most: int, since_ns: int = 0) -> list[Vote]:
        """Votes since then, newest first."""
        with opened(self._reader, _WHAT) as connection:
            return [_vote(row[0]) for row in connection.execute(_NEWEST, (since_ns, most))]
