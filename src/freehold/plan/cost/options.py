"""The bill of any option."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from freehold.plan.cost import api, cloud, hybrid, owned, people
from freehold.plan.cost.bill import Bill, Part
from freehold.plan.cost.formula import number
from freehold.plan.cost.setting import Setting, Sizer, mean
from freehold.plan.cost.traffic import Traffic
from freehold.plan.draws import Case
from freehold.plan.requests import Floats
from freehold.plan.scenario import Api, Cloud, Hybrid, Option, Owned, Scenario

MILLION = 1e6


def bill(option: Option, scenario: Scenario, case: Case, sizers: Mapping[str, Sizer]) -> Bill:
    """What the option costs in every month of the scenario's horizon, in each world of the case.

    `sizers`: one for each option that has a server, by the option's name. Formulas and warnings are written where the
    case has one world, since they tell of one.
    """
    setting = Setting(scenario, case, Traffic.of(scenario.workload, case, scenario.horizon_months), sizers)
    if case.draws > 1:
        return Bill((*_parts(option, setting), *people.parts(option.people, setting)))
    parts, warnings = _all(option, setting), _warnings(option, setting)
    if isinstance(option, Hybrid):
        away = _all(hybrid.sides(option, scenario)[1], setting)
        warnings += hybrid.decided_by_people(option, setting, parts, away)
    return Bill(tuple(_in_currency(part, setting) for part in parts), warnings)


def million_tokens(total: Floats, scenario: Scenario, case: Case) -> Floats:
    """US dollars for a million tokens, prompt and answer together, over the whole horizon; shape (draws, 1).

    `total`: of a bill, shape (draws, months). Infinite where nothing is asked.
    """
    traffic = Traffic.of(scenario.workload, case, scenario.horizon_months)
    tokens: Floats = traffic.growth.sum(axis=1, keepdims=True) * traffic.first * traffic.tokens
    paid: Floats = total.sum(axis=1, keepdims=True) * MILLION
    return paid / tokens


def _all(option: Option, setting: Setting) -> tuple[Part, ...]:
    """People among them."""
    remark = hybrid.hours(option, setting) if isinstance(option, Hybrid) else ""
    return (*_parts(option, setting), *people.parts(option.people, setting, remark))


def _parts(option: Option, setting: Setting) -> tuple[Part, ...]:
    """All but the people."""
    if isinstance(option, Api):
        return api.parts(option, setting)
    if isinstance(option, Cloud):
        return cloud.parts(option, setting)
    if isinstance(option, Owned):
        return owned.parts(option, setting)
    return hybrid.parts(option, setting, _parts)


def _warnings(option: Option, setting: Setting) -> tuple[str, ...]:
    if isinstance(option, Api):
        return api.warnings(option, setting)
    if isinstance(option, Cloud):
        return cloud.warnings(option, setting)
    if isinstance(option, Owned):
        return owned.warnings(option, setting)
    return hybrid.warnings(option, setting, _warnings)


def _in_currency(part: Part, setting: Setting) -> Part:
    """The formula goes on into the currency that the plan is shown in."""
    if setting.scenario.currency == "USD":
        return part
    shown = setting.money(mean(part.usd))
    return replace(part, formula=f"{part.formula}; {shown} at {number(setting.scenario.usd)} USD each")
