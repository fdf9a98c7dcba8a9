"""Every input of a plan as a row: its value, its range, who says so and when."""

from __future__ import annotations

from freehold.plan.draws import inputs
from freehold.plan.result import Assumption
from freehold.plan.scenario import Scenario


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """All inputs in the order of the scenario, each once."""
    return tuple(
        Assumption(
            path=each.path,
            value=each.value,
            low=each.low,
            high=each.high,
            unit=each.unit,
            source=each.source,
            date=each.date,
            stale=each.stale,
        )
        for each in inputs(scenario)
    )


WORDS = {
    "requests_a_day": "volume",
    "peak_over_mean": "busiest hour over the mean",
    "growth_a_month": "growth a month",
    "cached_share": "share of prompt tokens cached",
    "batch_share": "share of requests that may wait",
    "input": "price of prompt tokens",
    "cached_input": "price of cached prompt tokens",
    "output": "price of answer tokens",
    "long_input": "price of long prompts' tokens",
    "long_cached_input": "price of long prompts' cached tokens",
    "long_output": "price of answer tokens after long prompts",
    "hours_a_month": "hours of staff a month",
    "hours_once": "hours of staff to move there",
    "price_an_hour": "an hour of staff",
    "price_gpu_hour": "an hour of a GPU",
    "start_minutes": "minutes to start a replica",
    "interruptions_a_day": "interruptions a day",
    "storage_gb": "disk",
    "price_gb_month": "price of disk",
    "egress_gb_month": "data sent out",
    "price_egress_gb": "price of data sent out",
    "price_replica": "purchase of a replica's machine",
    "tax_share": "tax on the purchase",
    "life_months": "life of the machine",
    "resale_share": "share got back when it is sold",
    "interest_a_year": "interest",
    "idle_watts": "watts at rest",
    "load_watts": "watts at work",
    "pue": "power of the site over that of its machines",
    "price_kwh": "electricity",
    "price_hosting_month": "hosting",
    "repair_share_a_year": "repair",
    "share_home": "share kept at home",
    "speed": "true speed over the modelled",
}
"""What inputs are called where their field's own name would not read well, by the last word of their path."""


def label(scenario: Scenario, path: str) -> str:
    """An input's name for a reader: ``options.frontier.people.hours_a_month`` is "GPT: hours of staff a month"."""
    first, _, rest = path.partition(".")
    field = path.rpartition(".")[2]
    words = WORDS.get(field, field.replace("_", " "))
    if first != "options":
        return words
    name = rest.partition(".")[0]
    titles = {option.name: option.title for option in scenario.options}
    return f"{titles.get(name, name)}: {words}"
