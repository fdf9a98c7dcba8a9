"""The hands of a whole Freehold put together: what of it they use, and what they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from freehold.crew.doors import Doorkeeper
from freehold.crew.hands import Hands
from freehold.crew.messages import Apply, Governed, KeysChanged
from freehold.crew.passing import App, Reception
from freehold.crew.service import House, Service
from freehold.observe.snapshot import Snapshot
from freehold.providers.egress import Egress, Tally


class Crew:
    """All hands of one stack, once there are any."""

    def __init__(self, count: int, told: Callable[[], Apply]) -> None:
        """`told`: what a hand goes on by, as it stands now."""
        self.count = count
        self._told = told
        self._hands: Hands | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subjects: list[tuple[str, str]] = []
        self._keys = KeysChanged()

    def start(
        self, command: Sequence[str], env: Mapping[str, str], keeper: Doorkeeper, *, house: House, app: App
    ) -> None:
        """Have all hands take what this keeper gives them; `app` answers what they pass on. Returns at once."""
        self._loop = asyncio.get_running_loop()

        def greet(service: Service) -> None:
            service.channel.send(self._told())
            service.channel.send(Governed(self._subjects))
            service.channel.send(self._keys)
            Reception(service, app)

        self._hands = Hands(self.count, command, env, house=house, greet=greet)
        house.book.gather = self._hands.gather
        self._hands.start(keeper)

    def tell(self, message: object, but: object = None) -> None:
        """Say something to every hand, or to all but one."""
        if self._hands is not None:
            self._hands.tell(message, but=but)

    def reconfigured(self) -> None:
        """Have every hand go on by what holds now."""
        if self._hands is not None:
            self.tell(self._told())

    def governed(self, subjects: Sequence[tuple[str, str]]) -> None:
        """Say what limits are set on from now on."""
        self._subjects = list(subjects)
        self.tell(Governed(self._subjects))

    def keys_changed(self, unwritten: tuple[str, ...] = ()) -> None:
        """Have every hand look at the keys anew, and open nothing with those that are revoked but not on disk.

        May be called from any thread.
        """
        self._keys = KeysChanged(unwritten)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.tell, self._keys)

    async def counted(self) -> list[Snapshot]:
        """What all hands have counted."""
        return [] if self._hands is None else await self._hands.counted()

    def warnings(self) -> list[str]:
        """What is wrong with the hands."""
        return [] if self._hands is None else self._hands.warnings()

    def drain(self) -> None:
        """Have every hand take no more requests, and end when it has finished."""
        if self._hands is not None:
            self._hands.drain()

    async def stop(self, patience: float) -> None:
        """Wait for the end of all hands, for so many seconds at most."""
        if self._hands is not None:
            await self._hands.stop(patience)


def add_sent(egress: Egress, tallies: Mapping[str, Tally]) -> None:
    """Add what went out of another worker to what went out of this one."""
    for name, more in tallies.items():
        egress.tallies.setdefault(name, Tally()).add(more)
