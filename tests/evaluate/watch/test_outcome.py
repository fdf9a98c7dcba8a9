from __future__ import annotations

import pytest

from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers import scorer
from freehold.evaluate.watch.outcome import alone, compared, reference

ASKED = Request("", (Message("user", (TextPart("Which?"),)),), "openai")


class Judged:
    """A judge with a fixed opinion."""

    name = "judge:fair"
    version = "1"

    def __init__(self, value: float | None, *, gates: bool = True) -> None:
        self.value = value
        self.gates = gates

    async def __call__(self, example: Example, result: Result) -> Scored:
        return Scored(self.value, "so it seems")


@pytest.mark.parametrize(
    ("name", "kept", "stronger", "harmed"),
    [
        ("exact", "Paris", "Paris", False),
        ("exact", "Paris", "Rome", True),
        ("normalised", "the  Paris!", "paris", False),
        ("choice", "I think B) Rome.", "The answer is (B)", False),
        ("choice", "A", "The answer is (B), not (A) as it seems", True),
        ("numeric", "It is 42.", "The answer is 42", False),
        ("json", '{"a": 1}', '```json\n{"a": 1}\n```', False),
        ("json", '{"a": 2}', '{"a": 1}', True),
    ],
)
async def test_a_difference_counts_as_harm(name: str, kept: str, stronger: str, harmed: bool) -> None:
    outcome = await compared(scorer(name), ASKED, kept, stronger, "internal")

    assert (outcome.harmed, outcome.by) == (harmed, "difference")


@pytest.mark.parametrize(("value", "harmed"), [(0.0, True), (0.5, False), (1.0, False), (None, None)])
async def test_a_judge_of_pairs_says_which_is_better(value: float | None, harmed: bool | None) -> None:
    outcome = await compared(Judged(value), ASKED, "a", "b", "internal")

    assert (outcome.harmed, outcome.by) == (harmed, "judge")


async def test_a_judge_that_is_not_certified_decides_nothing() -> None:
    outcome = await compared(Judged(0.0, gates=False), ASKED, "a", "b", "internal")

    assert outcome.harmed is None
    assert outcome.reason == "judge:fair is not certified"


async def test_an_answer_can_be_looked_at_alone() -> None:
    outcome = await alone(Judged(0.2), ASKED, "a", "confidential")

    assert (outcome.harmed, outcome.by) == (True, "judge-alone")


async def test_what_no_scorer_can_read_is_no_harm_and_no_peace() -> None:
    assert await reference(scorer("json"), ASKED, "no JSON at all") is None
    assert (await compared(scorer("choice"), ASKED, "B", "I cannot tell", "internal")).harmed is None
