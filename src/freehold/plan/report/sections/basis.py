"""What was planned for, what a reader should know, and how to count it again."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.pages.markup import Markup, element
from freehold.pages.parts import bullets, section
from freehold.plan.result import Plan


def workload(plan: Plan) -> Iterator[Markup]:
    """The workload in sentences."""
    if plan.workload:
        yield section("workload", "What was planned for", bullets(plan.workload))


def notes(plan: Plan) -> Iterator[Markup]:
    """What the scenario's author and the planner add."""
    if plan.notes:
        yield section("notes", "To be known", bullets(plan.notes))


def origin(plan: Plan) -> Markup:
    """The last lines of the page."""
    told = (
        f"Made {plan.made} by Freehold {plan.version} from the scenario {plan.scenario!r}, with {plan.draws:,} draws of"
        f" all inputs over their ranges from seed {plan.seed}: the same scenario, seed and version give the same"
        " numbers. This file asks for nothing from anywhere."
    )
    return element("footer", element("p", told))
