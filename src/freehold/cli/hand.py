"""A worker that is not the first, as ``freehold up --workers N`` starts it; nobody else does.

    python -m freehold.cli.hand NUMBER WAY CHANNEL

NUMBER says which worker it is, counted from 1. The others are numbers of sockets that it has inherited, which lead to
the first worker: by one it is given connections, by the other both talk. It ends with the first, at once, however
that ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from copy import copy

import uvloop

from freehold.assemble import Hand
from freehold.cli.serving import log_to_stderr
from freehold.crew.line import Line
from freehold.crew.messages import Apply, Counts, Drain, Gather, Gathered, Sent, Serving
from freehold.crew.passing import Passing
from freehold.engines.lifeline import GONE, tie_to_parent
from freehold.http.hand import HandApp
from freehold.http.server import MIB, HandServer
from freehold.providers.egress import Tally

_LOG = logging.getLogger("freehold")

_TELL_SECONDS = 1.0
"""How often the first is told what went out, and what was counted."""


def main() -> None:
    """Serve until the first worker says so, or is gone."""
    tie_to_parent(os.getppid(), sys.stdin.fileno())
    log_to_stderr()
    # Meant for the first, which says what is to be done; SIGTERM alone ends a hand by itself, in good order.
    for meant in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(meant, signal.SIG_IGN)
    worker, *descriptors = sys.argv[1:]
    way, channel = (socket.socket(fileno=int(descriptor)) for descriptor in descriptors)
    uvloop.run(_serve(worker, way, channel))


async def _serve(worker: str, way: socket.socket, channel: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    line = Line(channel, lost=lambda: os._exit(GONE))
    told = await line.once(Apply)
    log_to_stderr(told.config.telemetry.log)
    hand = Hand(told, os.environ, line, worker)
    log_to_stderr(told.config.telemetry.log)
    settings = told.config.server
    app = HandApp(hand, Passing(line), body_limit=settings.max_body_mb * MIB)
    server = HandServer(
        app, way, shutdown_seconds=settings.shutdown_seconds, on_ready=lambda: line.send(Serving(os.getpid()))
    )
    sending = _Sending(hand, line)

    def gather(asked: Gather) -> None:
        sending.tell_sent()
        line.send(Gathered(asked.number, hand.watching.metrics.snapshot()))

    line.on({Drain: lambda _message: server.drain(), Gather: gather})
    telling = loop.create_task(sending.go_on())
    await server.serve(sockets=[])
    telling.cancel()
    sending.tell()
    await line.end()


class _Sending:
    """Tells the first worker what went out through this one's door, and what this one has counted."""

    def __init__(self, hand: Hand, line: Line) -> None:
        self._hand = hand
        self._line = line
        self._told: dict[str, Tally] = {}
        self._counted = 0

    async def go_on(self) -> None:
        """Tell now and then."""
        while True:
            await asyncio.sleep(_TELL_SECONDS)
            self.tell()

    def tell(self) -> None:
        """Tell what went out since the last time, and what was counted, if anything was."""
        self.tell_sent()
        metrics = self._hand.watching.metrics
        if metrics.exchanges != self._counted:
            self._counted = metrics.exchanges
            self._line.send(Counts(metrics.snapshot()))

    def tell_sent(self) -> None:
        """Tell what went out since the last time, if anything did."""
        now = {name: copy(tally) for name, tally in self._hand.egress.tallies.items()}
        more = {name: tally.since(self._told.get(name, Tally())) for name, tally in now.items()}
        self._told |= now
        if more := {name: tally for name, tally in more.items() if tally != Tally()}:
            self._line.send(Sent(more))


if __name__ == "__main__":
    main()
