"""A comparison as one HTML file, such as `freehold.pages.document` makes them: its sections, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from freehold.evaluate.report.comparison import Comparison
from freehold.evaluate.report.rules.verdict import Verdict
from freehold.evaluate.report.sections.basis import known, methods, rules
from freehold.evaluate.report.sections.cases import cases
from freehold.evaluate.report.sections.pairs import pairs, slices
from freehold.evaluate.report.sections.subjects import subjects
from freehold.pages.document import document
from freehold.pages.markup import Markup, element


def html(comparison: Comparison, verdicts: Sequence[Verdict] = ()) -> str:
    """The whole file, to be written as UTF-8."""
    body = element(
        "main",
        _head(comparison),
        *known(comparison),
        *rules(verdicts),
        subjects(comparison),
        *pairs(comparison),
        *slices(comparison),
        *cases(comparison),
        *methods(comparison),
        element("footer", element("p", f"Dataset {comparison.dataset}. The JSON of this comparison has every figure.")),
    )
    return document(f"{_title(comparison)} · Freehold evaluation", body, _sheet())


def _head(comparison: Comparison) -> Markup:
    facts = f"{comparison.dataset_size:,} examples · {comparison.taken} · intervals hold with 95 %"
    return element("header", element("h1", _title(comparison)), element("p", facts, class_="faint"))


def _title(comparison: Comparison) -> str:
    names = [each.name for each in comparison.subjects]
    said = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{said} on {comparison.dataset_name}"


@cache
def _sheet() -> str:
    return files("freehold.evaluate.report").joinpath("report.css").read_text(encoding="utf-8")
