"""A model at home that is asked first, and one away that answers what home cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from freehold.plan.cost.bill import Part
from freehold.plan.cost.formula import number
from freehold.plan.cost.people import STAFF
from freehold.plan.cost.setting import Setting, mean
from freehold.plan.scenario import Api, Cloud, Hybrid, Option, Owned, Scenario

Alone = Api | Cloud | Owned


def parts(option: Hybrid, setting: Setting, of: Callable[[Option, Setting], tuple[Part, ...]]) -> tuple[Part, ...]:
    """Home's parts at all the volume, since home tries every request, then away's at the share that home did not keep.

    `of` makes the parts of an option without its people. Nobody's people are among these: the hybrid's hours are those
    for both sides already.
    """
    home, away = sides(option, setting.scenario)
    rest = of(away, setting.with_share(1 - setting.case[option.share_home]))
    return (
        *(replace(part, part=f"home: {part.part}") for part in of(home, setting)),
        *(_following(part, option) for part in rest),
    )


def warnings(option: Hybrid, setting: Setting, of: Callable[[Option, Setting], tuple[str, ...]]) -> tuple[str, ...]:
    """What is to be said of either side, at its own volume."""
    home, away = sides(option, setting.scenario)
    rest = setting.with_share(1 - setting.case[option.share_home])
    return (
        *(f"{asked_first(home)}: {sentence}" for sentence in of(home, setting)),
        *(f"Away: {sentence}" for sentence in of(away, rest)),
    )


def asked_first(home: Option) -> str:
    """What the side that is tried first is called: it is at home only where the machines are the team's own."""
    return "At home" if isinstance(home, Owned) else "First"


def hours(option: Hybrid, setting: Setting) -> str:
    """Whose hours a hybrid's are; empty where they are fewer than its sides', which only a scenario says."""
    home, away = (setting.at(side.people.hours_a_month) for side in sides(option, setting.scenario))
    more = setting.at(option.people.hours_a_month) - home - away
    if more < 0:
        return ""
    return f"{number(home)} as its first side takes alone, {number(away)} as the other does, {number(more)} for both"


def decided_by_people(
    option: Hybrid, setting: Setting, mine: tuple[Part, ...], away: tuple[Part, ...]
) -> tuple[str, ...]:
    """That people make it dearer than what it falls back on, where without them it is cheaper.

    `mine` and `away`: all parts of the two, people among them.
    """
    title = sides(option, setting.scenario)[1].title
    less = sum(mean(part.usd) for part in away) - sum(mean(part.usd) for part in mine)
    things = sum(mean(part.usd) * (part.part not in STAFF) for part in away)
    things -= sum(mean(part.usd) * (part.part not in STAFF) for part in mine)
    if less >= 0 or things <= 0:
        return ()
    without = f"without them it costs {setting.money(things)} a month less than {title} alone"
    return (f"People decide against it: {without}, with them {setting.money(-less)} more.",)


def sides(option: Hybrid, scenario: Scenario) -> tuple[Alone, Alone]:
    """The options at home and away; raises `ValueError` where the scenario has none of that name that stands alone."""
    alone = {each.name: each for each in scenario.options if not isinstance(each, Hybrid)}
    missing = [name for name in (option.home, option.away) if name not in alone]
    if missing:
        raise ValueError(f"{option.name} is made of {missing[0]!r}, and the scenario has no such option by itself")
    return alone[option.home], alone[option.away]


def _following(part: Part, option: Hybrid) -> Part:
    """A part of the other side, which follows from the share that home keeps as well."""
    return replace(part, part=f"away: {part.part}", inputs=(*part.inputs, option.share_home.path))
