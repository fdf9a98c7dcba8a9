"""What somebody said, checked."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.plan.report.figures import quantity
from freehold.plan.report.markup import Markup, element
from freehold.plan.report.sections.pieces import section
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
    ends = f"{quantity(claim.computed.low, claim.unit)} to {quantity(claim.computed.high, claim.unit)}"
    computed = f"Computed: {quantity(claim.computed.value, claim.unit)} {claim.unit} ({ends})."
    return element(
        "li",
        element("p", element("q", claim.text), " ", mark),
        element("p", claim.sentence),
        element("p", computed, class_="faint"),
    )
