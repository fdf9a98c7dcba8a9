"""Latency against load: the objective, the peak, and the loads that are too much."""

from __future__ import annotations

from freehold.plan.report.plots.latency import latency
from support.pictures import drawn, of, text
from support.plans import sizing


def test_latency_marks_the_objective_the_peak_and_the_loads_that_break_it() -> None:
    svg = latency("x", "Time to the first token", sizing(), "ttft_s", 2.0)
    assert len(of(svg, "dot")) == 8
    assert len(of(svg, "broken")) == 2
    assert {"may take 2.0 s", "the busiest hour"} <= set(text(svg))
    assert "hold up to 0.6 requests a second" in (drawn(svg).findtext("desc") or "")
    assert not of(latency("x", "t", sizing(), "ttft_s", None), "limit")
