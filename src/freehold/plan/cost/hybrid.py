"""A model at home that is asked first, and one away that answers what home cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from freehold.plan.cost.bill import Part
from freehold.plan.cost.setting import Setting
from freehold.plan.scenario import Api, Cloud, Hybrid, Option, Owned, Scenario

Alone = Api | Cloud | Owned


def parts(option: Hybrid, setting: Setting, of: Callable[[Option, Setting], tuple[Part, ...]]) -> tuple[Part, ...]:
    """Home's parts at all the volume, since home tries every request, then away's at the share that home did not keep.

    `of` makes the parts of an option without its people. Nobody's people are among these: those that a hybrid names do
    the work of both sides.
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
        *(f"At home: {sentence}" for sentence in of(home, setting)),
        *(f"Away: {sentence}" for sentence in of(away, rest)),
    )


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
