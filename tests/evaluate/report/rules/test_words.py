"""The words of rules are those that can be measured."""

from __future__ import annotations

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.rules.grammar import parse
from freehold.evaluate.report.rules.verdict import judge
from freehold.evaluate.report.rules.words import METRICS, PAIRED, RATIOS, SCORED
from support.evaluations import run_data


def test_every_metric_can_be_judged():
    two = compare([run_data("a"), run_data("b", seed=2)])
    for metric in METRICS:
        (verdict,) = judge(two, [parse(f"{metric} > 1000000")])
        assert verdict.passed, verdict


def test_what_is_said_of_metrics_is_said_of_metrics_that_there_are():
    assert PAIRED | SCORED | set(RATIOS) | set(RATIOS.values()) <= set(METRICS)
