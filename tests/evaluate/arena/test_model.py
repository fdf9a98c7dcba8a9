from __future__ import annotations

from typing import get_args

from freehold.evaluate.arena.model import WON, Choice


def test_each_choice_is_worth_something_to_the_left_one() -> None:
    assert set(WON) == set(get_args(Choice))
    assert WON["left"] + WON["right"] == 2 * WON["tie"] == 2 * WON["bad"] == 1
