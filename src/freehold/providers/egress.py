"""The only door out: every connection to a target is opened here, and counted here.

The audit proves against these counts, so nothing is sent that is not first in a `Tally`. Connections are pooled by
target and never shared between two of them: one target's credentials and data share no socket with another's.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from types import TracebackType
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from freehold import __version__
from freehold.core.errors import AttemptFailed, Fault
from freehold.core.target import Target
from freehold.providers.http1 import Connection

_IDLE_SECONDS = 50.0
"""Below the usual 60 s at which servers drop an idle connection."""


class Tally(msgspec.Struct):
    """What went through the door to one target since this process began."""

    connections: int = 0
    requests: int = 0
    bytes_out: int = 0
    bytes_in: int = 0


class Address(msgspec.Struct, frozen=True):
    """Where a target lives, worked out once: host, port, TLS, and the head of every request to it."""

    host: str
    port: int
    tls: bool
    prefix: str
    query: str
    fixed_head: bytes


class Pool:
    """One target's open connections, the most recently used first."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.address = _address(target)
        self.tally = Tally()
        self._idle: deque[tuple[float, Connection]] = deque()

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
        self._idle.append((now, connection))
        while self._idle and now - self._idle[0][0] >= _IDLE_SECONDS:
            self._idle.popleft()[1].abort()

    def close(self) -> None:
        """Drop all idle connections."""
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

    def send(self, target: Target, path: str, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Call:
        """Prepare a POST to ``base_url + path``; the request is sent on entering the `Call`."""
        return Call(self, self._pool(target), path, body, headers)

    async def connect(self, pool: Pool, patience: float) -> Connection:
        """Open a connection to a pool's address; `patience` in seconds."""
        loop = asyncio.get_running_loop()
        address = pool.address
        pool.tally.connections += 1
        context = self._context() if address.tls else None
        try:
            async with asyncio.timeout(patience):
                _, protocol = await loop.create_connection(
                    lambda: Connection(loop), address.host, address.port, ssl=context, happy_eyeballs_delay=0.25
                )
        except TimeoutError:
            raise AttemptFailed(
                Fault.TIMEOUT_CONNECT,
                f"no connection to {address.host}:{address.port} within {patience:g} s",
                safe_to_retry=True,
            ) from None
        except ssl.SSLError as error:
            raise AttemptFailed(Fault.CONNECT, f"TLS with {address.host} failed: {error.reason or error}") from error
        except OSError as error:
            raise AttemptFailed(
                Fault.CONNECT, f"cannot connect to {address.host}:{address.port}: {_plain(error)}", safe_to_retry=True
            ) from error
        return protocol

    def close(self) -> None:
        """Drop every idle connection."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _pool(self, target: Target) -> Pool:
        pool = self._pools.get(target.name)
        if pool is not None and pool.target is target:
            return pool
        if pool is not None:
            pool.close()  # The configuration changed; the old row's connections end as their calls do.
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

    def __init__(
        self, egress: Egress, pool: Pool, path: str, body: bytes, headers: tuple[tuple[str, str], ...]
    ) -> None:
        self._egress = egress
        self._pool = pool
        self._path = path
        self._body = body
        self._headers = headers
        self._connection: Connection | None = None
        self._before = 0
        self._deadline = 0.0
        self._begun = False

    async def __aenter__(self) -> Call:
        loop = asyncio.get_running_loop()
        timeouts = self._pool.target.timeouts
        self._deadline = loop.time() + timeouts.total
        connection = self._pool.take(loop.time())
        if connection is not None:
            try:
                await self._start(connection, timeouts.first)
            except AttemptFailed as failure:
                # The peer closed a kept connection just as we wrote: it has not begun on this request.
                if failure.fault is not Fault.CONNECT:
                    raise
            else:
                return self
        await self._start(await self._egress.connect(self._pool, timeouts.connect), timeouts.first)
        return self

    async def _start(self, connection: Connection, first: float) -> None:
        tally = self._pool.tally
        tally.requests += 1
        head = _head(self._pool.address, self._path, self._headers, len(self._body))
        tally.bytes_out += len(head) + len(self._body)
        self._connection = connection
        self._before = connection.received
        try:
            await connection.send(head, self._body, patience=first, deadline=self._deadline)
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
        timeouts = self._pool.target.timeouts
        if self._begun:
            return await self._open().read(patience=timeouts.silence, deadline=self._deadline)
        data = await self._open().read(patience=timeouts.first, deadline=self._deadline, fault=Fault.TIMEOUT_FIRST)
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


def _address(target: Target) -> Address:
    parts = urlsplit(target.base_url)
    tls = parts.scheme == "https"
    host = parts.hostname or ""
    port = parts.port or (443 if tls else 80)
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port == (443 if tls else 80) else f"{shown}:{port}"
    lines = [
        f"host: {authority}",
        "content-type: application/json",
        "accept: application/json, text/event-stream",
        "accept-encoding: identity",
        f"user-agent: freehold/{__version__}",
        *(f"{name}: {value}" for name, value in _credentials(target)),
        *(f"{name}: {value}" for name, value in target.headers),
    ]
    if any("\r" in line or "\n" in line for line in lines):
        raise AttemptFailed(Fault.PROTOCOL, f"a header of target {target.name} holds a line break")
    return Address(
        host=host,
        port=port,
        tls=tls,
        prefix=quote(parts.path.rstrip("/"), safe="/%:@"),
        query=f"?{urlencode(target.query)}" if target.query else "",
        fixed_head=("\r\n".join(lines) + "\r\n").encode("latin-1", "replace"),
    )


def _credentials(target: Target) -> list[tuple[str, str]]:
    if target.api_key is None or target.auth == "none":
        return []
    key = target.api_key.reveal()
    return [("authorization", f"Bearer {key}")] if target.auth == "bearer" else [(target.auth, key)]


def _head(address: Address, path: str, headers: tuple[tuple[str, str], ...], length: int) -> bytes:
    extra = "".join(f"{name}: {value}\r\n" for name, value in headers if "\n" not in value and "\r" not in value)
    start = f"POST {address.prefix}{path}{address.query} HTTP/1.1\r\n{extra}content-length: {length}\r\n"
    return start.encode("latin-1", "replace") + address.fixed_head + b"\r\n"


def _plain(error: OSError) -> str:
    return error.strerror or str(error)
