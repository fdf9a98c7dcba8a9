"""The top of the page."""

from __future__ import annotations

from msgspec.structs import replace

from freehold.plan.report.sections.answer import answer
from support.plans import moderate


def test_the_first_sentence_is_the_answer_and_long_ones_fold() -> None:
    plan = moderate()
    found = replace(plan.recommendation, sentences=("One.", "Two.", "Three.", "Four."))
    made = answer(replace(plan, recommendation=found))
    assert '<p class="answer">One.</p><p>Two.</p><p>Three.</p><details>' in made
    assert made.index("<details>") < made.index("Four.")
    assert "<details>" not in answer(plan)
