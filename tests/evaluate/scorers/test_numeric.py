from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.scorers.reading import scorer
from support.scored import score, value


def test_numbers_are_equal_by_what_they_are_worth() -> None:
    assert value("numeric", "It is 0.50.", 0.5) == 1
    assert value("numeric", "1,000,000 people", "1000000") == 1
    assert value("numeric", "1/3", "2/6") == 1
    assert value("numeric", "0.3333", "1/3") == 0
    assert value("numeric", "12345678901234567891", 12345678901234567890) == 0


def test_a_tolerance_is_absolute_or_relative() -> None:
    assert value("numeric:0.01", "0.3333", "1/3") == 1
    assert value("numeric:0.01", "0.35", "1/3") == 0
    assert value("numeric:rel=0.05", "104", 100) == 1
    assert value("numeric:rel=0.05", "106", 100) == 0


def test_a_percent_sign_may_be_left_out_and_is_never_ignored() -> None:
    assert value("numeric", "25%", 25) == 1
    assert value("numeric", "25%", 0.25) == 1
    assert value("numeric", "0.25", "25%") == 1
    assert value("numeric", "0.25%", "25%") == 0


def test_what_is_no_number_is_never_right() -> None:
    assert value("numeric", "NaN", 1) == 0
    assert value("numeric", "infinity", float("inf")) is None
    assert value("numeric", "nan", float("nan")) is None
    assert value("numeric", "7", "seven") is None
    assert "no number" in score("numeric", "seven", 7).reason


@pytest.mark.parametrize("settings", ["-1", "nan", "inf", "x", "rel=", "rel=-1", "1e999"])
def test_a_tolerance_that_is_none_is_refused(settings: str) -> None:
    with pytest.raises(BadRequest, match=r"numeric:0\.01"):
        scorer(f"numeric:{settings}")
