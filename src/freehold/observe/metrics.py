"""Counts what exchanges came to, in memory: a few additions for each, and nothing that waits.

Every label is of a bounded set: names come from `known`, which the configuration fills, and whatever else a caller
asked for is counted as ``other``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from freehold.core.exchange import Exchange
from freehold.core.label import Level
from freehold.core.record import Attempt, Ending
from freehold.observe.bounds import DOLLARS, SECONDS, TOKENS, Histogram
from freehold.observe.process import cpu_seconds, resident_bytes
from freehold.observe.reading import OK, OPERATIONS, OTHER, code_of, first_token_ms
from freehold.observe.snapshot import Counted, Labels, Observed, Snapshot

NONE = "none"
_LEVELS = {level: level.name.lower() for level in Level}
_NANO = 1e-9

MOST_KEYS = 4096
"""Keys that are counted apart where keys are counted; the rest is ``other``."""

Gauges = Callable[[], dict[str, list[Counted]]]
"""What stands at the moment, by the name of the metric."""


class _Route:
    """What is counted of one route and operation."""

    __slots__ = ("cost", "duration", "ends", "escalated", "first", "home", "out", "refusals")

    def __init__(self) -> None:
        self.duration = Histogram(SECONDS)
        self.first = Histogram(SECONDS)
        self.cost = Histogram(DOLLARS)
        self.ends: dict[tuple[str, str], int] = {}
        self.refusals: dict[str, int] = {}
        self.escalated = self.home = self.out = 0


class _Target:
    """What is counted of one target and operation."""

    __slots__ = ("cost", "durations", "first", "given", "taken")

    def __init__(self) -> None:
        self.durations: dict[str, Histogram] = {}
        self.first = Histogram(SECONDS)
        self.given = Histogram(TOKENS)
        self.taken = Histogram(TOKENS)
        self.cost = 0


class Metrics:
    """The counters of one process. For one event loop, `snapshot` too: elsewhere it would meet a change."""

    def __init__(
        self, *, keys: bool = False, worker: str = "1", version: str = "", clock: Callable[[], int] = time.time_ns
    ) -> None:
        """`keys`: count requests by key too. `clock` gives the wall clock's nanoseconds."""
        self.known: frozenset[str] = frozenset()
        """Names of routes and targets that may be labels. Replaced whole when the configuration changes."""
        self.gauges: Gauges | None = None
        """Asked at each snapshot for what stands at the moment."""
        self.lost: Callable[[], int] = int
        """How many spans no collector got."""
        self.exchanges = 0
        """How many have been counted."""
        self._worker = worker
        self._version = version
        self._began_ns = clock()
        self._routes: dict[tuple[str, str], _Route] = {}
        self._targets: dict[tuple[str, str], _Target] = {}
        self._keys: dict[str, int] | None = {} if keys else None

    def ended(self, exchange: Exchange) -> None:
        """Count one exchange that has ended. What a wing asked for itself counts by its targets alone."""
        self.exchanges += 1
        operation = OPERATIONS[type(exchange.request)]
        spent, passed_on = 0, False
        answered: Attempt | None = None
        for attempt in exchange.attempts:
            self._count_attempt(attempt, operation, streamed=exchange.request.stream)
            spent += attempt.cost
            if attempt.shown:
                answered = attempt
            note = attempt.note
            if note is not None and note[:9] == "escalated":
                passed_on = True
        if exchange.origin == "api":
            self._count_request(exchange, operation, spent, answered, passed_on=passed_on)

    def _count_request(
        self, exchange: Exchange, operation: str, spent: int, answered: Attempt | None, *, passed_on: bool
    ) -> None:
        end, permit, label = exchange.end, exchange.permit, exchange.label
        if end is None:
            return
        name = NONE if permit is None else permit.route if permit.route in self.known else OTHER
        route = self._route(name, operation)
        way = (NONE if label is None else _LEVELS[label.level], end.ending._value_)
        route.ends[way] = route.ends.get(way, 0) + 1
        route.duration.add(end.total_ms / 1000)
        route.cost.add(spent * _NANO)
        if passed_on:
            route.escalated += 1
        if end.error is not None:
            code = code_of(exchange)
            if code is not None:
                route.refusals[code] = route.refusals.get(code, 0) + 1
        if answered is not None:
            first = first_token_ms(exchange, answered) if exchange.request.stream else None
            if first is not None:
                route.first.add(first / 1000)
            if end.ending is Ending.COMPLETED:
                if answered.owned:
                    route.home += 1
                else:
                    route.out += 1
        self._count_key(exchange.caller.name)

    def lost_request(self, model: str, operation: str, key: str) -> None:
        """Count one request whose process ended in its course: it asked for this model, and no more is known of it."""
        self.exchanges += 1
        route = self._route(model if model in self.known else OTHER, operation)
        way = (NONE, Ending.LOST.value)
        route.ends[way] = route.ends.get(way, 0) + 1
        self._count_key(key)

    def _route(self, name: str, operation: str) -> _Route:
        route = self._routes.get((name, operation))
        if route is None:
            route = self._routes[name, operation] = _Route()
        return route

    def _count_key(self, key: str) -> None:
        if self._keys is not None:
            if key not in self._keys and len(self._keys) >= MOST_KEYS:
                key = OTHER
            self._keys[key] = self._keys.get(key, 0) + 1

    def _count_attempt(self, attempt: Attempt, operation: str, *, streamed: bool) -> None:
        name = attempt.target if attempt.target in self.known else OTHER
        target = self._targets.get((name, operation))
        if target is None:
            target = self._targets[name, operation] = _Target()
        outcome = OK if attempt.fault is None else str(attempt.fault)
        durations = target.durations.get(outcome)
        if durations is None:
            durations = target.durations[outcome] = Histogram(SECONDS)
        durations.add((attempt.total_ms or 0.0) / 1000)
        if streamed and attempt.first_ms is not None:
            target.first.add(attempt.first_ms / 1000)
        usage = attempt.usage
        if usage is not None:
            target.given.add(usage.input)
            target.taken.add(usage.output)
        target.cost += attempt.cost

    def snapshot(self) -> Snapshot:
        """All of it as plain data, with what stands at the moment."""
        series = _Series()
        for (name, operation), route in self._routes.items():
            series.route(name, operation, route)
        for (name, operation), target in self._targets.items():
            series.target(name, operation, target)
        if self._keys:
            series.counters["freehold_key_requests"] = [Counted((key,), count) for key, count in self._keys.items()]
        series.count("freehold_telemetry_lost", (), self.lost())
        series.count("freehold_worker_cpu_seconds", (self._worker,), cpu_seconds())
        gauges = {} if self.gauges is None else dict(self.gauges())
        gauges["freehold_worker_memory_bytes"] = [Counted((self._worker,), resident_bytes())]
        return Snapshot(self._began_ns, self._version, series.counters, series.histograms, gauges)


class _Series:
    """The series of a snapshot as they come together. What was never counted is left out."""

    def __init__(self) -> None:
        self.counters: dict[str, list[Counted]] = {}
        self.histograms: dict[str, list[Observed]] = {}

    def count(self, name: str, labels: Labels, value: float) -> None:
        rows = self.counters.setdefault(name, [])
        for index, row in enumerate(rows):
            if row.labels == labels:  # One route or target has a cell for each operation.
                rows[index] = Counted(labels, row.value + value)
                return
        rows.append(Counted(labels, value))

    def observe(self, name: str, labels: Labels, histogram: Histogram) -> None:
        if any(histogram.counts):
            self.histograms.setdefault(name, []).append(Observed(labels, tuple(histogram.counts), histogram.total))

    def route(self, name: str, operation: str, route: _Route) -> None:
        for (label, ending), count in route.ends.items():
            self.count("freehold_requests", (name, operation, label, ending), count)
        for code, count in route.refusals.items():
            self.count("freehold_refusals", (name, code), count)
        self.count("freehold_escalations", (name,), route.escalated)
        for home, count in (("true", route.home), ("false", route.out)):
            self.count("freehold_answers", (name, home), count)
        self.observe("freehold_request_duration_seconds", (name, operation), route.duration)
        self.observe("freehold_request_first_token_seconds", (name, operation), route.first)
        self.observe("freehold_request_cost_dollars", (name, operation), route.cost)

    def target(self, name: str, operation: str, target: _Target) -> None:
        self.count("freehold_cost_dollars", (name,), target.cost * _NANO)
        for outcome, durations in target.durations.items():
            self.observe("freehold_attempt_duration_seconds", (name, operation, outcome), durations)
        self.observe("freehold_attempt_first_token_seconds", (name, operation), target.first)
        for kind, tokens in (("input", target.given), ("output", target.taken)):
            self.observe("freehold_attempt_tokens", (name, operation, kind), tokens)


def busiest(counts: Iterable[Counted], most: int, shown: set[str]) -> list[Counted]:
    """The `most` busiest keys, and the rest as ``other``.

    `shown` remembers which keys have a series, and grows to `most`: a key keeps its series once it has one, since a
    counter must not go down.
    """
    rows = sorted(counts, key=lambda row: -row.value)
    for row in rows:
        if len(shown) >= most:
            break
        if row.labels[0] != OTHER:
            shown.add(row.labels[0])
    rest = sum(row.value for row in rows if row.labels[0] not in shown)
    kept = [row for row in rows if row.labels[0] in shown]
    return [*kept, Counted((OTHER,), rest)] if rest else kept
