# ruff: noqa: E501  # sentences and formulae stand on one line, as in a plan
"""A plan put together by hand: what the report, the command and the page are tried on, whatever the planner says today.

Its numbers are of the right size for the moderate workload and are nobody's measurement.
"""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from freehold.plan.result import (
    Assumption,
    Bar,
    BreakEven,
    Curve,
    Interval,
    Line,
    LoadPoint,
    Objective,
    Plan,
    Recommendation,
    Result,
    Sizing,
    Tornado,
    Verdict,
)

VOLUMES = (100.0, 316.0, 1000.0, 3162.0, 10_000.0, 31_623.0, 100_000.0)


def around(value: float, spread: float = 0.12) -> Interval:
    """An interval that reaches so far below and above, as a share of the value."""
    return Interval(value, value * (1 - spread), value * (1 + spread))


def _line(part: str, usd: float, formula: str, *inputs: str) -> Line:
    return Line(part=part, month=around(usd), formula=formula, inputs=inputs)


def _result(name: str, title: str, kind: str, model: str, lines: tuple[Line, ...], **more: object) -> Result:
    month = sum(line.month.value for line in lines)
    fields: dict[str, object] = {
        "month": around(month),
        "first_month": around(month * 0.95),
        "last_month": around(month * 1.1),
        "horizon": around(month * 36),
        "million_tokens": around(month / 760),
    }
    return Result(name=name, title=title, kind=kind, model=model, lines=lines, **{**fields, **more})  # type: ignore[arg-type]


def sizing(replicas: int = 1, gpus: int = 1) -> Sizing:
    """A server that keeps its objectives up to about 0.6 requests a second."""
    loads = tuple(
        LoadPoint(
            requests_a_second=load,
            ttft_s=Interval(0.25 + load**2, 0.18 + load / 10, 0.5 + 3 * load**3),
            tpot_s=Interval(0.02 + load / 50, 0.018 + load / 60, 0.025 + load / 20),
            concurrency=load * 12,
            holds=load < 0.7,
        )
        for load in (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)
    )
    return Sizing(
        replicas=replicas,
        spares=0,
        gpus=gpus,
        replicas_last_month=replicas,
        utilisation=0.41,
        bound_by="time to first token",
        memory="weights 39.6 GB + 2.1 GB of the engine leave 38.3 GB for keys and values: 46 requests of 2,500 tokens",
        evidence="fitted on 41 measurements of this GPU with models of this size; 80 % of the rest lie within 14 %",
        loads=loads,
        peak=loads[3],
    )


FRONTIER = _result(
    "frontier",
    "Frontier API",
    "api",
    "gpt-frontier",
    (
        _line("input tokens", 1520, "10,000 × 30.4 × 2,000 × $2.50 / 1e6", "workload.requests_a_day", "options.frontier.input"),
        _line("output tokens", 1520, "10,000 × 30.4 × 500 × $10.00 / 1e6", "workload.requests_a_day", "options.frontier.output"),
        _line("people", 120, "2 h × $60", "options.frontier.people.hours_a_month"),
    ),
    quality="A frontier model: the strongest of these answers.",
    privacy="Prompts leave the house.",
    risk="The provider sets prices and may retire the model.",
)  # fmt: skip
HOSTED = _result(
    "hosted",
    "Hosted Llama 3.3 70B",
    "api",
    "llama-3.3-70b",
    (
        _line("input tokens", 140, "10,000 × 30.4 × 2,000 × $0.23 / 1e6", "workload.requests_a_day", "options.hosted.input"),
        _line("output tokens", 61, "10,000 × 30.4 × 500 × $0.40 / 1e6", "workload.requests_a_day"),
        _line("people", 120, "2 h × $60"),
    ),
    quality="An open model of 70 billion parameters: below a frontier model on hard questions.",
    privacy="Prompts leave the house.",
    risk="Providers of open models can be exchanged for one another.",
)  # fmt: skip
RENTED = _result(
    "a100",
    "Rented A100, 70B in int4",
    "cloud",
    "llama-3.3-70b",
    (
        _line("GPU hours", 1824, "1 × 24 h × 30.4 × $2.50", "options.a100.usd_gpu_hour"),
        _line("storage", 18, "180 GB × $0.10"),
        _line("people", 480, "8 h × $60"),
        _line("migration", 67, "40 h × $60 / 36"),
    ),
    sizing=sizing(),
    quality="An open model of 70 billion parameters at 4 bits: a little below its own full precision.",
    privacy="Prompts stay on machines that only you use, at a cloud provider.",
    risk="One replica and no spare: it is down while the machine is.",
    warnings=("The GPU's price is 210 days old.",),
)
OWNED = _result(
    "box",
    "Own RTX 4090, 8B in int4",
    "owned",
    "llama-3.1-8b",
    (
        _line("purchase", 64, "$2,300 × (1 − 0.2) / 36, with 7 % interest"),
        _line("power", 41, "(0.41 × 450 W + 0.59 × 80 W) × 730 h × 1.0 × $0.24"),
        _line("people", 240, "4 h × $60"),
    ),
    sizing=sizing(),
    quality="An open model of 8 billion parameters: well below one of 70 billion.",
    privacy="Prompts never leave the house.",
    risk="A repair takes days.",
)
REFUSED = Result(
    name="small-card",
    title="Own RTX 4090, 70B in int4",
    kind="owned",
    model="llama-3.3-70b",
    refusal="70B at 4 bits is 39.6 GB of weights; an RTX 4090 has 24 GB, so that it does not fit",
)


def _curve(option: str, fixed: float, each: float, step: float = 0.0) -> Curve:
    """A month that costs so much whatever comes, so much for a request a day, and so much more every 20,000 of them."""
    month = tuple(around(fixed + each * volume + step * (volume // 20_000)) for volume in VOLUMES)
    return Curve(option=option, requests_a_day=VOLUMES, month=month)


def moderate() -> Plan:
    """The whole, with one of everything: a refusal, claims of all three verdicts, a stale row, crossings and none."""
    return Plan(
        scenario="moderate",
        title="A moderate workload",
        about="Ten thousand questions a day of 2,000 prompt and 500 answer tokens.",
        made="2026-11-22T18:00:00Z",
        version="0.1.0",
        currency="USD",
        horizon_months=36,
        draws=10_000,
        seed=1,
        requests_a_day=Interval(10_000, 8_500, 11_800),
        workload=(
            "10,000 requests on an average day, 2,000 prompt and 500 answer tokens each.",
            "The busiest hour holds 3 times the average hour's requests; arrivals come in bursts.",
            "95 % of the busiest hour's requests must begin within 2 s and take at most 50 ms for each further token.",
        ),
        objective=Objective(ttft_s=2.0, tpot_s=0.05),
        results=(FRONTIER, HOSTED, RENTED, OWNED, REFUSED),
        curves=(
            _curve("frontier", 120, 0.304),
            _curve("hosted", 120, 0.0201),
            _curve("a100", 2389, 0, 1824),
            _curve("box", 343, 0.0002, 105),
        ),
        break_evens=(
            BreakEven(
                first="frontier",
                second="a100",
                variable="volume",
                path="workload.requests_a_day",
                unit="requests/day",
                at=Interval(7464, 6500, 8600),
                share=0.98,
                sentence="Below 7,464 requests a day the frontier API costs less than the rented A100, above it more.",
            ),
            BreakEven(
                first="hosted",
                second="box",
                variable="volume",
                path="workload.requests_a_day",
                unit="requests/day",
                at=Interval(11_206, 8_000, 15_000),
                share=0.91,
                sentence="Below 11,206 requests a day the hosted model costs less than the own card, above it more.",
            ),
            BreakEven(
                first="hosted",
                second="a100",
                variable="price",
                path="options.a100.usd_gpu_hour",
                unit="USD/hour",
                at=None,
                share=0.0,
                sentence="At no price of a GPU hour from $0.25 to $25 does the rented A100 cost less than the hosted model.",
            ),
        ),
        tornado=_tornado(),
        claims=_claims(),
        recommendation=Recommendation(
            option="hosted",
            sentences=(
                "Use the hosted Llama 3.3 70B: about $321 a month, and the cheapest of the options alike in 94 % of draws.",
                "It answers less well than the frontier API and its prompts leave the house.",
            ),
            overturned_by=(
                "Above 11,206 requests a day the own card costs less.",
                "If prompts may not leave the house, the own RTX 4090 is what remains, with a weaker model.",
            ),
            wins={"hosted": 0.94, "a100": 0.05, "frontier": 0.01},
        ),
        assumptions=_assumptions(),
        notes=("The exchange rate of GBP is the scenario's own: 1.27 US dollars for one.",),
    )


def free() -> Plan:
    """The same where nothing costs anything."""
    plan, nothing = moderate(), Interval(0, 0, 0)
    results = tuple(
        replace(each, month=nothing, lines=tuple(replace(line, month=nothing) for line in each.lines))
        for each in plan.results[:-1]
    )
    curves = tuple(replace(each, month=(nothing,) * len(each.month)) for each in plan.curves)
    return replace(plan, results=results, curves=curves)


def _tornado() -> Tornado:
    bars = (
        ("workload.requests_a_day", "Requests a day", 8_500, 11_800, "requests/day", 60, -22),
        ("options.box.people.hours_a_month", "Hours of staff on the own card", 2, 8, "hours/month", -96, 264),
        ("options.hosted.input", "Price of a hosted prompt token", 0.18, 0.4, "USD/million tokens", 54, -79),
        ("options.box.usd_kwh", "Price of power", 0.18, 0.31, "USD/kWh", 14, 36),
    )
    ordered = sorted(bars, key=lambda row: -abs(row[5] - row[6]))
    rows = tuple(
        Bar(path=path, label=label, low_input=low, high_input=high, unit=unit, at_low=at_low, at_high=at_high)
        for path, label, low, high, unit, at_low, at_high in ordered
    )
    assert all(abs(one.at_low - one.at_high) >= abs(next_.at_low - next_.at_high) for one, next_ in pairwise(rows))
    return Tornado(first="hosted", second="box", difference=24, bars=rows)


def _claims() -> tuple[Verdict, ...]:
    return (
        Verdict(
            name="frontier-day",
            text="50 to 70 dollars a day on a frontier API",
            verdict="does not hold",
            computed=Interval(100, 85, 118),
            unit="USD/day",
            sentence="It is $100.00 a day: 10,000 × (2,000 × $2.50 + 500 × $10.00) / 1e6.",
        ),
        Verdict(
            name="hosted-month",
            text="150 to 300 dollars a month on a hosted 70B",
            verdict="holds",
            computed=Interval(201, 170, 240),
            unit="USD/month",
            sentence="It is $201 a month at $0.23 and $0.40 for a million tokens.",
        ),
        Verdict(
            name="a100-month",
            text="1,100 to 2,500 dollars a month for an A100",
            verdict="holds only if",
            computed=Interval(1824, 1600, 2100),
            unit="USD/month",
            sentence="It holds only if the hour costs at most $3.42: 24 × 30.4 × $3.42 = $2,495.",
        ),
    )


def _assumptions() -> tuple[Assumption, ...]:
    rows = (
        ("workload.requests_a_day", 10_000, 8_500, 11_800, "requests/day", "scenario", "", False),
        ("options.frontier.input", 2.5, 2.5, 2.5, "USD/million tokens", "scenario", "", False),
        ("options.frontier.output", 10, 10, 10, "USD/million tokens", "scenario", "", False),
        ("options.frontier.people.hours_a_month", 2, 1, 4, "hours/month", "assumed: a key and a bill", "", False),
        ("options.hosted.input", 0.23, 0.18, 0.4, "USD/million tokens", "catalog: hosted prices", "2026-10-30", False),
        ("options.a100.usd_gpu_hour", 2.5, 2.1, 3.5, "USD/GPU-hour", "catalog: clouds", "2026-04-26", True),
        ("options.box.people.hours_a_month", 4, 2, 8, "hours/month", "assumed: one evening a week", "", False),
        ("options.box.usd_kwh", 0.24, 0.18, 0.31, "USD/kWh", "catalog: electricity, Germany", "2026-06-30", False),
        ("workload.cached_share", 0.35, 0.2, 0.5, "share", "ledger: 12,400 requests of 30 days", "2026-11-20", False),
    )
    return tuple(
        Assumption(path=path, value=value, low=low, high=high, unit=unit, source=source, date=date, stale=stale)
        for path, value, low, high, unit, source, date, stale in rows
    )
