"""The paths of the arena: votes between two answers, and the ranking they allow."""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.http.routes.operation import Operation


class Answered(msgspec.Struct, forbid_unknown_fields=True):
    """One of two answers: `id` is its request's in the ledger, `text` the answer as it was shown.

    Of the text only its length and the counts of its headers, list items and bold words are kept.
    """

    id: str
    text: str


class VoteBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which of two answers to one question is better, said before it is known whose they are.

    `choice`: ``left``, ``right``, ``tie``, or ``bad`` where neither will do.
    """

    left: Answered
    right: Answered
    choice: Literal["left", "right", "tie", "bad"]


EVALUATE_ARENA = (
    Operation(
        "GET",
        "/api/eval/arena",
        "evaluate_arena",
        "ranking",
        "viewer",
        "Rank routes and targets by blind votes, with intervals, what is undecided, and how few votes decide.",
        query=("since",),
    ),
    Operation(
        "GET",
        "/api/eval/arena/votes",
        "evaluate_arena",
        "votes",
        "viewer",
        "Votes, newest first: ids, choices and figures of style, no text.",
        query=("limit", "since"),
    ),
    Operation(
        "POST",
        "/api/eval/arena/votes",
        "evaluate_arena",
        "vote",
        "key",
        "Vote between two answers to requests of this very key. Voting on the same two again changes the vote.",
        body=VoteBody,
    ),
)
