"""What somebody said, checked."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.pages.markup import Markup, element
from freehold.pages.parts import section
from freehold.plan.report.figures import quantity
from freehold.plan.result import Plan, Verdict

_TONES = {"holds": ("✓", "good"), "does not hold": ("✗", "bad"), "holds only if": ("~", "warn")}


def claims(plan: Plan) -> Iterator[Markup]:
    """Each claim with its verdict and the arithmetic; nothing where the scenario makes none."""
    if plan.claims:
        told = element("ul", *(_claim(each) for each in plan.claims), class_="claims")
        yield section("claims", "Claims, checked", told)


def _claim(claim: Verdict) -> Markup:
    sign, tone = _TONES.get(claim.verdict, ("?", "plain"))
    mark = element("span", element("span", sign, aria_hidden="true"), f" {claim.verdict}", class_=f"badge {tone}")
    return element(
        "li",
        element("p", element("q", claim.text), " ", mark),
        element("p", claim.sentence),
        *_range(claim),
    )


def _range(claim: Verdict) -> Iterator[Markup]:
    """Between what the computed figure lies, where it is not one number."""
    found = claim.computed
    if found.low < found.high:
        ends = f"{quantity(found.low, claim.unit)} to {quantity(found.high, claim.unit)}"
        yield element("p", f"Computed: {ends} {claim.unit}.", class_="faint")
