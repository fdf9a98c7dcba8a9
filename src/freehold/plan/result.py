"""A plan: everything that a table, a page or a program shows of it, as plain values. Its JSON is the output's format.

Money is in the scenario's currency. An interval holds with 80 %.
"""

from __future__ import annotations

import msgspec


class Interval(msgspec.Struct, frozen=True):
    """The value with every input at its own, and the 10th and 90th percentile of the draws."""

    value: float
    low: float
    high: float


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an option's month."""

    part: str
    """``input tokens``, ``GPU hours``, ``purchase``, ``power``, ``people``, ``migration`` and so on."""
    month: Interval
    formula: str
    """How it comes about, with the numbers put in, for a reader with a calculator."""
    inputs: tuple[str, ...]
    """Paths of the quantities it follows from."""


class LoadPoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a server's users see at one load."""

    requests_a_second: float
    ttft_s: Interval
    """The value is the median of the requests, low and high their 5th and 95th percentile."""
    tpot_s: Interval
    concurrency: float
    """Mean number of requests at work."""
    holds: bool
    """Whether the objectives are kept."""


class Sizing(msgspec.Struct, frozen=True, kw_only=True):
    """How many machines the busiest hour needs."""

    replicas: int
    """Spares included."""
    spares: int
    gpus: int
    replicas_last_month: int
    utilisation: float
    """Of the replicas that are not spare, the share of the busiest hour in which they work, 0 to 1."""
    bound_by: str
    """What asks for the last replica: ``time to first token``, ``time per token``, ``memory``, ``one is enough``."""
    memory: str
    """The arithmetic of what fits, in words."""
    evidence: str
    """What the speed model knows of this pair of model and GPU."""
    loads: tuple[LoadPoint, ...]
    """Of all replicas that are not spare together, rising in load; the busiest hour lies among them."""
    peak: LoadPoint | None = None
    """The busiest hour of the first month, on the same replicas."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One option, costed. With a `refusal` it has no numbers."""

    name: str
    title: str
    kind: str
    model: str
    refusal: str = ""
    """Why it cannot be had, with the arithmetic."""
    month: Interval | None = None
    """Mean over the horizon."""
    first_month: Interval | None = None
    last_month: Interval | None = None
    horizon: Interval | None = None
    """The whole of it."""
    million_tokens: Interval | None = None
    """For a million tokens, prompt and answer together."""
    lines: tuple[Line, ...] = ()
    sizing: Sizing | None = None
    quality: str = ""
    privacy: str = ""
    risk: str = ""
    warnings: tuple[str, ...] = ()


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """One option's month against the volume."""

    option: str
    requests_a_day: tuple[float, ...]
    month: tuple[Interval, ...]


class BreakEven(msgspec.Struct, frozen=True, kw_only=True):
    """Where two options cost the same."""

    first: str
    second: str
    variable: str
    """``volume``, ``price``, ``utilisation``, ``hours of staff``, ``share at home``."""
    path: str
    unit: str
    at: Interval | None
    """`None`: nowhere within the bounds that were searched."""
    now: float | None = None
    """What the plan has there."""
    share: float
    """Of the draws, those in which they cross at all."""
    sentence: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """What one input's range does to the difference between the two best options a month, all else at its value."""

    path: str
    label: str
    low_input: float
    high_input: float
    unit: str
    at_low: float
    at_high: float


class Tornado(msgspec.Struct, frozen=True, kw_only=True):
    """What matters for the choice between two options: the largest first."""

    first: str
    second: str
    difference: float
    """Second less first, a month."""
    bars: tuple[Bar, ...]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, checked."""

    name: str
    text: str
    verdict: str
    """``holds``, ``does not hold`` or ``holds only if``."""
    computed: Interval
    unit: str
    sentence: str
    """With the arithmetic; for `holds only if` the condition, with its number."""


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """One input."""

    path: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    date: str
    stale: bool


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """What answers may take in the busiest hour; `None`: any time."""

    ttft_s: float | None = None
    tpot_s: float | None = None
    percentile: float = 0.95
    """The share of requests that must keep both, 0 to 1."""


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """Plain words."""

    option: str
    """Empty where nothing can be recommended."""
    sentences: tuple[str, ...]
    overturned_by: tuple[str, ...]
    wins: dict[str, float]
    """Option to the share of draws in which it is the cheapest of those that may be compared, if there are any."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The whole."""

    scenario: str
    title: str
    about: str
    warnings: tuple[str, ...] = ()
    """What makes the whole plan worth little while it is so, with what would mend it: to be told first."""
    made: str
    """ISO date and time, UTC."""
    version: str
    currency: str
    horizon_months: int
    draws: int
    seed: int
    requests_a_day: Interval
    workload: tuple[str, ...]
    """What was planned for, in sentences: volume, tokens, burstiness, peak, objectives."""
    objective: Objective = Objective()
    results: tuple[Result, ...]
    curves: tuple[Curve, ...]
    break_evens: tuple[BreakEven, ...]
    tornado: Tornado | None
    claims: tuple[Verdict, ...]
    recommendation: Recommendation
    assumptions: tuple[Assumption, ...]
    notes: tuple[str, ...]
