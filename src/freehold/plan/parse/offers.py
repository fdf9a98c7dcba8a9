"""What machines cost where a scenario does not say it: rows of the catalog as inputs, with their ranges and dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from freehold.catalog.offers import CloudOffer, HardwareOffer, Term, stale
from freehold.catalog.words import mend_for
from freehold.core.errors import UnknownRow
from freehold.plan.defaults import machines as fields
from freehold.plan.defaults.field import Assumed, Field
from freehold.plan.parse.machines import nearest
from freehold.plan.parse.table import Table
from freehold.plan.quantity import Quantity

R = TypeVar("R")

FEW = 3
"""Offers, below which what lies between them is not taken for all there is."""
HOST_USD = 1_300.0
HOST_USD_MORE = 500.0
"""Of a machine around one card, and for each further card: parts of workstations as dealers list them."""
HOST_IDLE_W = 50.0
HOST_LOAD_W = 140.0
"""Of a machine around a card, at the wall: board, processor, memory, disks, fans, losses of the supply."""


class Rent:
    """What a rented GPU costs: with the offer that the scenario names, or as all offers go."""

    def __init__(self, table: Table, gpu: str, term: Term) -> None:
        self._table = table
        self._unknown = table.at_fault("gpu", "term") or not table.has("gpu")
        offers = table.book.catalog.cloud_offers(gpu)
        self._offer = _named(table, "offer", offers, lambda row: row.name, unknown=self._unknown)
        self._gpu, self._term = gpu, term
        rows = [self._offer] if self._offer else [row for row in offers if row.term == term]
        self.count = min((row.count for row in rows), default=1)
        """GPUs that are let at once."""
        self._terms = sorted({row.term for row in offers})

    def gpu_hour(self) -> Quantity:
        """One GPU for one hour; a fault where neither scenario nor catalog says it."""
        field = fields.GPU_HOUR
        if self._table.has(field.key):
            return self._table.quantity(field)
        return self._listed(field, self._offer.usd_gpu_hour, self._offer) if self._offer else self._going(field)

    def disk(self) -> Quantity:
        """One GB of disk for a month."""
        return self._priced(fields.GB_MONTH, self._offer.usd_gb_month if self._offer else None)

    def network(self) -> Quantity:
        """One GB sent out."""
        return self._priced(fields.EGRESS_GB, self._offer.usd_egress_gb if self._offer else None)

    def _priced(self, field: Field, usd: float | None) -> Quantity:
        known = self._listed(field, usd, self._offer) if usd is not None and self._offer else None
        return self._table.quantity(field, known)

    def _going(self, field: Field) -> Quantity:
        """As offers go; fewer than `FEW` of them have at least the range of a single one."""
        table, path = self._table, self._table.path(field.key)
        going = table.book.catalog.gpu_hour(self._gpu, self._term)
        if going is None and self._unknown:
            return field.default(path)
        if going is None:
            other = f"offers are known of {', '.join(self._terms)}; " if self._terms else ""
            message = f"{table.path()}: the catalog has no offer of {self._gpu} on the term {self._term}"
            table.fault((), message, f"{other}say price_gpu_hour, or add [[machines.cloud]]")
            return field.default(path)
        ends = [going.low, going.high, *(field.around(going.value) if going.offers < FEW else ())]
        old = stale(going.date, table.book.today)
        return field.quantity(path, going.value, min(ends), max(ends), source=going.source, date=going.date, stale=old)

    def _listed(self, field: Field, usd: float, offer: CloudOffer) -> Quantity:
        """A price of one offer, with the range that a listed price has."""
        low, high = field.around(usd)
        return field.quantity(
            self._table.path(field.key),
            usd,
            low,
            high,
            source=f"catalog: {offer.name}, {offer.source}; range assumed: {field.why}",
            date=offer.date,
            stale=stale(offer.date, self._table.book.today),
        )


class Purchase:
    """What one replica's machine costs and draws, from the rows of the catalog."""

    def __init__(self, table: Table, gpu: str, gpus: int, watts: tuple[Assumed, Assumed]) -> None:
        """`watts`: at rest and at work, where no row says it."""
        self._table = table
        self._gpus = gpus
        offers = table.book.catalog.hardware_offers(gpu)
        self._unknown = table.at_fault("gpu") or not table.has("gpu")
        named = _named(table, "hardware", offers, lambda row: row.name, unknown=self._unknown)
        self._row = named or _fitting(offers, gpus)
        self.idle, self.load = watts
        if self._row is not None:
            self.idle = self._watts(self._row.idle_watts, HOST_IDLE_W)
            self.load = self._watts(self._row.load_watts, HOST_LOAD_W)

    def price(self) -> Quantity:
        """Before tax; a fault where neither scenario nor catalog says it."""
        field, row = fields.REPLICA, self._row
        if row is None:
            unknown = self._unknown and not self._table.has(field.key)
            return field.default(self._table.path(field.key)) if unknown else self._table.quantity(field)
        part, host = self._gpus / row.count, self._host(HOST_USD) if row.what == "card" else 0.0
        value = row.usd * part + host
        known = field.quantity(
            self._table.path(field.key),
            value,
            row.low * part + 0.7 * host,
            row.high * part + 1.6 * host,
            source=f"catalog: {self._said(row)}, {row.source}" + (f"; {host:,.0f} USD for the machine" if host else ""),
            date=row.date,
            stale=stale(row.date, self._table.book.today),
        )
        return self._table.quantity(field, known)

    def _said(self, row: HardwareOffer) -> str:
        many = self._gpus / row.count
        return row.name if many == 1 else f"{many:g} x {row.name}"

    def _host(self, first: float) -> float:
        return first + HOST_USD_MORE * (self._gpus - 1)

    def _watts(self, watts: float, host: float) -> Assumed:
        assert self._row is not None
        value = watts * self._gpus / self._row.count
        if self._row.what == "card":
            value += host * (1 + 0.4 * (self._gpus - 1))
        return Assumed(value, 0.75 * value, 1.3 * value, f"catalog: {self._said(self._row)}, {self._row.source}")


def kwh(table: Table, country: str) -> Quantity:
    """Electricity of a country, or of the world's businesses where none is named."""
    field = fields.KWH
    row = table.book.catalog.kwh(country or "XX")
    known = field.quantity(
        table.path(field.key),
        row.usd_kwh,
        row.low,
        row.high,
        source=f"catalog: {row.name}, {row.source}",
        date=row.date,
        stale=stale(row.date, table.book.today),
    )
    return table.quantity(field, known)


def read_country(table: Table) -> str:
    """The scenario's country, as the catalog knows it; empty where none is said."""
    name = table.text("country")
    try:
        return table.book.catalog.kwh(name).country if name else ""
    except UnknownRow as error:
        table.fault("country", f"country is {name[:80]!r}, whose electricity the catalog does not have", nearest(error))
        return ""


def _named(table: Table, key: str, rows: tuple[R, ...], name: Callable[[R], str], *, unknown: bool) -> R | None:
    """The row that the scenario names; a fault where there is none of that name. `unknown`: it is not known of what."""
    wanted = table.text(key)
    if not wanted or unknown:
        return None
    found = next((row for row in rows if name(row).casefold() == wanted.casefold()), None)
    if found is None:
        mend = mend_for(wanted[:80], [name(row) for row in rows])
        table.fault(key, f"{table.path(key)} is {wanted[:80]!r}, which the catalog does not have of this GPU", mend)
    return found


def _fitting(offers: tuple[HardwareOffer, ...], gpus: int) -> HardwareOffer | None:
    """A new machine with as many cards, else with more of them by its share, else cards and a machine around them."""
    new = [row for row in offers if row.condition == "new"] or list(offers)
    machines = sorted((row for row in new if row.what == "machine" and row.count >= gpus), key=lambda row: row.count)
    exact = [row for row in machines if row.count == gpus]
    cards = [row for row in new if row.what == "card"]
    return next(iter([*exact, *cards, *machines]), None)
