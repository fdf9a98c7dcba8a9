"""What is to be planned: the workload, what it must hold, and the ways of running it, with every number resolved.

A scenario file leaves most of this out. Who reads one fills in what is missing from the catalog and from stated
defaults, so that past this point every number is a `Quantity` that knows where it came from.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.catalog.offers import Catalog
from freehold.plan.quantity import Quantity
from freehold.plan.requests import Requests


class Objectives(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer may take; a share `percentile` of the requests of the busiest hour must keep both."""

    ttft_s: float | None = None
    """Seconds to the first token. `None`: any."""
    tpot_s: float | None = None
    """Seconds for each further token. `None`: any."""
    percentile: float = 0.95


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """The traffic of an average day in the first month, and how it changes."""

    requests_a_day: Quantity
    prompt_tokens: Quantity
    """Of a request, on average."""
    answer_tokens: Quantity
    cached_share: Quantity
    """Of prompt tokens, those that repeat a prefix."""
    batch_share: Quantity
    """Of requests, those that may wait for a day and so earn a batch discount."""
    peak_over_mean: Quantity
    """Requests in the busiest hour of a usual week over those in its average hour."""
    growth_a_month: Quantity
    """As a share: 0.05 is five per cent more requests each month."""
    days_a_month: float = 30.4
    busiest: Requests
    """The busiest hour, as bursty as it was or was said to be, at the first month's volume."""
    hours: tuple[float, ...]
    """Shape (168,): requests of each hour of a week from Monday 00:00 as a share of the week's; they add up to 1."""


class People(msgspec.Struct, frozen=True, kw_only=True):
    """The work that an option asks for."""

    hours_a_month: Quantity
    usd_an_hour: Quantity
    hours_once: Quantity
    """To move to it: spread over the horizon."""


class Api(msgspec.Struct, frozen=True, kw_only=True, tag="api", tag_field="kind"):
    """Somebody else's endpoint, paid by the token. US dollars for a million tokens."""

    name: str
    title: str
    model: str
    open_weights: bool
    input: Quantity
    cached_input: Quantity
    output: Quantity
    batch_discount: Quantity
    """As a share of the price, for requests that may wait."""
    long_above: int | None = None
    """Prompt tokens above which the whole request pays the long prices."""
    long_input: Quantity | None = None
    long_cached_input: Quantity | None = None
    long_output: Quantity | None = None
    requests_a_minute: float | None = None
    tokens_a_minute: float | None = None
    people: People


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A model on GPUs, whoever owns them: what one replica is."""

    model: str
    """A row of the catalog's architectures."""
    weights: str
    """Precision: ``bf16``, ``fp8``, ``int4``, or a quantisation's name."""
    kv: str
    gpu: str
    """A row of the catalog's GPUs."""
    gpus: int
    """For one replica."""
    engine: str
    speed: Quantity
    """The true speed over the modelled one: 1, with the range that the capacity model's errors leave."""
    spares: int
    """Replicas beyond those that the peak needs."""
    replicas: int | None = None
    """As many as said, whatever the peak needs. `None`: as many as it needs."""


class Cloud(msgspec.Struct, frozen=True, kw_only=True, tag="cloud", tag_field="kind"):
    """Rented GPUs, paid by the hour, whole ones."""

    name: str
    title: str
    server: Server
    usd_gpu_hour: Quantity
    term: str
    """``on_demand``, ``reserved_1y``, ``reserved_3y`` or ``spot``."""
    gpus_an_instance: int
    """The provider lets this many at a time."""
    autoscale: bool
    """Replicas follow the hour of the week; else the peak's stand all the time."""
    hours_a_day: Quantity
    """That the machines stand when nothing scales them: 24 unless they are switched off."""
    start_minutes: Quantity
    """From asking for a replica to its first answer, paid for."""
    interruptions_a_day: Quantity
    """Of a spot replica; each loses its start."""
    storage_gb: Quantity
    usd_gb_month: Quantity
    egress_gb_month: Quantity
    usd_egress_gb: Quantity
    people: People


class Owned(msgspec.Struct, frozen=True, kw_only=True, tag="owned", tag_field="kind"):
    """Bought machines."""

    name: str
    title: str
    server: Server
    usd_replica: Quantity
    """To buy what one replica runs on, before tax: cards and their share of the machine."""
    tax_share: Quantity
    life_months: Quantity
    resale_share: Quantity
    """Of the purchase, at the end of its life."""
    interest_a_year: Quantity
    """Of the money bound, borrowed or forgone."""
    idle_watts: Quantity
    """Of one replica's machine, everything in it."""
    load_watts: Quantity
    pue: Quantity
    usd_kwh: Quantity
    usd_hosting_month: Quantity
    """Space, rack and line, for one replica."""
    repair_share_a_year: Quantity
    """Of the purchase."""
    people: People


class Hybrid(msgspec.Struct, frozen=True, kw_only=True, tag="hybrid", tag_field="kind"):
    """An owned or rented model first, a stronger one for what it cannot do."""

    name: str
    title: str
    home: str
    """Another option's name: where everything is tried."""
    away: str
    """Another option's name: where the rest is answered."""
    share_home: Quantity
    """Of requests, those whose answer from home is kept."""
    people: People


Option = Api | Cloud | Owned | Hybrid


Figure = Literal[
    "usd_a_day",
    "usd_a_month",
    "gpu_month",
    "blended_price",
    "gpus_needed",
    "fits",
    "tokens_a_second",
    "break_even_requests",
]
"""What a claim is about.

- ``usd_a_day``, ``usd_a_month``: what `options`, one of them, costs at the first month's volume, the mean of the
  horizon's months, people and migration apart.
- ``gpu_month``: one GPU of `options`, one of them, at its price an hour for 24 hours of every day.
- ``blended_price``: for a million tokens, prompt and answer alike, at which the first month's tokens cost from `low`
  to `high` a month.
- ``gpus_needed``: the fewest that hold `server`, powers of two. ``fits``: whether `server` holds on its GPUs at all.
- ``tokens_a_second``: answer tokens, mean over the month.
- ``break_even_requests``: a day, at which `usd_month` pays for the tokens at the prices of `options`, one of them.
"""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says, as a figure that can be computed."""

    name: str
    text: str
    figure: Figure
    options: tuple[str, ...] = ()
    low: float | None = None
    """The least that the claim says of the figure, money in US dollars; `None`: it says none."""
    high: float | None = None
    currency: str = ""
    """Of what it says in money, and of the answer; empty: the scenario's."""
    usd: float = 1.0
    """US dollars for one of `currency`, where that is said."""
    where: dict[str, tuple[float, float]] = {}
    """Inputs that the claim sets, by path: from the least to the most it allows, equal where it is one number."""
    server: Server | None = None
    """What the claim puts a model on, for ``fits`` and ``gpus_needed``."""
    usd_month: float | None = None
    """The fixed month that the claim sets against a price by the token."""


class Alike(msgspec.Struct, frozen=True):
    """Models whose answers are equally good for this traffic, and who found it."""

    models: tuple[str, ...]
    """As the options name them."""
    source: str
    """The evaluation or the part of the ledger that says so, for a reader to look up."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """All that a plan follows from."""

    name: str
    title: str
    about: str = ""
    currency: str = "USD"
    """Of what is shown; everything is counted in US dollars."""
    usd: float = 1.0
    """US dollars for one of `currency`."""
    exchange: tuple[Quantity, ...] = ()
    """US dollars for one of each currency that the scenario names, as inputs that no draw moves."""
    horizon_months: int = 36
    may_leave: bool = True
    """Whether prompts may be sent to anybody else's machines at all."""
    workload: Workload
    objectives: Objectives
    options: tuple[Option, ...]
    alike: tuple[Alike, ...] = ()
    """Without one, options of different models are not compared by cost alone."""
    good_enough: tuple[str, ...] = ()
    """Models whose answers are known to do, as the options name them; empty: nobody says."""
    claims: tuple[Claim, ...] = ()
    catalog: Catalog | None = None
    """That it was read with, its own rows in front. `None`: the shipped one."""
    warnings: tuple[str, ...] = ()
    """What makes a plan worth little while it is so, with what would mend it."""
    notes: tuple[str, ...] = ()
    """What the reader of the file would want to know: what was assumed in it, what was dropped."""
