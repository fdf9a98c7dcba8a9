"""What hands and the first worker say to each other.

A question has a number, by which its answer is known. Whatever a hand holds of the first (an open row, a place in a
gate, money held back) the first gives back when the hand dies, so that nothing here needs an acknowledgement.
"""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.catalog import promises
from freehold.config import Config
from freehold.core.errors import Fault
from freehold.core.label import Label
from freehold.core.limits import Allowance, Claim, Entry, Granted, Receipt
from freehold.engines.discover import Discovery
from freehold.engines.llamacpp import Status
from freehold.evaluate.watch.seen import Seen
from freehold.ledger.ended import Ended
from freehold.ledger.rows import Row
from freehold.observe.snapshot import Snapshot
from freehold.providers.egress import Tally


class _Message(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """One message. Of a kind that is told by its name."""


# From a hand.


class Open(_Message, frozen=True):
    """A question: hold this opening row. Answered by `Opened`."""

    number: int
    row: Row


class Settled(_Message, frozen=True):
    """An exchange has ended, whose row was opened or is about to be."""

    made: Ended


class Enter(_Message, frozen=True):
    """A question: let a request into a target's gate. Answered by `Inside` or `Outside`; the number is the visit's."""

    number: int
    target: str
    limits: tuple[int, int, float, int | None, int | None]
    """Of the target, as the request knows them: concurrency, queue, seconds in it, requests and tokens a minute."""
    key: str
    tokens: int


class Answered(_Message, frozen=True):
    """The first event of a visit's answer has come."""

    number: int


class Left(_Message, frozen=True):
    """A visit is over, or given up before it began. `tokens`: what it came to, where the target has a rate of them."""

    number: int
    fault: Fault | None = None
    tokens: int | None = None


class Begin(_Message, frozen=True):
    """A question: count a request in. Answered by `Begun` or `Refused`."""

    number: int
    entry: Entry


class Reserve(_Message, frozen=True):
    """A question: hold the worst case back. Answered by `Reserved` or `Refused`."""

    number: int
    claim: Claim


class Over(_Message, frozen=True):
    """What an exchange was counted with is free, and what it cost is spent."""

    receipt: Receipt


class Ready(_Message, frozen=True):
    """A question: where does a local model answer, once it does? Answered by `Standing`."""

    number: int
    name: str
    seconds: float


class Sent(_Message, frozen=True):
    """What went through the hand's door since it was last told, by target."""

    tallies: dict[str, Tally]


class Counts(_Message, frozen=True):
    """What the hand has counted since it began, said now and then, so that little of it is lost with the hand."""

    counted: Snapshot


class Gathered(_Message, frozen=True):
    """The answer to `Gather`: all that had ended was said before. With what the hand has counted since it began."""

    number: int
    counted: Snapshot


class Watched(_Message, frozen=True):
    """A request that was chosen to be watched has ended."""

    seen: Seen


class Serving(_Message, frozen=True):
    """The hand takes requests."""

    pid: int


# Either way.


class Remember(_Message, frozen=True):
    """An answer was remembered under a label."""

    digests: list[bytes]
    label: Label


class Head(_Message, frozen=True):
    """A request that is passed on begins (from a hand), or its answer does (from the first)."""

    number: int
    fields: dict[str, Any]


class Piece(_Message, frozen=True):
    """A piece of the body of a request or an answer that is passed on."""

    number: int
    data: bytes
    more: bool


class Taken(_Message, frozen=True):
    """So many bytes of pieces have gone on their way, and as many more may come."""

    number: int
    count: int


class Gone(_Message, frozen=True):
    """The caller of a request that is passed on has left (from a hand), or its answer broke off (from the first)."""

    number: int


# From the first.


class Opened(_Message, frozen=True):
    """The row is committed, or `refused` says why it cannot be."""

    number: int
    refused: str | None = None


class Inside(_Message, frozen=True):
    """The request is in."""

    number: int


class Outside(_Message, frozen=True):
    """The target is not to be asked now."""

    number: int
    fault: Fault
    message: str
    retry_after: float | None = None


class Begun(_Message, frozen=True):
    """The request is counted."""

    number: int
    allowance: Allowance


class Reserved(_Message, frozen=True):
    """The worst case is held back."""

    number: int
    granted: Granted


class Refused(_Message, frozen=True):
    """A request may not go on: which error of `core.errors`, and what it says."""

    number: int
    kind: str
    message: str
    retry_after: float | None = None
    allowance: Allowance | None = None
    renews: str | None = None


class Standing(_Message, frozen=True):
    """How a local model stands."""

    number: int
    status: Status


class Apply(_Message, frozen=True):
    """Go on by this configuration, and these engines that were found. The first thing that a hand is told."""

    config: Config
    discovery: Discovery
    standing: promises.Standing = promises.NOTHING
    """What evaluation has put in force."""
    watchlist: dict[str, dict[str, float]] = {}
    """By route, with which chance a request is chosen for what; see `freehold.evaluate.watch.sample`."""


class KeysChanged(_Message, frozen=True):
    """A key was made, amended, renewed or revoked."""

    unwritten: tuple[str, ...] = ()
    """The ids of those that are revoked, though the database could not be told."""


class Governed(_Message, frozen=True):
    """What limits are set on: pairs of a scope and a subject."""

    subjects: list[tuple[str, str]]


class Gather(_Message, frozen=True):
    """A question: hand over what has ended. Answered by `Gathered`."""

    number: int


class Drain(_Message, frozen=True):
    """Take no more requests, finish what is under way, and end."""


FromHand = (
    Open
    | Watched
    | Settled
    | Enter
    | Answered
    | Left
    | Begin
    | Reserve
    | Over
    | Ready
    | Sent
    | Counts
    | Gathered
    | Serving
    | Remember
    | Head
    | Piece
    | Taken
    | Gone
)
FromFirst = (
    Opened
    | Inside
    | Outside
    | Begun
    | Reserved
    | Refused
    | Standing
    | Apply
    | KeysChanged
    | Governed
    | Gather
    | Drain
    | Remember
    | Head
    | Piece
    | Taken
    | Gone
)
ANSWERS = (Opened, Inside, Outside, Begun, Reserved, Refused, Standing)
"""What the first says to a question of a hand, whose number it has."""
