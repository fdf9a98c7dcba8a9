"""Rules find what they are written for, only where a needle is, and in time that grows with the text alone."""

from __future__ import annotations

import time

import pytest

from freehold.guards.injection.patterns import RULES
from freehold.guards.injection.rules import rule, run


def test_a_match_is_a_span_of_the_text() -> None:
    [span] = run([rule("greets", 0.7, ("hello",), r"\bhello \w+")], "Well, HELLO there!")
    assert (span.start, span.end, span.rule, span.confidence, span.family) == (6, 17, "greets", 0.7, "injection")


def test_without_a_needle_the_pattern_is_not_tried() -> None:
    assert list(run([rule("any", 0.7, ("needle",), r".")], "hay")) == []


def test_the_matches_of_one_rule_are_bounded() -> None:
    assert len(list(run([rule("a", 0.7, ("a",), "a")], "a" * 1000))) == 16


def test_lines_have_their_own_beginnings() -> None:
    assert [span.start for span in run([rule("line", 0.7, ("x",), "^x")], "x\nyx\nx")] == [0, 5]


@pytest.mark.parametrize(
    "piece", ["ignore all the ", "send send send ", "your response ", "![a](https://x.example/", "you must call the "]
)
def test_time_grows_with_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length] + " instructions prompt http"
        begun = time.process_time()
        list(run(RULES, text))
        return time.process_time() - begun

    assert seconds(160_000) < 12 * max(seconds(40_000), 0.02)
