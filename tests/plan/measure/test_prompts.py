"""Prompts of a load test."""

from __future__ import annotations

import random

import pytest

from freehold.plan.measure.prompts import REQUEST, WORDS, prompt_of


@pytest.mark.parametrize("tokens", [17, 50, 2000])
def test_it_has_about_as_many_tokens_as_words(tokens: int) -> None:
    prompt = prompt_of(tokens, random.Random(1))
    assert len(prompt.split()) == pytest.approx(tokens, abs=2)
    assert REQUEST in prompt


def test_no_two_begin_alike() -> None:
    """A cache of prefixes must not make the second one faster."""
    chance = random.Random(1)
    begun = {tuple(prompt_of(200, chance).split()[:8]) for _ in range(300)}
    assert len(begun) == 300


def test_its_words_are_plain() -> None:
    assert all(word.isascii() and word.islower() for word in WORDS)
    assert len(set(WORDS)) == len(WORDS)
