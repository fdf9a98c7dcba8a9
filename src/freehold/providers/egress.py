"""The only door out: every connection to a target is opened here, and counted here.

The audit proves against these counts, so nothing is sent that is not first in a `Tally`. Connections are pooled by
target and never shared between two of them: one target's credentials and data share no socket with another's.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import socket
import ssl
from collections import deque
from collections.abc import Iterable
from types import TracebackType

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.target import Target
from freehold.providers.address import Headers, address_of, request_head
from freehold.providers.http1 import Connection

_LOG = logging.getLogger(__name__)

_IDLE_SECONDS = 50.0
"""Below the usual 60 s at which servers drop an idle connection."""

_CLOSING_SECONDS = 1.0
"""A kept connection that closes within this time of a request was closing before the request came. One that closes
later may have died of its work on it, and asking again could cost twice (RFC 9110, 9.2.2)."""


class Tally(msgspec.Struct):
    """What went through the door to one target since this process began."""

    connections: int = 0
    requests: int = 0
    bytes_out: int = 0
    """Heads and bodies."""
    body_out: int = 0
    """Bodies alone: what the attempts of the record add up to."""
    bytes_in: int = 0

    def add(self, more: Tally) -> None:
        """Count what another process saw go out to the same target."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(more, name))

    def since(self, earlier: Tally) -> Tally:
        """What came on top of an earlier count."""
        return Tally(*(getattr(self, name) - getattr(earlier, name) for name in self.__struct_fields__))


class Pool:
    """One target's open connections, the most recently used first."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.address = address_of(target)
        self.tally = Tally()
        self._idle: deque[tuple[float, Connection]] = deque()
        self._closed = False

    def take(self, now: float) -> Connection | None:
        """An idle connection that is still open, or `None`."""
        while self._idle:
            since, connection = self._idle.pop()
            if not connection.closed and now - since < _IDLE_SECONDS:
                return connection
            connection.abort()
        return None

    def give(self, connection: Connection, now: float) -> None:
        """Keep a connection for the next request, and drop those idle for too long."""
        if self._closed:
            connection.abort()
            return
        self._idle.append((now, connection))
        while self._idle and now - self._idle[0][0] >= _IDLE_SECONDS:
            self._idle.popleft()[1].abort()

    def close(self) -> None:
        """Drop all idle connections, and from now on each as its call ends."""
        self._closed = True
        while self._idle:
            self._idle.pop()[1].abort()


class Egress:
    """Sends requests to targets. One for each event loop."""

    def __init__(self) -> None:
        self._pools: dict[str, Pool] = {}
        self._tallies: dict[str, Tally] = {}
        self._tls: ssl.SSLContext | None = None

    @property
    def tallies(self) -> dict[str, Tally]:
        """Counts by target name."""
        return self._tallies

    def send(self, target: Target, path: str, body: bytes, headers: Headers = ()) -> Call:
        """Prepare a POST to ``base_url + path``; the request is sent on entering the `Call`.

        Raises `AttemptFailed` for a header that cannot be sent: ``UNTRANSLATABLE`` where it is one of `headers`,
        ``CONNECT`` where it is the target's own.
        """
        return Call(self, self._pool(target), path, body, headers)

    async def connect(self, pool: Pool, patience: float) -> Connection:
        """Open a connection to a pool's address; `patience` in seconds.

        Raises `AttemptFailed`, whose text does not tell the address: callers read it, and the network within is not
        theirs to know. The log has it.
        """
        loop = asyncio.get_running_loop()
        address = pool.address
        pool.tally.connections += 1
        context = self._context() if address.tls else None
        try:
            async with asyncio.timeout(patience):
                _, protocol = await loop.create_connection(
                    lambda: Connection(loop), address.host, address.port, ssl=context
                )
        except TimeoutError as error:
            _tell(pool, error)
            raise AttemptFailed(
                Fault.TIMEOUT_CONNECT,
                f"cannot be reached: no connection within {patience:g} s",
                safe_to_retry=True,
            ) from None
        except ssl.SSLError as error:
            _tell(pool, error)
            raise AttemptFailed(Fault.CONNECT, f"cannot be reached: TLS failed ({error.reason})") from error
        except (OSError, UnicodeError) as error:  # a name that cannot be looked up may be either
            _tell(pool, error)
            raise AttemptFailed(Fault.CONNECT, f"cannot be reached: {_plain(error)}", safe_to_retry=True) from error
        return protocol

    def keep(self, targets: Iterable[Target]) -> None:
        """Drop the connections of all but these targets, as they are now; those in use end with their calls."""
        kept = {target.name: target for target in targets}
        for name, pool in list(self._pools.items()):
            if kept.get(name) != pool.target:
                self.drop(name)

    def drop(self, name: str) -> None:
        """Drop the connections of one target; what went out over them stays counted."""
        pool = self._pools.pop(name, None)
        if pool is not None:
            pool.close()

    def close(self) -> None:
        """Drop every idle connection."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _pool(self, target: Target) -> Pool:
        pool = self._pools.get(target.name)
        if pool is not None and (pool.target is target or pool.target == target):
            return pool
        if pool is not None:
            pool.close()  # The row changed; the old one's connections end as their calls do.
        pool = self._pools[target.name] = Pool(target)
        pool.tally = self._tallies.setdefault(target.name, pool.tally)
        return pool

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls


class Call:
    """One request on its way. ``async with`` sends it and gives itself once the response's head has come."""

    def __init__(self, egress: Egress, pool: Pool, path: str, body: bytes, headers: Headers) -> None:
        self._egress = egress
        self._pool = pool
        self._head = request_head(pool.address, path, headers, len(body))
        self._body = body
        self._connection: Connection | None = None
        self._before = 0
        self._first_by = 0.0
        self._deadline = 0.0
        self._begun = False
        self.body_out = 0
        """Bytes of body handed to a socket, twice the body's where a kept connection had just closed; 0 before that."""

    @property
    def body_sha256(self) -> str:
        """The SHA-256, as hex, of the body: of the very object that is handed to the socket."""
        return hashlib.sha256(self._body).hexdigest()

    async def __aenter__(self) -> Call:
        loop = asyncio.get_running_loop()
        timeouts = self._pool.target.timeouts
        asked = loop.time()
        self._deadline = asked + timeouts.total
        connection = self._pool.take(asked)
        if connection is not None:
            try:
                await self._start(connection)
            except AttemptFailed as failure:
                # The peer closed a kept connection just as we wrote: it has not begun on this request.
                if failure.fault is not Fault.CONNECT or loop.time() - asked > _CLOSING_SECONDS:
                    raise
            else:
                return self
        patience = min(timeouts.connect, self._deadline - loop.time())
        await self._start(await self._egress.connect(self._pool, patience))
        return self

    async def _start(self, connection: Connection) -> None:
        tally, first = self._pool.tally, self._pool.target.timeouts.first
        tally.requests += 1
        tally.bytes_out += len(self._head) + len(self._body)
        tally.body_out += len(self._body)
        self.body_out += len(self._body)
        self._connection = connection
        self._before = connection.received
        self._first_by = asyncio.get_running_loop().time() + first
        try:
            await connection.send(self._head, self._body, patience=first, deadline=self._deadline)
        except BaseException:
            self._leave()
            raise

    @property
    def status(self) -> int:
        """The response's HTTP status."""
        return self._open().status

    def header(self, name: str) -> str | None:
        """A response header by its lower-case name."""
        value = self._open().headers.get(name.encode("ascii"))
        return None if value is None else value.decode("latin-1")

    async def read(self) -> bytes:
        """The next bytes of the body as they came, ``b""`` at its end; raises `AttemptFailed`."""
        connection, silence = self._open(), self._pool.target.timeouts.silence
        if self._begun:
            return await connection.read(patience=silence, deadline=self._deadline)
        # A server may send its head at once and think afterwards: the wait for the first byte covers both.
        patience = self._first_by - asyncio.get_running_loop().time()
        data = await connection.read(patience=patience, deadline=self._deadline, fault=Fault.TIMEOUT_FIRST)
        self._begun = True
        return data

    async def read_all(self, limit: int) -> bytes:
        """The whole body; raises `AttemptFailed` when it is longer than `limit` bytes."""
        parts: list[bytes] = []
        size = 0
        while data := await self.read():
            size += len(data)
            if size > limit:
                raise AttemptFailed(Fault.PROTOCOL, f"the answer is longer than {limit} bytes")
            parts.append(data)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        connection = self._connection
        if connection is None:
            return
        self._connection = None
        self._pool.tally.bytes_in += connection.received - self._before
        if connection.reusable:
            self._pool.give(connection, asyncio.get_running_loop().time())
        else:
            connection.abort()

    def _open(self) -> Connection:
        if self._connection is None:
            raise AttemptFailed(Fault.BROKEN, "the call has been left")
        return self._connection


def _plain(error: OSError | UnicodeError) -> str:
    """What happened, without the address, which the error's own text may hold."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return "its name cannot be looked up"
    return os.strerror(error.errno).lower() if error.errno else "no connection came about"


def _tell(pool: Pool, error: Exception) -> None:
    where = f"{pool.address.host}:{pool.address.port}"
    _LOG.warning("%s at %s cannot be reached: %s", pool.target.name, where, str(error) or type(error).__name__)
