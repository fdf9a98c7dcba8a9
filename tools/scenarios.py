"""Writes ``docs/reference/scenario.md``: every key of a scenario, from the table of inputs that it is read with.

Keys that are no inputs, such as names and switches, are told here; a test holds them against what is asked for when a
scenario is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from freehold.plan.defaults import api, machines, people, workload
from freehold.plan.defaults.field import Assumed, Field
from freehold.plan.parse.claims import FIGURES
from freehold.plan.parse.objectives import PERCENTILE, TPOT_S, TTFT_S
from freehold.plan.parse.workload import BURSTINESS
from freehold.plan.scenario_file import HORIZON_MONTHS

INTRODUCTION = """
A scenario is a TOML file that says what is to be planned: the workload, what answers may take, and the ways of running
it. Almost everything may be left out; what is, is assumed, and the plan shows each assumption with its reason. Ready
ones are in `examples/plan/`. Whatever is wrong with a file is told at once, each fault with its line and the mend.

## How a number is written

- **bare**, `price_kwh = 0.30`: it gets the range that the tables below give to a bare number, and the plan says that
  this range is assumed. An amount's range is a pair of factors, a share's one of its odds; a signed number's is added.
- **with its range**, `price_kwh = { value = 0.30, low = 0.25, high = 0.40, source = "our contract" }`, and a `date` if
  it has one. `value` is the median, `low` and `high` are the ends of the interval in which it lies with 80 %. One end
  may be left out, and so may `value` where both ends are said. `low = high` says that it is known.
- **money** is in the scenario's `currency`, or says its own, `"0.30 EUR"`; then `[exchange]` says what that is worth.
"""

TOP: dict[str, str] = {
    "name": "The plan's name, in file names and JSON. Unsaid: that of the file.",
    "title": "The plan's heading.",
    "about": "A sentence or two for its readers.",
    "currency": "Three letters, the currency of bare amounts and of the report. Unsaid: `USD`.",
    "country": "Two letters or a name: where owned machines draw their power. Unsaid: the world's mean price.",
    "horizon_months": f"Months that are planned, 1 to 120. Unsaid: {HORIZON_MONTHS}.",
    "days_a_month": "Days of a month, 28 to 31. Unsaid: 30.4.",
    "may_leave": "Whether prompts may be sent to machines of anybody else. Unsaid: `true`.",
    "good_enough": "Models whose answers are known to do, as the options name them: one of theirs is recommended. "
    "Unsaid: nobody knows, and the cheapest of all is, if its answers do.",
    "exchange": "A table of US dollars for one of a currency: `GBP = 1.27`, from 0.000001 to 10, or "
    '`{ value = 1.27, source = "the bank", date = 2026-11-20 }`. It has no range.',
    "workload": "The traffic: below.",
    "objectives": "What answers may take: below.",
    "options": "The ways of running it, each a table by its name. Unsaid: five of Freehold's own.",
    "claims": "What somebody says, to be checked: below.",
    "alike": "Models whose answers were found equally good: below.",
    "machines": "Rows of one's own for the catalog: see [machines and their prices](machines.md).",
}
WORKLOAD: dict[str, str] = {
    "trace": "A CSV of requests, plain or gzip, beside the scenario, in place of volume, lengths and bursts. Columns "
    "as in the Azure traces, `TIMESTAMP,ContextTokens,GeneratedTokens`, or others that mean the same; rows in order.",
    "prefix_tokens": "How long the prefix is that `prefix_share` of the prompts begin with, in tokens.",
    "hours": 'In which anybody asks: whole hours, `"08:00-18:00"`. Unsaid: all day.',
    "days": 'On which anybody asks: `"mon-fri"`, `"mon,wed"`. Unsaid: every day.',
    "burstiness": "Standard deviation over mean of the gaps between requests in the busiest hour, 0 to 20: 0 is a "
    f"metronome, 1 is chance. Unsaid: {BURSTINESS:g}.",
    "seed": "Numbers the random sequence that the busiest hour is made of. Unsaid: 1.",
}
OBJECTIVES: dict[str, str] = {
    "ttft_s": f'Seconds to the first token, 0.01 to 86400, or `"any"`. With no table at all: {TTFT_S:g}.',
    "tpot_s": f'Seconds for each further token, 0.0005 to 60, or `"any"`. With no table at all: {TPOT_S:g}.',
    "percentile": f"Share of the busiest hour's requests that keep both, 0.5 to 0.999. Unsaid: {PERCENTILE}.",
}
OPTION: dict[str, str] = {
    "kind": "`api`, `cloud`, `owned` or `hybrid`. Required.",
    "title": "What the option is called in the report.",
    "people": "Its work: below.",
}
API: dict[str, str] = {
    "model": "As the provider calls it, or `provider/model`: its prices are looked up. Required, or both prices are.",
    "provider": "A name of the table of prices, where several sell the model.",
    "open_weights": "Whether anybody may run the model. Unsaid: whether the catalog knows how it is built.",
    "long": "`{ above = 200_000, input = ..., cached_input = ..., output = ... }`: prices of the whole request where "
    "the prompt is longer. Unsaid: those of the table.",
    "requests_a_minute": "What the provider allows, 1 to 10^8.",
    "tokens_a_minute": "The same of tokens, 100 to 10^12.",
}
SERVER: dict[str, str] = {
    "model": "A row of the catalog's models. Required.",
    "gpu": "A row of the catalog's GPUs. Required.",
    "gpus": "Of one replica, 1 to 1024. Unsaid: the fewest, a power of two, that hold model and longest request.",
    "weights": "Precision: `bf16`, `fp8`, `int4`, `q4_k_m` and so on. Unsaid: `bf16`.",
    "kv": "Precision of the cache: `bf16`, `fp8` or `int8`. Unsaid: `bf16`.",
    "engine": "`vllm`, `sglang`, `trtllm` or `llama.cpp`. Unsaid: `vllm` on GPUs, `llama.cpp` for its own files.",
    "spares": "Replicas beyond those that the peak needs, 0 to 100. Unsaid: 0.",
    "replicas": "As many as said, whatever the peak needs. Unsaid: as many as it needs.",
}
CLOUD: dict[str, str] = {
    "term": "`on_demand`, `reserved_1y`, `reserved_3y` or `spot`. Unsaid: `on_demand`.",
    "offer": "The name of one offer of the catalog. Unsaid: what all offers of the GPU on this term go for.",
    "gpus_an_instance": "GPUs that are let at a time, 1 to 1024. Unsaid: the fewest of those offers.",
    "autoscale": "Whether replicas follow the hour of the week. Unsaid: `false`.",
}
OWNED: dict[str, str] = {
    "hardware": "The name of one row of the catalog. Unsaid: a new machine with as many cards, or cards and a machine.",
}
HYBRID: dict[str, str] = {
    "home": "The name of the option that everything is tried on first. Required.",
    "away": "The name of the option that answers the rest. Required.",
}
LONG: dict[str, str] = {"above": "Prompt tokens from which these prices hold, 1 to 10^7. Required."}
CLAIM: dict[str, str] = {
    "text": "What is said, in a sentence. Required.",
    "figure": f"What it is about: {', '.join(f'`{each}`' for each in FIGURES)}. Required.",
    "options": "The option that it is of: one for `usd_a_day`, `usd_a_month`, `gpu_month` and `break_even_requests`, "
    "at most one for `blended_price`, else none. That of `gpu_month` rents GPUs.",
    "low": "The least that is said of the figure; of `blended_price`, of a month. The answer is in the currency that "
    "it names.",
    "high": "The most.",
    "month": "Of `break_even_requests`: the fixed cost a month that is set against a price by the token.",
    "where": 'Inputs that the claim sets, by path: `{ "options.a100.price_gpu_hour" = [2.50, 3.50] }`.',
    "server": "Of `fits` and `gpus_needed`: a table with the keys of a server, above.",
}
ALIKE: dict[str, str] = {
    "models": "Two or more models, as the options name them. Required.",
    "source": "The evaluation that found them alike. Required.",
}

UNSAID = dict.fromkeys((people.MONTHLY.key, people.ONCE.key, workload.PREFIX.key), "")
"""What stands elsewhere."""

HEAD = ("input", "what it is", "unit", "from, to", "bare: its range", "unsaid")

Page = Callable[..., str]
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]


def scenarios(page: Page, table: Table) -> str:
    """The page."""

    def keys(heading: str, plain: dict[str, str], fields: Sequence[Field] = (), text: str = "") -> str:
        parts = [f"## {heading}", text.strip()]
        if plain:
            parts.append(table(("key", "what it is"), [(f"`{key}`", said) for key, said in plain.items()]))
        if fields:
            parts.append(table(HEAD, map(_row, fields)))
        return "\n\n".join(part for part in parts if part)

    kinds = "Unsaid: " + "; ".join(
        f"{kind} {people.MONTHLY_BY_KIND[kind].value:g} hours a month and {once.value:g} once"
        for kind, once in people.ONCE_BY_KIND.items()
    )
    return page(
        "Scenarios of a plan",
        INTRODUCTION,
        keys("At the top", TOP),
        keys("`[workload]`", WORKLOAD, (*workload.FIELDS, workload.PREFIX), _LENGTHS),
        keys("`[objectives]`", OBJECTIVES),
        keys("`[options.NAME]`", OPTION),
        keys('`kind = "api"`', API, api.FIELDS),
        keys("A server, of `cloud` and `owned`", SERVER, (machines.SPEED,)),
        keys('`kind = "cloud"`', CLOUD, machines.CLOUD),
        keys('`kind = "owned"`', OWNED, machines.OWNED),
        keys('`kind = "hybrid"`', HYBRID, api.HYBRID),
        keys(
            "`[options.NAME.people]`",
            {},
            people.FIELDS,
            f"{kinds}; a hybrid's come on top of its two sides', and what it says itself is all of them.",
        ),
        keys("`[claims.NAME]`", CLAIM),
        keys("`[[alike]]`", ALIKE),
        _why(table),
    )


_LENGTHS = """
`prompt_tokens` and `answer_tokens` are means. How single requests lie about them is said within the number, by one of
`median`, `p95` or `cv` (the deviation over the mean) of a log-normal distribution, `{ value = 2_000, p95 = 6_000 }`, or
by parts in place of the number, `[{ share = 0.9, tokens = 500 }, { share = 0.1, tokens = 8_000 }]`. Unsaid: a `cv` of 1
for prompts and of 0.8 for answers.
"""


def _row(field: Field) -> tuple[str, ...]:
    sign = {"amount": "x ", "share": "odds x ", "signed": "+ "}[field.shape]
    low, high = field.spread
    width = "none" if low == high == 1 else f"{sign}{low:g} to {sign}{high:g}"
    assumed = _assumed(field.assumed) if field.assumed else UNSAID.get(field.key, "looked up, else required")
    return f"`{field.key}`", field.about, field.unit, f"{field.least:g}, {field.most:g}", width, assumed


def _assumed(assumed: Assumed) -> str:
    if assumed.low == assumed.high:
        return f"{assumed.value:g}"
    return f"{assumed.value:g} ({assumed.low:g} to {assumed.high:g})"


def _why(table: Table) -> str:
    """The reasons, apart, so that the tables above can be read."""
    groups = (workload.FIELDS, api.FIELDS, api.HYBRID, (machines.SPEED,), machines.CLOUD, machines.OWNED, people.FIELDS)
    rows = [
        (f"`{field.key}`", field.bound, field.why, field.assumed.why if field.assumed else "")
        for group in groups
        for field in group
    ]
    kinds = [
        (f"`{field.key}` of {kind}", "", "", assumed.why)
        for field, by_kind in ((people.MONTHLY, people.MONTHLY_BY_KIND), (people.ONCE, people.ONCE_BY_KIND))
        for kind, assumed in by_kind.items()
    ]
    head = ("input", "why nothing beyond its bounds", "why a bare number's range", "why what is assumed")
    return f"## Why\n\n{table(head, [*rows, *kinds])}"
