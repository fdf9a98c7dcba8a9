from __future__ import annotations

import random

import pytest

from freehold.evaluate.watch.looking import LEAST, Looking, chosen, root_of_risk


def test_answers_near_the_threshold_are_looked_at_more() -> None:
    looking = Looking()

    assert root_of_risk(0.9, 0.9) == 1.0
    assert root_of_risk(0.975, 0.9) == pytest.approx(0.5)
    assert looking.chance(root_of_risk(0.9, 0.9), 0.4) > looking.chance(root_of_risk(0.975, 0.9), 0.4) > LEAST
    assert looking.chance(0.0, 0.4) == LEAST


def test_where_no_rule_judges_all_are_alike() -> None:
    assert root_of_risk(None, 0.9) == root_of_risk(1.0, 1.0) == 1.0


def test_where_all_are_wanted_each_is_looked_at() -> None:
    assert Looking().chance(0.0, 1.0) == 1.0


@pytest.mark.parametrize("power", [0.0, 1.0, 3.0])
def test_the_wanted_share_is_looked_at_whatever_the_risks_are(power: float) -> None:
    """But for the safest, each of which is looked at with a chance of `LEAST` still."""
    source, looking, total = random.Random(1), Looking(), 0.0
    for _ in range(2000):
        root = source.random() ** power
        total += looking.chance(root, 0.4)
        looking = looking.after(root)

    assert 0.38 < total / 2000 < 0.47


def test_so_many_are_chosen_that_the_share_can_be_looked_at() -> None:
    assert chosen(0.05) == pytest.approx(0.125)
    assert chosen(0.9) == 1.0
    assert chosen(0.0) == 0.0
