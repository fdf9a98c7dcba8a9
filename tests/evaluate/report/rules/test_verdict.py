"""Whether a comparison passes: by its numbers, and shut where they are not there."""

from __future__ import annotations

import msgspec
import pytest

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.rules.grammar import parse
from freehold.evaluate.report.rules.verdict import judge, passed
from support.evaluations import run_data


@pytest.fixture(scope="module")
def two():
    closed = run_data("closed", right=0.9, cost=0.002)
    return compare([closed, run_data("open", right=0.8, cost=0.003, seed=2, failed=0.05)])


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        ("quality(B) < quality(A) - 0.02", False),
        ("quality(B) < quality(A) - 0.5", True),
        ("quality(open) < quality(closed) - 0.02", False),
        ("quality.delta < -0.3", True),
        ("lower(quality.delta) < -0.01", False),
        ("upper(quality.delta) < -0.5", True),
        ("always_lower(quality.delta) < -0.01", False),
        ("cost > 1.2x", False),
        ("cost > 2x", True),
        ("lower(cost.ratio) > 1.4", False),
        ("p95_ms > 10 s", True),
        ("p95_ms > 100 ms", False),
        ("failures > 1%", False),
        ("failures(A) > 1%", True),
        ("refusals > 2%", True),
        ("size < 400", False),
        ("output_tokens > 2x", True),
        ("escalations > 0", True),
    ],
)
def test_a_rule_that_holds_fails(two, rule, passes):
    (verdict,) = judge(two, [parse(rule)])
    assert verdict.passed is passes, verdict
    assert verdict.why.endswith("does not hold" if passes else "holds")


def test_what_is_no_number_fails(two):
    first, other = two.subjects
    broken = msgspec.structs.replace(two, subjects=(first, msgspec.structs.replace(other, output_tokens=float("nan"))))
    (verdict,) = judge(broken, [parse("output_tokens > 5")])
    assert not verdict.passed
    assert "no number" in verdict.why


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("quality[bleu] < 0.5", "no scorer 'bleu'"),
        ("quality(C) < 0.5", "no subject 'C'"),
        ("upper(size) < 5", "size has no interval"),
        ("always_lower(cost) < 5", "no interval for every look"),
        ("quality.delta(A) < 0", "closed is none"),
        ("quality.delta > 1.2x", "a multiple is of a metric"),
    ],
)
def test_what_is_not_there_fails(two, rule, why):
    (verdict,) = judge(two, [parse(rule)])
    assert not verdict.passed
    assert why in verdict.why


def test_a_rule_about_nobody_is_judged_for_every_other_subject():
    three = compare([run_data("a"), run_data("b", seed=2), run_data("c", right=0.3, seed=3)])
    verdicts = judge(three, [parse("quality < 0.5"), parse("quality(A) < 0.5")])
    assert [(each.subject, each.passed) for each in verdicts] == [("b", True), ("c", False), ("b", True)]
    assert not passed(verdicts)
    assert passed(verdicts[:1])


def test_one_subject_alone_is_judged():
    alone = compare([run_data("a")])
    assert judge(alone, [parse("quality < 0.5")])[0].passed
    assert "only one subject" in judge(alone, [parse("cost > 1.2x")])[0].why


def test_a_judge_that_is_not_certified_decides_nothing():
    runs = [run_data("a", uncertified=frozenset({"exact"})), run_data("b", seed=2)]
    found = compare(runs)
    for rule in ("quality.delta < -0.9", "quality(A) < 0.1", "quality[exact](A) < 0.1"):
        (verdict,) = judge(found, [parse(rule)])
        assert not verdict.passed
        assert "certified" in verdict.why


def test_a_partial_run_fails_every_rule(two):
    partial = msgspec.structs.replace(two, partial=True)
    (verdict,) = judge(partial, [parse("quality < 0")])
    assert not verdict.passed
    assert "partial" in verdict.why


def test_a_subject_that_fails_half_way_does_not_pass_by_what_it_did_answer():
    found = compare([run_data("a"), run_data("b", right=1.0, seed=2, failed=0.3)])
    for rule in ("quality < 0.1", "quality.delta < -0.5"):
        (verdict,) = judge(found, [parse(rule)])
        assert not verdict.passed
        assert "its quality is not known" in verdict.why


def test_an_end_that_is_not_bounded_fails():
    few = compare([run_data("a", size=12)])
    (verdict,) = judge(few, [parse("upper(p95_ms) > 900000")])
    assert not verdict.passed
    assert "not bounded by 12 examples" in verdict.why


def test_without_scores_there_is_no_quality():
    nothing = compare([run_data("a", size=5, scorers=())])
    assert "nothing scored it" in judge(nothing, [parse("quality < 1")])[0].why
