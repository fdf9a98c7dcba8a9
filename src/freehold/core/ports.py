"""The joints of the house: the few types by which its parts meet without knowing one another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from freehold.core.event import Event
from freehold.core.exchange import Exchange
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest
from freehold.core.target import Target

Events = AsyncIterator[Event]

Handler = Callable[[Exchange], AbstractAsyncContextManager[Events]]
"""Everything that answers. Entering may raise a `RequestError`; leaving closes all it opened, in order."""

Stage = Callable[[Handler], Handler]


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
