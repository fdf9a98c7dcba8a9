"""Names are told from what was drawn at random."""

from __future__ import annotations

import random

import pytest

from benchmarks.guards.secrets import draw
from freehold.guards.secrets.letters import ODD, oddness


@pytest.mark.parametrize(
    "name",
    [
        "getElementsByTagName",
        "some_very_long_identifier_name",
        "BetaRawContentBlockDeltaEvent",
        "claude-sonnet-4-20250514",
        "test_2D_pathway_to_loads",
        "Donaudampfschifffahrtsgesellschaft",
        "MAX_CONCURRENT_REQUESTS_PER_HOST",
    ],
)
def test_a_name_is_not_odd(name: str) -> None:
    assert oddness(name) < ODD


@pytest.mark.parametrize("form", ["{b62:24}", "{b62:32}", "{url:43}", "{b64:40}", "{b36:32}", "{B36:32}"])
def test_what_is_drawn_at_random_is_odd(form: str) -> None:
    chance = random.Random(form)
    assert sum(oddness(draw(form, chance)) > ODD for _ in range(500)) >= 488


@pytest.mark.parametrize("run", ["", "a", "--", "é" * 30])
def test_there_is_no_run_without_an_answer(run: str) -> None:
    assert oddness(run) < ODD
