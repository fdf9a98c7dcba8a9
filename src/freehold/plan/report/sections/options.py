"""Every option with its month, from the cheapest up, and how its sum comes about."""

from __future__ import annotations

import math
from collections.abc import Iterator

from freehold.pages.markup import Markup, element
from freehold.pages.parts import bullets, disclosure, rows, section
from freehold.plan.report.figures import NONE, count, money, money_range, months, seconds, share, warnings
from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.pieces import input_links
from freehold.plan.result import Interval, LoadPoint, Plan, Result, Sizing

_LENGTH = 1000.0
"""Of a bar's drawing, which is stretched to the room there is."""


def options(plan: Plan, palette: Palette) -> Markup:
    """The options that can be had, then those that cannot."""
    shown = sorted((each for each in plan.results if each.month is not None), key=_cost)
    refused = [each for each in plan.results if each.refusal]
    most = max((each.month.high for each in shown if each.month is not None), default=1.0)
    known = {row.path for row in plan.assumptions}
    ranked = element("ol", *(_option(plan, palette, each, most, known) for each in shown), class_="ranking")
    lead = (
        f"A month on average over {months(plan.horizon_months)}, in {plan.currency}. The pale end of a bar is the range"
        " that holds with 80 %."
    )
    return section("options", "What each option costs", ranked, *_refusals(refused), _together(plan, shown), lead=lead)


def _cost(result: Result) -> float:
    return result.month.value if result.month is not None else math.inf


def _option(plan: Plan, palette: Palette, result: Result, most: float, known: set[str]) -> Markup:
    month = result.month or Interval(0, 0, 0)
    chosen = [element("span", "recommended", class_="badge good")] if result.name == plan.recommendation.option else []
    name = element("h3", result.title, *([" "] if chosen else []), *chosen)
    told = [element("p", said) for said in (result.quality, result.privacy, result.risk) if said]
    warned = [element("p", said, class_="warned") for said in warnings(result)]
    return element(
        "li",
        element("div", name, element("p", _note(plan, result), class_="faint"), class_="who"),
        _bar(month, most, palette.series(result.name)),
        element(
            "p",
            element("b", money(month.value, plan.currency)),
            element("span", money_range(month, plan.currency), class_="faint"),
            class_="sum",
        ),
        element("div", *told, *warned, class_="words"),
        disclosure("How this comes about", *_working(plan, result, known)),
    )


def _note(plan: Plan, result: Result) -> str:
    """The few figures that stand for an option."""
    told = []
    if result.million_tokens is not None:
        told.append(f"{money(result.million_tokens.value, plan.currency)} a million tokens")
    if result.sizing is not None:
        told.append(_machines(result.sizing))
        if result.sizing.peak is not None:
            told.append(f"first token within {seconds(result.sizing.peak.ttft_s.high)} at the peak")
    return " · ".join(told)


def _machines(sizing: Sizing) -> str:
    spares = f", {sizing.spares} of them spare" if sizing.spares else ""
    words = "1 replica" if sizing.replicas == 1 else f"{sizing.replicas} replicas"
    gpus = "1 GPU" if sizing.gpus == 1 else f"{sizing.gpus} GPUs"
    return f"{words} on {gpus}{spares}"


def _bar(month: Interval, most: float, series: str) -> Markup:
    """From nothing to the value, and the range around it; the numbers beside it say the same."""
    low, value, high = (
        _LENGTH * max(end, 0.0) / most if most > 0 else 0.0 for end in (month.low, month.value, month.high)
    )
    return element(
        "svg",
        element("rect", x=0, y=3, width=value, height=8, class_=f"full {series}"),
        element("rect", x=low, y=0, width=max(high - low, 2.0), height=14, class_=f"range {series}"),
        element("rect", x=max(value - 1.5, 0.0), y=0, width=3.0, height=14, class_="value"),
        viewBox=f"0 0 {_LENGTH:.0f} 14",
        preserveAspectRatio="none",
        class_="measure",
        aria_hidden="true",
    )


def _working(plan: Plan, result: Result, known: set[str]) -> Iterator[Markup]:
    body = [
        (
            line.part,
            money(line.month.value, plan.currency),
            money_range(line.month, plan.currency),
            element("span", line.formula, class_="formula"),
            input_links(line.inputs, known),
        )
        for line in result.lines
    ]
    head = ("part", "a month", "80 % interval", "formula", "follows from")
    yield rows(f"{result.title}: the month in parts", head, body, numbers=("a month", "80 % interval"))
    yield element("p", _sums(result, plan), class_="faint")
    if result.sizing is not None:
        yield from _sized(result.sizing)


def _sums(result: Result, plan: Plan) -> str:
    """How the figures of an option follow from one another."""
    told = ["The month is the sum of its parts, each a mean over the horizon."]
    if result.first_month is not None and result.last_month is not None:
        first, last = money(result.first_month.value, plan.currency), money(result.last_month.value, plan.currency)
        told.append(f"The first month costs {first}, the last {last}.")
    if result.name in plan.recommendation.wins:
        won = share(plan.recommendation.wins[result.name])
        told.append(f"In {won} of the draws it is the cheapest of those whose answers are alike.")
    if result.horizon is not None:
        whole = f"{money(result.horizon.value, plan.currency)} ({money_range(result.horizon, plan.currency)})"
        told.append(f"Over {months(plan.horizon_months)} it is {whole}; a million tokens is that over all tokens.")
    return " ".join(told)


def _sized(sizing: Sizing) -> Iterator[Markup]:
    first = f"{_machines(sizing)} in the first month, {sizing.replicas_last_month} in the last"
    told = [
        f"{first}; what asks for the last one: {sizing.bound_by}.",
        _at_work(sizing),
        _ended(f"Memory: {sizing.memory}"),
        _ended(f"Speed: {sizing.evidence}"),
    ]
    yield bullets(told)


def _at_work(sizing: Sizing) -> str:
    return (
        f"In the busiest hour each of them has at least one request to answer {share(sizing.utilisation)} of the time. "
        "That is not how full it is: it answers many at once, and the objectives say how many more it could take on."
    )


def _ended(sentence: str) -> str:
    """With one full stop."""
    return f"{sentence.rstrip('.')}."


def _refusals(refused: list[Result]) -> Iterator[Markup]:
    if refused:
        told = (element("li", element("b", each.title), ": ", each.refusal) for each in refused)
        yield element("div", element("h3", "Not to be had"), element("ul", *told), class_="refused")


def _together(plan: Plan, shown: list[Result]) -> Markup:
    """The same side by side."""
    head = ("option", "model", "a month", "80 % interval", "per million tokens", "machines", "first token", "per token")
    body = [
        (
            each.title,
            each.model,
            money(each.month.value, plan.currency) if each.month else NONE,
            money_range(each.month, plan.currency) if each.month else NONE,
            money(each.million_tokens.value, plan.currency) if each.million_tokens else NONE,
            count(each.sizing.replicas) if each.sizing else NONE,
            *_seen(each.sizing.peak if each.sizing else None),
        )
        for each in shown
    ]
    table = rows("The options side by side", head, body, numbers=head[2:])
    note = "First token and per token: what 95 of 100 requests of the busiest hour wait for at most."
    return disclosure("All options side by side, as a table", table, element("p", note, class_="faint"))


def _seen(peak: LoadPoint | None) -> tuple[str, str]:
    return (NONE, NONE) if peak is None else (f"≤ {seconds(peak.ttft_s.high)}", f"≤ {seconds(peak.tpot_s.high)}")
