"""A plan as one HTML file: no script, no request to anywhere, the same in ten years as today.

Everything in it is text that was escaped, the style sheet of this package, and SVG drawn here. A policy in its head
lets the browser load nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from freehold.plan.report.figures import count, months
from freehold.plan.report.markup import Markup, element
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
    page = element("html", element("head", *_meta(plan)), element("body", body), lang="en")
    return f"<!doctype html>\n{page}\n"


def _head(plan: Plan) -> Markup:
    volume = f"{count(plan.requests_a_day.value)} requests a day"
    facts = f"{volume} · {months(plan.horizon_months)} · {plan.currency} · {plan.made[:10]}"
    about = [element("p", plan.about)] if plan.about else []
    doubts = [element("p", element("strong", f"Warning: {said}"), role="note") for said in plan.warnings]
    return element("header", element("h1", plan.title), *about, element("p", facts, class_="faint"), *doubts)


def _meta(plan: Plan) -> list[Markup]:
    sheet = _sheet()
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="content-security-policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{plan.title} · Freehold plan"),
        element("style", Markup(sheet)),
    ]


@cache
def _sheet() -> str:
    return files("freehold.plan.report").joinpath("report.css").read_text(encoding="utf-8")
