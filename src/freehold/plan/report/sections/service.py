"""How long users wait, against the load: for each option that is a server of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.pages.markup import Markup, element
from freehold.pages.parts import disclosure, rows, section
from freehold.plan.report.figures import count, seconds
from freehold.plan.report.plots.latency import latency
from freehold.plan.result import Interval, Objective, Plan, Result, Sizing


def service(plan: Plan) -> Iterator[Markup]:
    """Two plots an option: to the first token, and for each further one. Nothing where nothing was simulated."""
    servers = [result for result in plan.results if result.sizing is not None and result.sizing.loads]
    if not servers:
        return
    lead = (
        "Simulated, request by request. The line is the median, the band holds 90 of 100 requests; hollow points do not"
        " keep the objectives."
    )
    yield section("latency", "How long users wait", *(_server(plan, each) for each in servers), lead=lead)


def _server(plan: Plan, result: Result) -> Markup:
    sizing = result.sizing
    if sizing is None:
        return Markup()
    return element(
        "div",
        element("h3", result.title),
        element("div", *_pair(result.name, sizing, plan.objective), class_="pair"),
        disclosure("The loads, as a table", _table(result.title, sizing)),
        class_="server",
    )


def _pair(name: str, sizing: Sizing, objective: Objective) -> Iterator[Markup]:
    kinds = (
        ("ttft_s", "Time to the first token", objective.ttft_s),
        ("tpot_s", "Time for each further token", objective.tpot_s),
    )
    for times, title, limit in kinds:
        plot = latency(f"latency-{name}-{times}", title, sizing, times, limit)
        yield element("figure", element("figcaption", title), plot)


def _table(title: str, sizing: Sizing) -> Markup:
    head = ("requests a second", "at work", "first token", "5–95 %", "per token", "5–95 % ", "objectives")
    body = [
        (
            count(load.requests_a_second),
            count(load.concurrency),
            seconds(load.ttft_s.value),
            _ends(load.ttft_s),
            seconds(load.tpot_s.value),
            _ends(load.tpot_s),
            "kept" if load.holds else "not kept",
        )
        for load in sizing.loads
    ]
    return rows(f"{title}: latency against load", head, body, numbers=head[:-1])


def _ends(span: Interval) -> str:
    return f"{seconds(span.low)} – {seconds(span.high)}"
