from __future__ import annotations

import random

import numpy as np
import pytest

from freehold.evaluate.watch.canaries import FEWEST, Canary, Reply, rank
from freehold.evaluate.watch.prompts import PROMPTS

ONE = ("The sky looks blue since", "Air scatters", "short waves are scattered more", "than long ones", "by molecules")
OTHER = ("**Answer:**", "Great question!", "Let us think", "Rayleigh scattering!", "I hope that this helps")


def asked(words: tuple[str, ...], chance: random.Random, logprob: float | None = None) -> dict[str, Reply]:
    """One day's answers: in an order of chance, as a target that is not the same twice."""
    spread = None if logprob is None else logprob + chance.gauss(0, 0.05)
    return {prompt: Reply(" ".join(chance.sample(words, 3)) + prompt[:8], spread) for prompt in PROMPTS[:12]}


def fed(canary: Canary, words: tuple[str, ...], days: int, seed: int = 1, logprob: float | None = None) -> Canary:
    chance = random.Random(seed)
    for day in range(days):
        canary = canary.after(asked(words, chance, logprob), day)
    return canary


def test_a_target_that_changes_is_found_within_two_days() -> None:
    before = fed(Canary("openai/x", 0.01), ONE, 8)
    after = fed(before, OTHER, 2, seed=2)

    assert not before.changed
    assert after.changed


def test_a_change_of_probabilities_alone_is_found() -> None:
    before = fed(Canary("openai/x", 0.01), ONE, 10, logprob=-0.2)
    after = fed(before, ONE, 4, seed=2, logprob=-0.8)

    assert not before.changed
    assert after.changed
    assert after.logprobs.e_value > after.texts.e_value


def test_false_alarms_are_within_their_rate_over_months_of_days() -> None:
    alarms = sum(fed(Canary("openai/x", 0.1), ONE, 20, seed).changed for seed in range(15))

    assert alarms <= 4


def test_answers_that_are_always_the_same_are_no_change() -> None:
    canary = Canary("openai/x", 0.05)
    for day in range(40):
        canary = canary.after({prompt: Reply("391") for prompt in PROMPTS}, day)

    assert not canary.changed


def test_the_first_days_are_only_kept() -> None:
    canary = fed(Canary("openai/x", 0.05), ONE, FEWEST)

    assert canary.texts.seen == 0
    assert fed(canary, ONE, 1).texts.seen == 12


def test_after_a_change_it_is_the_new_answers_that_are_compared_with() -> None:
    changed = fed(fed(Canary("openai/x", 0.01), ONE, 8), OTHER, 3, seed=2)
    anew = fed(changed.begun_anew(99), OTHER, 12, seed=5)

    assert anew.changed_ns == 99
    assert not anew.changed


def test_ranks_are_even_where_nothing_is_strange() -> None:
    apart = np.zeros((4, 4))

    assert rank(apart, 0.0) == 0.0
    assert rank(apart, 1.0) == pytest.approx(1.0)


def test_the_strangest_has_the_least_rank() -> None:
    values = np.array([1.0, 1.1, 0.9, 5.0])
    apart = np.abs(values[:, None] - values[None, :])

    assert rank(apart, 0.5) == pytest.approx(0.125)


def test_every_prompt_is_its_own() -> None:
    assert len(set(PROMPTS)) == len(PROMPTS) == 24
