"""The examples that changed: what was asked, what should have come, and what each subject answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from freehold.evaluate.report.comparison import Case, Comparison
from freehold.evaluate.report.written import percent
from freehold.pages.markup import Markup, element
from freehold.pages.parts import disclosure, section


def cases(comparison: Comparison) -> list[Markup]:
    """Losses before wins, for each other subject; nothing where nothing changed."""
    if not comparison.cases:
        return []
    return [section("cases", "What changed", *_lists(comparison))]


def _lists(comparison: Comparison) -> Iterator[Markup]:
    for pair in comparison.pairs:
        mine = [each for each in comparison.cases if each.other == pair.other]
        yield from _list(f"{pair.other} lost", [each for each in mine if each.other_score < each.first_score])
        yield from _list(f"{pair.other} won", [each for each in mine if each.other_score > each.first_score])


def _list(title: str, chosen: Sequence[Case]) -> Iterator[Markup]:
    if chosen:
        many = "1 example" if len(chosen) == 1 else f"the {len(chosen)} examples that changed most"
        yield disclosure(f"{title}: {many}", element("div", *(_case(each) for each in chosen), class_="cases"))


def _case(case: Case) -> Markup:
    head = " ".join(case.input.split())
    return element(
        "details",
        element("summary", head if len(head) <= 140 else f"{head[:139]}…"),
        element(
            "dl",
            *_pair("asked", case.input),
            *_pair("expected", case.expected),
            *_pair(f"{case.first} · {percent(case.first_score)}", case.first_answer, case.first_reason),
            *_pair(f"{case.other} · {percent(case.other_score)}", case.other_answer, case.other_reason),
        ),
        element("p", f"{case.scorer} · example {case.place + 1} · {case.example}", class_="faint"),
    )


def _pair(term: str, said: str, reason: str = "") -> Iterator[Markup]:
    if said or reason:
        yield element("dt", term)
        yield element("dd", element("pre", said), *([element("p", reason, class_="faint")] if reason else []))
