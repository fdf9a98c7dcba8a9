"""The joints of the house: the few types by which its parts meet without knowing one another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from freehold.core.event import Event
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.limits import Allowance, Claim, Entry, Granted, Receipt
from freehold.core.passage import Passage
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, Request
from freehold.core.target import Target

Events = AsyncIterator[Event]

Handler = Callable[[Exchange], AbstractAsyncContextManager[Events]]
"""Everything that answers. Entering may raise a `RequestError`; leaving closes all it opened, in order."""

Stage = Callable[[Handler], Handler]


class Grounding(Protocol):
    """What a request is answered from, and how its answer is read."""

    @property
    def request(self) -> Request:
        """The request with the passages in it, delimited as data."""
        ...

    @property
    def passages(self) -> tuple[Passage, ...]: ...

    def without(self, numbers: Collection[int]) -> Grounding:
        """The same without the passages of these numbers; those that are left are numbered anew."""
        ...

    def read(self, events: Events, exchange: Exchange) -> Events:
        """The answer with its citations checked and attached; fills `Exchange.citations` by the end."""
        ...


class Enricher(Protocol):
    """Finds what a request should be answered from."""

    def wants(self, exchange: Exchange) -> bool:
        """Whether this exchange is to be looked at, told without waiting; most are not, and cost nothing more."""
        ...

    async def __call__(self, exchange: Exchange) -> Grounding | None:
        """`None` where nothing is to be added. Raises `RequestError`.

        Only what the exchange's caller may read and what one of the permit's targets may see is found.
        """
        ...


class Provider(Protocol):
    """Opens a stream to one target. Raises `AttemptFailed` and nothing else for what goes wrong on the other side.

    `dropped` of the attempt is filled with the fields left out. Entering returns once the target has accepted, that is
    when its status is known; leaving at any time ends the connection or gives it back.
    """

    def __call__(
        self, target: Target, request: AnyRequest, attempt: Attempt
    ) -> AbstractAsyncContextManager[Events]: ...


class Book(Protocol):
    """The ledger, as the pipeline sees it."""

    async def open(self, exchange: Exchange) -> None:
        """Hold an open row; raises `Unavailable` when the ledger cannot take it."""
        ...

    def settle(self, exchange: Exchange) -> None:
        """Hand the ended exchange over, once. Returns at once; the row is on disk within a second."""
        ...


class Accountant(Protocol):
    """Budgets and rates of the whole of Freehold, counted in one place."""

    def governs(self, key: str, team: str | None, route: str, targets: Collection[str]) -> bool:
        """Whether any limit is set on one of these, told without waiting; most requests cost nothing more."""
        ...

    async def begin(self, entry: Entry) -> Allowance:
        """Count a request in; raises `RateLimited`. What was counted in is told of with `end`, once."""
        ...

    async def reserve(self, claim: Claim) -> Granted:
        """Hold the worst case back; raises `BudgetSpent` where no target is left that may be paid for."""
        ...

    def end(self, receipt: Receipt) -> None:
        """The request is over: what it held is free, what it cost is spent. Returns at once."""
        ...


class Observer(Protocol):
    """Looks at exchanges once they have ended: spans, metrics."""

    def ended(self, exchange: Exchange) -> None:
        """Called once for each, after it was handed to the ledger. Returns at once, raises nothing."""
        ...


class Memory(Protocol):
    """What Freehold answered under a label worth remembering: by keyed hashes alone, never a word of it."""

    @property
    def empty(self) -> bool:
        """Whether nothing was ever remembered, so that there is nothing to look up."""
        ...

    def digest(self, data: bytes) -> bytes:
        """The hash of something under this installation's own key."""
        ...

    async def labels(self, digests: Collection[bytes]) -> dict[bytes, Label]:
        """The label of each that is known; raises `Unavailable` where that cannot be told."""
        ...

    def remember(self, digests: Collection[bytes], label: Label) -> None:
        """Know these from now on, under a label that joins any they have. Returns at once."""
        ...
