"""What must be known first, what the rules say, and by which methods the figures were come by."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.evaluate.report.comparison import Comparison
from freehold.evaluate.report.rules.verdict import Verdict
from freehold.pages.markup import Markup, element
from freehold.pages.parts import bullets, rows, section


def known(comparison: Comparison) -> list[Markup]:
    """The notes, before everything else."""
    if not comparison.notes:
        return []
    badge = [element("p", element("span", "partial", class_="badge warn"))] if comparison.partial else []
    return [section("notes", "To be known first", *badge, bullets(comparison.notes))]


def rules(verdicts: Sequence[Verdict]) -> list[Markup]:
    """What became of each rule; nothing where there are none."""
    if not verdicts:
        return []
    body = [
        (
            element("span", "passed" if each.passed else "failed", class_=f"badge {'good' if each.passed else 'bad'}"),
            each.rule,
            each.subject,
            each.why,
        )
        for each in verdicts
    ]
    return [section("rules", "Rules", rows("What became of each rule", ("verdict", "fails if", "of", "why"), body))]


def methods(comparison: Comparison) -> list[Markup]:
    """Every method that a figure here names, with its source."""
    if not comparison.methods:
        return []
    body = [(each.title, each.source) for each in comparison.methods.values()]
    return [section("methods", "Methods", rows("Each method and its source", ("method", "source"), body))]
