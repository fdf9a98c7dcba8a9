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


def label(scenario: Scenario, path: str) -> str:
    """An input's name for a reader: ``options.frontier.people.hours_a_month`` is "GPT: people, hours a month"."""
    first, _, rest = path.partition(".")
    if first != "options":
        return _words(rest or first)
    name, _, field = rest.partition(".")
    titles = {option.name: option.title for option in scenario.options}
    return f"{titles.get(name, name)}: {_words(field)}"


def _words(field: str) -> str:
    """A field's name in words; what it is in US dollars is said by its unit."""
    return field.replace("usd_", "price_").replace(".", ", ").replace("_", " ")
