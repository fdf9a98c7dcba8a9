"""What each option costs, with the interval that the ranges of all inputs leave."""

from __future__ import annotations

import msgspec
import numpy as np

from freehold.plan.costing import Costing, Spend
from freehold.plan.draws import Case, interval
from freehold.plan.likeness import Likeness, server_of
from freehold.plan.report.figures import share
from freehold.plan.requests import Floats
from freehold.plan.result import Interval, Line, Result
from freehold.plan.scenario import Option

HOPELESS = 0.5
"""Of the draws: where in so many no number of machines does, an option has no price worth comparing."""


def refused(option: Option, likeness: Likeness, why: str) -> Result:
    """An option that cannot be had."""
    return msgspec.structs.replace(_bare(option, likeness), refusal=why)


def costed(costing: Costing, option: Option, likeness: Likeness, case: Case) -> tuple[Result, Spend]:
    """One option's numbers, and what it costs in every draw of `case`."""
    single = Case()
    bill = costing.bill(option.name, single)
    plain, drawn = costing.spend(option.name, single), costing.spend(option.name, case)
    lines = tuple(
        Line(
            part=part.part,
            month=interval(drawn.parts[part.part], float(plain.parts[part.part][0])),
            formula=part.formula,
            inputs=part.inputs,
        )
        for part in bill.parts
    )
    machine = server_of(option)
    sizing = None if machine is None else costing.sizers[option.name].sizing(machine)
    bare = _bare(option, likeness)
    result = msgspec.structs.replace(
        bare,
        month=_around(plain.month, drawn.month),
        first_month=_around(plain.first, drawn.first),
        last_month=_around(plain.last, drawn.last),
        horizon=_around(plain.horizon, drawn.horizon),
        million_tokens=_around(plain.million_tokens, drawn.million_tokens),
        lines=lines,
        sizing=sizing,
        risk=bare.risk if sizing is None else f"{bare.risk} Its speed is {sizing.evidence}.",
        warnings=(*bill.warnings, *_out_of_reach(drawn), *likeness.warnings(option)),
    )
    return result, drawn


def _bare(option: Option, likeness: Likeness) -> Result:
    return Result(
        name=option.name,
        title=option.title,
        kind=_kind(option),
        model=likeness.model(option),
        quality=likeness.quality(option),
        privacy=likeness.privacy(option),
        risk=likeness.risk(option),
    )


def _kind(option: Option) -> str:
    return type(option).__name__.lower()


def _around(plain: Floats, drawn: Floats) -> Interval:
    return interval(drawn, float(plain[0]))


def hopeless(drawn: Spend) -> str:
    """Why an option is refused that has a price in too few draws; empty where it has one in enough."""
    lost = _lost(drawn)
    if lost < HOPELESS:
        return ""
    return (
        f"in {share(lost)} of the draws no number of machines keeps the objectives; "
        "a faster card, a smaller model or a longer wait would"
    )


def _out_of_reach(drawn: Spend) -> tuple[str, ...]:
    """A warning where some worlds have no price, since no number of machines would do."""
    lost = _lost(drawn)
    if not lost:
        return ()
    return (f"In {share(lost)} of the draws no number of machines keeps the objectives: the intervals leave them out.",)


def _lost(drawn: Spend) -> float:
    """The share of the draws in which no number of machines keeps the objectives."""
    return 1 - float(np.isfinite(drawn.month).mean())
