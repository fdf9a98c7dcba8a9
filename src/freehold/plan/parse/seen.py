"""``[workload] trace``, or the ledger: traffic that was seen, in the place of numbers that are said."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from freehold.ledger.workload import WorkloadReader
from freehold.plan.defaults import api
from freehold.plan.defaults import workload as fields
from freehold.plan.defaults.field import Assumed, Field
from freehold.plan.parse.table import Table
from freehold.plan.quantity import Quantity
from freehold.plan.workload import seen as measures
from freehold.plan.workload.history import FEW, History, Share, history
from freehold.plan.workload.observed import Observed
from freehold.plan.workload.times import span
from freehold.plan.workload.trace import read_trace
from freehold.tables.faults import ConfigFaults

SHORT_DAYS = 7.0
"""A ledger that remembers less has not seen a whole week."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Traffic that was seen, with its name and what it says as inputs."""

    name: str
    observed: Observed

    def means(self) -> Iterator[tuple[Field, float]]:
        """Tokens of a prompt and of an answer."""
        yield fields.PROMPT, self.observed.prompt
        yield fields.ANSWER, self.observed.answer

    def counted(self, field: Field, path: str, value: float) -> Quantity:
        """A mean over all that was seen: as good as counted, but next month's may differ a little."""
        span = (0.95, 1.05) if self.observed.requests >= 1_000 else (0.8, 1.25)
        return self._quantity(field, path, Assumed(value, value * span[0], value * span[1], "mean"))

    def cached(self, path: str) -> Quantity | None:
        """The cached share, where it was counted."""
        share = self.observed.cached_share
        if share is None:
            return None
        low, high = fields.CACHED.around(share)
        return self._quantity(fields.CACHED, path, Assumed(share, low, high, "of prompt tokens"))

    def peak(self, path: str) -> Quantity:
        """How far the busiest hour stands out."""
        value = measures.peak(self.observed)
        return self._quantity(
            fields.PEAK, path, Assumed(value, max(1.0, value * 0.85), value * 1.25, "the busiest hour of its weeks")
        )

    def volume(self, path: str, requests_a_day: float) -> Quantity:
        """Requests a day."""
        return self._quantity(fields.REQUESTS, path, measures.volume(self.observed, requests_a_day))

    def _quantity(self, field: Field, path: str, of: Assumed) -> Quantity:
        date = self.observed.first.date().isoformat() if self.observed.first.year > 1971 else ""
        return field.quantity(path, of.value, of.low, of.high, source=f"{self.name}: {of.why}", date=date)


def read_seen(table: Table, ledger: WorkloadReader | None) -> Seen | None:
    """What the ledger remembers, where one is handed over; else the trace that is named; else nothing."""
    named = table.text("trace")
    if ledger is not None:
        if named:
            table.fault("trace", f"{table.path('trace')} is named, and the ledger asked for", "leave one of them out")
        return _from_ledger(table, ledger)
    if not named:
        return None
    if table.book.folder is None:
        table.fault(
            "trace", f"{table.path('trace')} names a file, which a scenario that is sent may not", "leave it out"
        )
        return None
    path = table.book.folder / named
    try:
        trace = read_trace(path)
    except ConfigFaults as unreadable:
        table.book.findings.found.extend(unreadable.faults)
        return None
    for sentence in trace.notes:
        table.book.note(sentence)
    return Seen(name=f"trace {path.name}", observed=trace.observed)


def _from_ledger(table: Table, ledger: WorkloadReader) -> Seen | None:
    try:
        past = history(ledger)
    except ValueError:
        message = "the ledger remembers no two answered requests at different times, which is too little to plan from"
        mend = "send your programs' requests through Freehold for a week, or say [workload] and leave the ledger out"
        table.book.findings.outside(message, mend)
        return None
    _note(table, past)
    table.book.kept_home = _kept(past.kept_home)
    return Seen(name="ledger", observed=past.observed)


def _note(table: Table, past: History) -> None:
    observed = past.observed
    table.book.note(
        f"Workload from the ledger: {observed.requests:,} answered chats in its last {span(observed.seconds)}, "
        "of four weeks at most; hours are UTC."
    )
    if observed.days < SHORT_DAYS:
        table.book.note(
            f"The ledger remembers {span(observed.seconds)}, less than a week: its quiet days are not known."
        )
    if past.kept_home is not None and past.kept_home.of < FEW:
        table.book.note(f"Only {past.kept_home.of} answers were judged by a cascade: its share is hardly known.")


def _kept(share: Share | None) -> Assumed | None:
    """The share at home as an input; nothing, where no cascade judged anything."""
    if share is None:
        return None
    field = api.SHARE_HOME
    why = f"ledger: a cascade kept its first answer for {100 * share.value:.1f} % of {share.of:,} judged requests"
    return Assumed(share.value, max(field.least, share.low), min(field.most, share.high), why)
