"""The subjects on the page."""

from __future__ import annotations

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.sections.subjects import series, subjects
from support.evaluations import run_data


def test_every_figure_stands_in_the_table():
    found = compare([run_data("a"), run_data("b", seed=2)])
    made = subjects(found)
    for name in ("exact", "exact, any look", "cost of an answer", "95 of 100 within", "failures", "escalated", "state"):
        assert f"<td>{name}</td>" in made
    assert 'id="worth-720-title"' in made


def test_where_something_is_free_cost_is_not_drawn():
    found = compare([run_data("a", cost=0.0), run_data("b", seed=2)])
    assert "worth-720" not in subjects(found)


def test_colours_end_and_what_comes_after_is_grey():
    assert (series(0), series(7), series(8)) == ("s1", "s8", "s-more")
