from __future__ import annotations

import importlib
import re

import pytest

from freehold.guards.personal.numbers import NUMBERS, Number


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.rule)
def test_each_row_has_something_that_holds_it(number: Number) -> None:
    assert number.kind in {"national-id", "tax-id", "ssn"}
    assert number.words == number.words.lower()
    if number.check:
        assert callable(importlib.import_module(f"stdnum.{number.check}").is_valid)
    else:
        assert number.form or not any(number.layouts.values()), "without a check, a word has to stand beside it"


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.rule)
def test_layouts_are_of_known_signs_and_sure_within_reason(number: Number) -> None:
    for layout, alone in number.layouts.items():
        assert re.fullmatch(r"[9A# ./+-]+", layout)
        assert 0 <= alone <= number.known <= 1


def test_rules_are_distinct_and_of_many_countries() -> None:
    assert len({number.rule for number in NUMBERS}) == len(NUMBERS)
    assert len({number.country for number in NUMBERS}) >= 50
