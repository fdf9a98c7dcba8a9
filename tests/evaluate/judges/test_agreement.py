from __future__ import annotations

import random

import pytest
from scipy.stats import binom

from freehold.evaluate.judges.agreement import agreement, itself, kappa, leaning, length, measures, position, right
from freehold.evaluate.judges.model import Gold, Heard, Pair, Point, Thresholds
from support.scored import example

ASKED = example().request.messages
LONGER_IS_BETTER = Pair(ASKED, "a long answer", "short", 1)
SHORTER_IS_BETTER = Pair(ASKED, "a long answer", "short", 2)
GOOD, BAD = Point(ASKED, "x", True), Point(ASKED, "x", False)


def test_a_judgement_is_right_in_so_many_of_its_orders() -> None:
    assert right(LONGER_IS_BETTER, Heard((1.0, 1.0))) == 1
    assert right(LONGER_IS_BETTER, Heard((1.0, 0.0))) == 0.5
    assert right(LONGER_IS_BETTER, Heard((0.5, 0.5))) == 0.5
    assert right(SHORTER_IS_BETTER, Heard((1.0, None))) == 0
    assert right(GOOD, Heard((0.75,))) == 1
    assert right(BAD, Heard((0.75,))) == 0
    assert right(BAD, Heard((0.5,))) == 0.5


def test_agreement_is_their_mean() -> None:
    found = agreement([GOOD, BAD], [Heard((1.0,)), Heard((1.0,))], 0.9)
    assert found.value == 0.5
    assert found.low < 0.5 < found.high


def test_a_judge_that_sees_places_is_told_from_one_that_errs() -> None:
    always_first = [(LONGER_IS_BETTER, Heard((1.0, 0.0)))] * 100
    assert position(always_first, 0.9).value > 0.9
    assert position([(LONGER_IS_BETTER, Heard((0.0, 1.0)))] * 100, 0.9).value < -0.9
    drawn = random.Random(1)
    errs = [(LONGER_IS_BETTER, Heard((float(drawn.random() < 0.9), float(drawn.random() < 0.9)))) for _ in range(500)]
    assert abs(position(errs, 0.9).value) < 0.05
    assert itself(errs, 0.9).value == pytest.approx(0.82, abs=0.05)


def test_a_judge_that_sees_length_is_told_from_one_that_errs() -> None:
    golds = [LONGER_IS_BETTER, SHORTER_IS_BETTER] * 100
    longer = [(each, Heard((1.0, 1.0))) for each in golds]
    assert length(longer, 0.9).value == 1
    shorter = [(each, Heard((0.0, 0.0))) for each in golds]
    assert length(shorter, 0.9).value == -1
    drawn = random.Random(1)
    errs = [(each, Heard((float((drawn.random() < 0.9) == (each.better == 1)),))) for each in golds * 3]
    assert abs(length(errs, 0.9).value) < 0.06


def test_length_is_that_of_the_better_answer() -> None:
    assert leaning(LONGER_IS_BETTER) == 1
    assert leaning(SHORTER_IS_BETTER) == -1
    assert leaning(Pair(ASKED, "ab", "cd", 1)) == 0


def test_kappa_is_beyond_chance() -> None:
    # Cohen 1960 by hand: 40 and 40 agree, 10 and 10 do not; 0.8 met, 0.5 by chance.
    golds: list[Gold] = [GOOD] * 50 + [BAD] * 50
    said = [Heard((1.0,))] * 40 + [Heard((0.0,))] * 10 + [Heard((0.0,))] * 40 + [Heard((1.0,))] * 10
    assert kappa(golds, said, 0.9).value == pytest.approx(0.6)
    # Always good, where nearly all is good: much agreement, and none beyond chance.
    golds = [GOOD] * 95 + [BAD] * 5
    assert kappa(golds, [Heard((1.0,))] * 100, 0.9).value == pytest.approx(0)


def test_the_interval_of_kappa_is_that_of_fleiss_cohen_and_everitt() -> None:
    # For two classes of equal margins the variance is po (1 - po) / (n (1 - pe)^2), with two added to the 100.
    golds: list[Gold] = [GOOD] * 50 + [BAD] * 50
    said = [Heard((1.0,))] * 40 + [Heard((0.0,))] * 10 + [Heard((0.0,))] * 40 + [Heard((1.0,))] * 10
    found, met = kappa(golds, said, 0.95), 81 / 102
    half = 1.959964 * (met * (1 - met) / 102) ** 0.5 / 0.5
    assert (found.low, found.high) == pytest.approx((2 * met - 1 - half, 2 * met - 1 + half), rel=1e-6)


def test_a_judge_is_seldom_taken_for_a_better_one_than_it_is() -> None:
    # Right in 98 of 100: kappa is 0.96. Of 30 good and 30 bad, every number of either that it may get right.
    golds: list[Gold] = [GOOD] * 30 + [BAD] * 30
    overrated = 0.0
    for good in range(22, 31):
        for bad in range(22, 31):
            said = [float(place < good) for place in range(30)] + [float(place >= bad) for place in range(30)]
            chance = binom.pmf(good, 30, 0.98) * binom.pmf(bad, 30, 0.98)
            overrated += chance * (kappa(golds, [Heard((each,)) for each in said], 0.9).low > 0.96)
    assert overrated <= 0.06


def test_a_judge_without_a_mistake_is_not_certain() -> None:
    found = kappa([GOOD, BAD] * 15, [Heard((1.0,)), Heard((0.0,))] * 15, 0.9)
    assert (found.value, found.high) == (1, 1)
    assert 0.7 < found.low < 0.9


def test_what_does_not_apply_is_not_measured() -> None:
    assert [each.name for each in measures([GOOD, BAD], [Heard((1.0,))] * 2, Thresholds())] == [
        "agreement",
        "kappa",
        "off format",
    ]
    rated = measures([LONGER_IS_BETTER, SHORTER_IS_BETTER], [Heard((1.0,))] * 2, Thresholds())
    assert [each.name for each in rated] == ["agreement", "kappa", "length", "off format"]
