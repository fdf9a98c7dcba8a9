"""What changed, on the page."""

from __future__ import annotations

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.sections.cases import cases
from support.evaluations import run_data


def test_both_answers_stand_escaped_beside_what_was_expected():
    (made,) = cases(compare([run_data("a", right=0.9), run_data("b", right=0.6, seed=2)]))
    assert "&lt;b&gt;wrong&lt;/b&gt;" in made
    assert "<b>wrong" not in made
    assert made.index("b lost") < made.index("b won")
    for term in ("asked", "expected", "a · 100 %", "b · 0 %"):
        assert f"<dt>{term}</dt>" in made


def test_where_nothing_changed_there_is_no_section():
    assert cases(compare([run_data("a")])) == []
