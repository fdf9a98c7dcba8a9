"""Played judges do as they say, and are told from one another."""

from __future__ import annotations

import random

import pytest

from benchmarks.evaluate.judges import FOLDER, JUDGES, Played, passes, read, shown_first
from benchmarks.goals import DATA
from freehold.evaluate.judges.model import Gold, Pair, Thresholds
from support.scored import example

ASKED = example().request.messages
PAIRS: list[Gold] = [
    Pair(ASKED, f"first {n}" + " so" * (n % 2), f"second {n}" + " so" * (1 - n % 2), 1 if n % 4 < 2 else 2)
    for n in range(120)
]


@pytest.mark.parametrize("judge", [judge for judge in JUDGES if judge.goal in {0.0, 1.0}], ids=lambda judge: judge.name)
def test_good_judges_pass_and_others_do_not(judge: Played) -> None:
    passed = sum(passes(judge, PAIRS, seed, Thresholds()) for seed in range(5))
    assert passed >= 4 if judge.goal else passed == 0


def test_a_habit_and_a_steady_error_are_played() -> None:
    drawn = random.Random(1)
    pair = PAIRS[0]
    assert isinstance(pair, Pair)
    assert Played("x", 1.0, 0.0, shown_first, 1.0).hear(pair, drawn).said == (1.0, 0.0)
    assert all(len(set(Played("x", 0.5, 0.0, steady=True).hear(pair, drawn).said)) == 1 for _ in range(50))
    assert Played("x", 1.0, 0.0, off=1.0).hear(pair, drawn).said == (None, None)


@pytest.mark.skipif(not (DATA / FOLDER).is_dir(), reason="LLMBar is not there; FREEHOLD_BENCH_DATA names its folder")
def test_the_pairs_of_llmbar_are_read() -> None:
    assert len(read(DATA / FOLDER)) == 326
