"""A plan as one HTML file, such as `freehold.pages.document` makes them: its sections, in their order."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from freehold.pages.document import document
from freehold.pages.markup import Markup, element
from freehold.plan.report.figures import count, months
from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.answer import answer
from freehold.plan.report.sections.assumptions import assumptions
from freehold.plan.report.sections.basis import notes, origin, workload
from freehold.plan.report.sections.choice import choice
from freehold.plan.report.sections.claims import claims
from freehold.plan.report.sections.curve import curve
from freehold.plan.report.sections.options import options
from freehold.plan.report.sections.service import service
from freehold.plan.report.sections.split import split
from freehold.plan.result import Plan


def html(plan: Plan) -> str:
    """The whole file, to be written as UTF-8."""
    palette = Palette(plan)
    body = element(
        "main",
        _head(plan),
        answer(plan),
        options(plan, palette),
        *curve(plan, palette),
        split(plan, palette),
        *choice(plan, palette),
        *service(plan),
        *claims(plan),
        *workload(plan),
        *notes(plan),
        assumptions(plan, palette),
        origin(plan),
    )
    return document(f"{plan.title} · Freehold plan", body, _sheet())


def _head(plan: Plan) -> Markup:
    volume = f"{count(plan.requests_a_day.value)} requests a day"
    facts = f"{volume} · {months(plan.horizon_months)} · {plan.currency} · {plan.made[:10]}"
    about = [element("p", plan.about)] if plan.about else []
    doubts = [element("p", element("strong", f"Warning: {said}"), role="note") for said in plan.warnings]
    return element("header", element("h1", plan.title), *about, element("p", facts, class_="faint"), *doubts)


@cache
def _sheet() -> str:
    return files("freehold.plan.report").joinpath("report.css").read_text(encoding="utf-8")
