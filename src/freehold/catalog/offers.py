"""What machines cost: rented by the hour or bought, the power they take, and what an API takes off for patience.

Rows with a date and a source each, shipped in ``offers.json``; nothing is fetched. A `Catalog` joins them with the rows
of GPUs and of models, and a scenario's own rows take the place of those of the same name.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from typing import Literal, TypeVar

import msgspec

from freehold.catalog import architectures as models
from freehold.catalog import gpus as cards
from freehold.catalog.architectures import Architecture
from freehold.catalog.gpus import Gpu
from freehold.catalog.words import near
from freehold.core.errors import UnknownRow

STALE_DAYS = 180

Term = Literal["on_demand", "reserved_1y", "reserved_3y", "spot"]
TERMS: tuple[Term, ...] = ("on_demand", "reserved_1y", "reserved_3y", "spot")

_Row = TypeVar("_Row")


class CloudOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of rented machine, on one kind of contract, in one region."""

    name: str
    """Its own: provider, instance and, unless on demand, the term."""
    provider: str
    instance: str
    gpu: str
    """A name in the catalog of GPUs."""
    count: int
    """GPUs in it."""
    usd_hour: float
    """US dollars for the whole machine, before tax."""
    term: Term = "on_demand"
    region: str = ""
    usd_gb_month: float = 0.0
    """US dollars for a GB of disk and month."""
    usd_egress_gb: float = 0.0
    """US dollars for a GB sent out of the provider's network."""
    date: str
    """When the price held: ISO."""
    source: str

    @property
    def usd_gpu_hour(self) -> float:
        """US dollars for one GPU and hour, its share of the machine included."""
        return self.usd_hour / self.count


class HardwareOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A card, or a whole machine with its cards, to buy."""

    name: str
    gpu: str
    """A name in the catalog of GPUs."""
    count: int = 1
    """Cards in it."""
    what: Literal["card", "machine"] = "card"
    condition: Literal["new", "used"] = "new"
    usd: float
    """US dollars, before tax."""
    low: float
    """Ends of what most buyers pay."""
    high: float
    idle_watts: float
    """With a model loaded and nobody asking: a machine's at the wall, a card's own."""
    load_watts: float
    """While it serves text."""
    date: str
    source: str


class Electricity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a business pays for power in a country."""

    country: str
    """ISO 3166 of two letters; ``EU``, and ``XX`` for the world's mean."""
    name: str
    usd_kwh: float
    """US dollars a kWh, grid and taxes that stay with the business included."""
    low: float
    """Ends of what most businesses there pay."""
    high: float
    date: str
    source: str


class BatchDiscount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a provider of an API takes off for work that may wait a day."""

    provider: str
    """As the table of prices calls it."""
    share: float
    date: str
    source: str


class Offers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``offers.json`` holds."""

    clouds: tuple[CloudOffer, ...]
    hardware: tuple[HardwareOffer, ...]
    electricity: tuple[Electricity, ...]
    batches: tuple[BatchDiscount, ...]


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """A going rate over several offers: the median, and the ends of the middle 80 % of them."""

    value: float
    low: float
    high: float
    offers: int
    date: str
    """Of the oldest offer."""
    source: str


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """All rows that a plan reads: the shipped ones, and in front of them one's own. It is never changed."""

    gpus: tuple[Gpu, ...]
    architectures: tuple[Architecture, ...]
    clouds: tuple[CloudOffer, ...]
    hardware: tuple[HardwareOffer, ...]
    electricity: tuple[Electricity, ...]
    batches: tuple[BatchDiscount, ...]

    def with_rows(
        self,
        *,
        gpus: Iterable[Gpu] = (),
        architectures: Iterable[Architecture] = (),
        clouds: Iterable[CloudOffer] = (),
        hardware: Iterable[HardwareOffer] = (),
        electricity: Iterable[Electricity] = (),
        batches: Iterable[BatchDiscount] = (),
    ) -> Catalog:
        """A catalog with these rows too; one takes the place of the row that has its name.

        Raises:
            UnknownRow: an offer is of a GPU that neither catalog nor `gpus` know.
        """
        joined = Catalog(
            gpus=_joined(self.gpus, gpus, lambda row: cards.spelling(row.name)),
            architectures=_joined(self.architectures, architectures, lambda row: models.plain(row.name)),
            clouds=_joined(self.clouds, clouds, lambda row: row.name.casefold()),
            hardware=_joined(self.hardware, hardware, lambda row: row.name.casefold()),
            electricity=_joined(self.electricity, electricity, lambda row: row.country.upper()),
            batches=_joined(self.batches, batches, lambda row: row.provider.lower()),
        )
        for name in {*(row.gpu for row in joined.clouds), *(row.gpu for row in joined.hardware)}:
            joined.gpu(name)
        return joined

    def gpu(self, name: str) -> Gpu:
        """A GPU by any of its names; raises `UnknownRow` with the nearest."""
        return cards.find(name, self.gpus)

    def architecture(self, name: str) -> Architecture:
        """A model's shape by any of its names; raises `UnknownRow` with the nearest."""
        return models.find(name, self.architectures)

    def cloud_offers(self, gpu: str, count: int | None = None, term: Term | None = None) -> tuple[CloudOffer, ...]:
        """Rented machines with this GPU, the cheapest for a GPU first; with `count` in each, on `term`, where given."""
        wanted = self.gpu(gpu).name
        found = (
            row
            for row in self.clouds
            if self.gpu(row.gpu).name == wanted and count in {None, row.count} and term in {None, row.term}
        )
        return tuple(sorted(found, key=lambda row: row.usd_gpu_hour))

    def hardware_offers(self, gpu: str, count: int | None = None) -> tuple[HardwareOffer, ...]:
        """Cards and machines with this GPU to buy, the cheapest for a GPU first."""
        wanted = self.gpu(gpu).name
        found = (row for row in self.hardware if self.gpu(row.gpu).name == wanted and count in {None, row.count})
        return tuple(sorted(found, key=lambda row: row.usd / row.count))

    def gpu_hour(self, gpu: str, term: Term = "on_demand") -> Going | None:
        """What an hour of this GPU goes for, US dollars, over all providers; `None` where no offer is known."""
        rows = self.cloud_offers(gpu, term=term)
        if not rows:
            return None
        value, low, high = _middle([row.usd_gpu_hour for row in rows])
        providers = ", ".join(sorted({row.provider for row in rows}))
        source = f"catalog: {len(rows)} offers of {providers}"
        return Going(
            value=value, low=low, high=high, offers=len(rows), date=min(row.date for row in rows), source=source
        )

    def kwh(self, country: str) -> Electricity:
        """A country's electricity by its code or its name; raises `UnknownRow` with the nearest."""
        for row in self.electricity:
            if country.strip().casefold() in {row.country.casefold(), row.name.casefold()}:
                return row
        mend = "the option's price_kwh says a price of your own"
        raise UnknownRow("country", country, near(country, [row.name for row in self.electricity]), mend=mend)

    def batch_discount(self, provider: str) -> BatchDiscount | None:
        """What a provider takes off for a batch; `None` where nothing is known of one."""
        return next((row for row in self.batches if row.provider == provider.lower()), None)


@cache
def offers() -> Offers:
    """The rows that came with this release, read on first use."""
    data = resources.files("freehold.catalog").joinpath("offers.json").read_bytes()
    return msgspec.json.decode(data, type=Offers)


@cache
def shipped() -> Catalog:
    """The catalog that came with this release."""
    rows = offers()
    return Catalog(
        gpus=cards.gpus(),
        architectures=models.architectures(),
        clouds=rows.clouds,
        hardware=rows.hardware,
        electricity=rows.electricity,
        batches=rows.batches,
    )


def cloud(gpu: str, count: int | None = None, term: Term | None = None) -> tuple[CloudOffer, ...]:
    """Shipped offers of rented machines, as `Catalog.cloud_offers`."""
    return shipped().cloud_offers(gpu, count, term)


def hardware(gpu: str, count: int | None = None) -> tuple[HardwareOffer, ...]:
    """Shipped offers to buy, as `Catalog.hardware_offers`."""
    return shipped().hardware_offers(gpu, count)


def stale(date: str, today: datetime.date) -> bool:
    """Whether a row of this date is more than half a year old, or of no date that can be read."""
    try:
        held = datetime.date.fromisoformat(date)
    except ValueError:
        return True
    return (today - held).days > STALE_DAYS


def _joined(shipped: tuple[_Row, ...], own: Iterable[_Row], name: Callable[[_Row], object]) -> tuple[_Row, ...]:
    """The shipped rows but those whose name is one's own, and then one's own; of two of a name the last."""
    mine = {name(row): row for row in own}
    return (*(row for row in shipped if name(row) not in mine), *mine.values())


def _middle(values: list[float]) -> tuple[float, float, float]:
    """Median, 10th and 90th percentile, between neighbours by their distance."""
    ordered = sorted(values)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (place - below) * (ordered[above] - ordered[below])

    return at(0.5), at(0.1), at(0.9)
