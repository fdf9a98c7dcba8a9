"""Rules are read as they are written, and a fault says where it is and what may have been meant."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.evaluate.report.rules.grammar import Measure, RuleFault, Term, parse


@pytest.mark.parametrize(
    ("text", "left", "comparing", "right"),
    [
        (
            "quality(B) < quality(A) - 0.02",
            (Term(1, Measure("quality", subject="B")),),
            "<",
            (Term(1, Measure("quality", subject="A")), Term(-0.02)),
        ),
        ("lower(quality.delta) < -0.02", (Term(1, Measure("quality.delta", end="lower")),), "<", (Term(-0.02),)),
        ("cost > 1.2x", (Term(1, Measure("cost")),), ">", (Term(1.2, times=True),)),
        ("p95_ms>=1.5 s", (Term(1, Measure("p95_ms")),), ">=", (Term(1500),)),
        ("failures > 1%", (Term(1, Measure("failures")),), ">", (Term(0.01),)),
        (
            "cost(B) > 1.5 * cost(A)",
            (Term(1, Measure("cost", subject="B")),),
            ">",
            (Term(1.5, Measure("cost", subject="A")),),
        ),
        (
            'always_lower(quality.delta[numeric:0.01]("local/qwen 3")) <= -2points',
            (Term(1, Measure("quality.delta", "always_lower", "numeric:0.01", "local/qwen 3")),),
            "<=",
            (Term(-0.02),),
        ),
        ("quality(local/qwen-3) < .9", (Term(1, Measure("quality", subject="local/qwen-3")),), "<", (Term(0.9),)),
        ("quality(open #2) < .9", (Term(1, Measure("quality", subject="open #2")),), "<", (Term(0.9),)),
    ],
)
def test_a_rule_is_read(text, left, comparing, right):
    rule = parse(text)
    assert (rule.left, rule.comparing, rule.right) == (left, comparing, right)
    assert rule.text == text


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("qualty < 0.9", 1, "'qualty' is no metric; did you mean 'quality'?"),
        ("lower(costs) > 2", 7, "did you mean 'cost'?"),
        ("quality < 0.9 and cost > 1", 15, "'and' is no unit"),
        ("quality 0.9", 9, "compares two sums"),
        ("quality <", 10, "a number or a metric should stand here"),
        ("quality = 1", 9, "'=' has no meaning here"),
        ("lower quality < 1", 7, "'(' should stand here"),
        ("lower(quality < 1", 15, "')' should stand here"),
        ("quality(B < 1", 9, "a subject and a closing bracket"),
        ("cost[exact] > 1", 5, "'cost' is not by a scorer"),
        ("cost + 1 > 1.2x", 16, "stands alone"),
        ("1.2x < cost", 12, "stands alone"),
        ("failures > 1 pct", 14, "'pct' is no unit"),
        ("1 < 2", 1, "names a metric"),
        ("", 1, "a number or a metric"),
        ("__import__('os') < 1", 1, "is no metric"),
        ("quality < 1 < 2", 13, "should end"),
    ],
)
def test_a_fault_says_where_and_what_was_meant(text, place, said):
    with pytest.raises(RuleFault) as fault:
        parse(text)
    assert said in str(fault.value)
    assert f"at sign {place} " in str(fault.value)


def test_a_rule_has_an_end():
    with pytest.raises(RuleFault, match="at most"):
        parse("quality < 1" + " + 1" * 200)


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_a_fault(text):
    found = None
    with contextlib.suppress(RuleFault):
        found = parse(text)
    assert found is None or found.text == text.strip()
