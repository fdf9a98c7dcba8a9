"""Every input with its range, its source and its date; what is too old is marked."""

from __future__ import annotations

from itertools import groupby

from freehold.pages.markup import Markup, element
from freehold.pages.parts import framed, section
from freehold.plan.report.figures import quantity, spread
from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.pieces import anchor
from freehold.plan.result import Assumption, Plan

_HEAD = ("input", "value", "80 % interval", "unit", "source", "date")


def assumptions(plan: Plan, palette: Palette) -> Markup:
    """One row an input, under the option that it belongs to; the figures above link to them."""
    head = (element("th", name, scope="col", class_="number" if name in _HEAD[1:3] else None) for name in _HEAD)
    table = framed(
        "Inputs with their sources",
        element("caption", "Inputs with their sources", class_="unseen"),
        element("thead", element("tr", *head)),
        *(_group(name, list(rows), palette) for name, rows in groupby(plan.assumptions, key=_owner)),
    )
    lead = "Every number that went in. What a scenario leaves open is assumed, with a reason."
    return section("assumptions", "Assumptions", table, lead=lead)


def _owner(row: Assumption) -> str:
    """What an input belongs to: ``workload``, ``options.frontier``."""
    parts = row.path.split(".")
    return ".".join(parts[: 2 if parts[0] == "options" else 1])


def _group(owner: str, found: list[Assumption], palette: Palette) -> Markup:
    name = palette.title(owner.removeprefix("options.")) if owner.startswith("options.") else owner
    head = element("th", element("b", name), *([f" ({owner})"] if name != owner else []), colspan=6, scope="colgroup")
    return element("tbody", element("tr", head, class_="group"), *map(_row, found))


def _row(row: Assumption) -> Markup:
    unit = "" if row.unit == "share" else row.unit
    old = [" ", element("span", "stale", class_="badge warn")] if row.stale else []
    said, _, why = row.source.partition(": ")
    assumed = said == "assumed"
    source = [element("span", "assumed", class_="badge"), f" {why}"] if assumed else [row.source]
    return element(
        "tr",
        element("th", row.path.removeprefix(f"{_owner(row)}."), scope="row", class_="path", title=row.path),
        element("td", quantity(row.value, row.unit), class_="number"),
        element("td", spread(row), class_="number"),
        element("td", unit),
        element("td", *source, class_="source"),
        element("td", row.date, *old, class_="date"),
        id=anchor(row.path),
    )
