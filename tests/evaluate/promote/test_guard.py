from __future__ import annotations

import random

from freehold.evaluate.promote.guard import Guard, Turn, begun


def fed(new: dict[str, float], others: dict[str, float], turns: int = 600, seed: int = 3) -> Guard:
    """Both kinds in turn, each with its chance of failing and its usual time."""
    chance = random.Random(seed)
    guard = begun(0.05)
    for _ in range(turns):
        for kind, is_new in ((others, False), (new, True)):
            guard = guard.after(
                Turn(chance.random() < kind["fails"], kind["ms"] * chance.uniform(0.7, 1.4), kind.get("score")),
                new=is_new,
            )
    return guard


USUAL = {"fails": 0.02, "ms": 400.0}


def test_a_new_target_that_is_like_the_others_stays() -> None:
    guard = fed(USUAL, USUAL)

    assert guard.why_back() is None
    assert guard.pairs == 600


def test_one_that_fails_more_often_goes() -> None:
    assert "fails more often" in (fed({**USUAL, "fails": 0.2}, USUAL).why_back() or "")


def test_one_that_takes_twice_as_long_goes() -> None:
    assert "times as long" in (fed({**USUAL, "ms": 900.0}, USUAL).why_back() or "")


def test_one_that_scores_worse_goes() -> None:
    guard = fed({**USUAL, "score": 0.5}, {**USUAL, "score": 0.9})

    assert "score worse" in (guard.why_back() or "")


def test_what_fails_is_not_timed() -> None:
    guard = begun(0.05).after(Turn(True, 1.0), new=False).after(Turn(False, 5000.0), new=True)

    assert (guard.pairs, guard.latency.seen, guard.failures.seen) == (1, 0, 1)


def test_those_without_a_partner_wait_and_are_bounded() -> None:
    guard = begun(0.05)
    for _ in range(500):
        guard = guard.after(Turn(False, 1.0), new=False)

    assert guard.pairs == 0
    assert len(guard.others) == 64
    assert guard.after(Turn(False, 1.0), new=True).pairs == 1
