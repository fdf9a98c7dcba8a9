"""Runs in a test: a pipeline that plays, a dataset of numbered questions, and the service over both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from freehold.core.caller import Caller
from freehold.core.errors import AttemptFailed, BadRequest, Fault, UpstreamFailed
from freehold.core.event import Event, Finished, Opened, Text, Usage
from freehold.core.exchange import Exchange
from freehold.core.money import ZERO, Nanodollars
from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.asking import Asker
from freehold.evaluate.datasets.identity import dataset_id, example_of
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import Dataset, Example, Result, Run, Scored, Settings
from freehold.evaluate.ports import Scorers
from freehold.evaluate.runs.rows import RunRows
from freehold.evaluate.runs.service import CARRY_OUT, Runs
from freehold.evaluate.runs.subject import Subject
from freehold.stores.sqlite import SqliteStore
from support.exchanges import HOME, INTERNAL, attempt
from support.ingesting import thread_jobs

ANN = Caller(key_id="key_ann", name="ann", role="operator")
PLAIN = Settings(("exact",))
PATIENCE = 20.0
"""Seconds that a test waits at most for a run."""


def request(number: int, **changes: object) -> Request:
    return Request("", (Message("user", (TextPart(f"question {number}"),)),), "openai").rewritten(**changes)


def examples(count: int) -> list[Example]:
    """Questions whose right answer is their own text."""
    return [example_of(request(number), expected=f"question {number}") for number in range(count)]


class Answers:
    """A `Handler` that answers with the question. What is put in its way is set by the test."""

    def __init__(self) -> None:
        self.asked: list[Exchange] = []
        self.cost = ZERO
        self.before: Callable[[Exchange], None] = lambda _: None
        """Called with each exchange; raises what is to fail."""
        self.gate: asyncio.Event | None = None
        """Where it is there, what `waits` is not answered before it is set."""
        self.waits: Callable[[Exchange], bool] = lambda _: True
        self.most = 0
        """Exchanges that were under way at once."""
        self._busy = 0

    @asynccontextmanager
    async def __call__(self, exchange: Exchange) -> AsyncIterator[AsyncIterator[Event]]:
        self.asked.append(exchange)
        self._busy += 1
        self.most = max(self.most, self._busy)
        try:
            if self.gate is not None and self.waits(exchange):
                await self.gate.wait()
            await asyncio.sleep(0)
            exchange.label = INTERNAL
            self.before(exchange)
            exchange.attempts = [attempt(cost=self.cost)]
            exchange.chosen = HOME
            yield self._events(exchange)
        finally:
            self._busy -= 1

    async def _events(self, exchange: Exchange) -> AsyncIterator[Event]:
        assert isinstance(exchange.request, Request)
        [part] = exchange.request.messages[0].parts
        assert isinstance(part, TextPart)
        for event in (Opened(), Text(part.text), Usage(input=2, output=2), Finished("stop")):
            yield event


def fails(exchange: Exchange, fault: str = "server", retry_after: float | None = None) -> None:
    """What a target does that is down."""
    exchange.attempts = [attempt(shown=False, usage=None, cost=ZERO, fault=fault, error="it is down", status=500)]
    failure = AttemptFailed(Fault(fault), "it is down", retry_after=retry_after)
    raise UpstreamFailed("every target failed: home: it is down", [("home", failure)])


class Exact:
    """A scorer that counts what it scored."""

    def __init__(self, name: str = "exact", version: str = "1", cost: int = 0) -> None:
        self.name = name
        self.version = version
        self.gates = True
        self.free = not cost
        self.cost = Nanodollars(cost)
        self.scored: list[int] = []

    async def __call__(self, example: Example, result: Result) -> Scored:
        self.scored.append(result.place)
        return Scored(float(result.text == example.expected), cost=self.cost)


class House:
    """The service with all that it is handed, each of which a test may change."""

    def __init__(self, store: SqliteStore, size: int = 6) -> None:
        self.answers = Answers()
        self.rows = RunRows(store.connect)
        self.datasets = DatasetStore(store.connect, store.reader)
        some = examples(size)
        self.dataset = self.datasets.add(Dataset(dataset_id(some), "work", size, 1), some)
        self.holders: dict[str, Caller] = {ANN.key_id: ANN}
        self.standing = "one"
        self.revision = "r1"
        self.worst: Nanodollars | None = None
        self.repeatable = True
        self.scorers: dict[str, Exact] = {"exact": Exact()}
        self.jobs = thread_jobs()
        self.runs = Runs(
            self.rows,
            self.datasets,
            self.jobs,
            asker=Asker(self.answers),
            subjects=self.subject,
            holder=self.holders.get,
            scorers=self.read,
        )
        self.jobs.register(CARRY_OUT, self.runs.carry_out)

    def subject(self, name: str, _caller: Caller) -> Subject:
        if name == "nobody":
            raise BadRequest("there is no model 'nobody'")
        return Subject(
            name,
            self.revision,
            self.standing,
            logprobs=False,
            repeatable=self.repeatable,
            worst=lambda _: self.worst,
            cleared={"home": "internal"},
        )

    def read(self, names: Sequence[str], _caller: Caller | None) -> Scorers:
        if unknown := [name for name in names if name not in self.scorers]:
            raise BadRequest(f"there is no scorer {unknown[0]!r}")
        return {name: self.scorers[name] for name in names}

    async def ended(self, settings: Settings = PLAIN, subject: str = "home") -> Run:
        """A run begun and followed to its end."""
        run = await self.runs.begin("work", subject, settings, ANN)
        return await self.runs.wait(run.id, PATIENCE)

    def results(self, run: Run) -> list[Result]:
        return [row.result for row in self.rows.every(run.id)]

    async def close(self) -> None:
        await self.runs.stop()
        await asyncio.to_thread(self.jobs.stop)
