"""Every input with its range, its source and its date; what is too old is marked."""

from __future__ import annotations

from freehold.plan.report.figures import quantity, spread
from freehold.plan.report.markup import Markup, element
from freehold.plan.report.sections.pieces import anchor, framed, section
from freehold.plan.result import Assumption, Plan

_HEAD = ("input", "value", "80 % interval", "unit", "source", "date")


def assumptions(plan: Plan) -> Markup:
    """One row an input; the figures above link to them."""
    head = (element("th", name, scope="col", class_="number" if name in _HEAD[1:3] else None) for name in _HEAD)
    table = framed(
        "Inputs with their sources",
        element("caption", "Inputs with their sources", class_="unseen"),
        element("thead", element("tr", *head)),
        element("tbody", *map(_row, plan.assumptions)),
    )
    lead = "Every number that went in. What a scenario leaves open is assumed, with a reason."
    return section("assumptions", "Assumptions", table, lead=lead)


def _row(row: Assumption) -> Markup:
    unit = "" if row.unit == "share" else row.unit
    old = [" ", element("span", "stale", class_="badge warn")] if row.stale else []
    said, _, why = row.source.partition(": ")
    assumed = said == "assumed"
    source = [element("span", "assumed", class_="badge"), f" {why}"] if assumed else [row.source]
    return element(
        "tr",
        element("th", row.path, scope="row", class_="path"),
        element("td", quantity(row.value, row.unit), class_="number"),
        element("td", spread(row), class_="number"),
        element("td", unit),
        element("td", *source),
        element("td", row.date, *old, class_="date"),
        id=anchor(row.path),
    )
