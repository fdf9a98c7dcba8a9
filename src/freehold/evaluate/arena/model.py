"""The words of the arena: a vote between two answers to one question, and what is known of their style."""

from __future__ import annotations

from typing import Literal

import msgspec

Choice = Literal["left", "right", "tie", "bad"]
"""Which answer is better; ``bad``: neither will do, which the ranking takes for a tie."""

WON: dict[Choice, float] = {"left": 1.0, "right": 0.0, "tie": 0.5, "bad": 0.5}
"""What a vote is worth to the left one."""


class Style(msgspec.Struct, frozen=True):
    """What an answer looks like, whatever it says: counts of its Markdown, and its length in characters."""

    length: int
    headers: int = 0
    lists: int = 0
    bold: int = 0


class Side(msgspec.Struct, frozen=True):
    """One of the two answers: no word of it, which the ledger keeps where its key consented."""

    exchange: str
    """The request's id in the ledger."""
    subject: str
    """The route or target that was asked."""
    target: str
    """Which target answered."""
    style: Style


class Vote(msgspec.Struct, frozen=True):
    """What one person said of two answers that stood side by side without names."""

    id: str
    """``vo_`` and 32 hex digits of the SHA-256 of the key and both requests: voting again changes the vote."""
    at_ns: int
    key: str
    left: Side
    right: Side
    choice: Choice
