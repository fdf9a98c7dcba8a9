from __future__ import annotations

import time

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.scorers.reading import scorer
from support.scored import score, value


def test_a_pattern_is_looked_for_anywhere() -> None:
    assert value("regex:^yes", "yes, it is") == 1
    assert value("regex:^yes", "oh yes") == 0
    assert value(r"regex:(?i)\bparis\b", "In PARIS.") == 1
    assert value(r"regex:a:b", "a:b") == 1


def test_expected_texts_may_be_the_patterns() -> None:
    assert value("regex", "42 apples", [r"^\d+ pears", r"^\d+ apples"]) == 1
    assert value("regex", "x", "[") is None
    assert value("regex", "x") is None


def test_no_pattern_holds_anything_up() -> None:
    began = time.monotonic()
    assert value("regex:^(a+)+$", "a" * 100_000 + "b") == 0
    slow = score(r"regex:(a*)*\1b", "a" * 5000)
    assert slow.value is None
    assert "too long" in slow.reason
    assert time.monotonic() - began < 10


def test_what_is_no_pattern_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(BadRequest, match="no regular expression"):
        scorer("regex:(")


def test_half_a_character_is_no_fault() -> None:
    assert value("regex:x", "\ud800x") == 1
