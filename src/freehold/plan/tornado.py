"""Which inputs matter for the choice between two options: each at the ends of its range, all else at its value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from freehold.plan.assumptions import label
from freehold.plan.costing import Costing
from freehold.plan.draws import Case, inputs, judgement
from freehold.plan.quantity import Quantity
from freehold.plan.result import Bar, Tornado
from freehold.plan.scenario import Hybrid

LEAST = 0.01
"""An input that moves the difference by less than this share of what the largest does is not shown."""
MOST = 20


def tornado(costing: Costing, first: str, second: str) -> Tornado:
    """Second less first a month with each input at its low and at its high end, the largest move first.

    Everything that follows from an input is worked out anew, the number of machines included.
    """
    moved = _judgements(costing)
    case = _one_at_a_time(moved)
    months = costing.month(second, case) - costing.month(first, case)
    middle, at_low, at_high = float(months[0]), months[1::2], months[2::2]
    width = np.abs(at_high - at_low)
    largest = float(width[np.isfinite(width)].max(initial=0.0))
    bars = [
        _bar(costing, moved[place], (first, second), float(at_low[place]), float(at_high[place]))
        for place in np.argsort(-width, kind="stable")
        if np.isfinite(width[place]) and width[place] > LEAST * largest
    ]
    return Tornado(first=first, second=second, difference=middle, bars=tuple(bars[:MOST]))


def _judgements(costing: Costing) -> list[list[Quantity]]:
    """The inputs that have a range; those that are one judgement move together."""
    groups: dict[str, list[Quantity]] = {}
    for each in inputs(costing.scenario):
        if not each.known:
            groups.setdefault(judgement(each), []).append(each)
    return list(groups.values())


def _bar(costing: Costing, group: list[Quantity], pair: tuple[str, str], at_low: float, at_high: float) -> Bar:
    """One judgement, told by its first input that is of one of the two options or of a side of them."""
    concerned = {*pair, *(side for name in pair for side in _sides(costing, name))}
    mine = [each for each in group if _owner(each) in concerned] or group
    told = mine[0]
    name = label(costing.scenario, told.path)
    if len({_owner(each) for each in mine}) > 1:
        name = name.rpartition(": ")[2]
    if len({each.path.rpartition(".")[2] for each in group}) > 1:
        name = f"{name} (the others move with it)"
    return Bar(
        path=told.path,
        label=name,
        low_input=told.low,
        high_input=told.high,
        unit=told.unit,
        at_low=at_low,
        at_high=at_high,
    )


def _sides(costing: Costing, name: str) -> tuple[str, ...]:
    """What a hybrid is made of; nothing of any other option."""
    option = costing.options[name]
    return (option.home, option.away) if isinstance(option, Hybrid) else ()


def _owner(quantity: Quantity) -> str:
    """The option that an input is of; empty where it is of the workload."""
    first, _, rest = quantity.path.partition(".")
    return rest.partition(".")[0] if first == "options" else ""


def _one_at_a_time(moved: Sequence[Sequence[Quantity]]) -> Case:
    """A world with all inputs at their value, then two for each judgement: at its low end and at its high one."""
    worlds = 1 + 2 * len(moved)
    given = {}
    for place, group in enumerate(moved):
        for quantity in group:
            values = np.full((worlds, 1), float(quantity.value))
            values[1 + 2 * place], values[2 + 2 * place] = quantity.low, quantity.high
            given[quantity.path] = values
    return Case(worlds, given)
