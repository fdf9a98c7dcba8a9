from __future__ import annotations

import pytest

from freehold.evaluate.elsewhere.samples import Sample, score


@pytest.mark.parametrize(
    ("given", "value"),
    [(1, 1.0), (True, 1.0), (0.25, 0.25), (7, None), ("C", None), (None, None), (float("nan"), None)],
)
def test_only_a_number_from_0_to_1_is_a_score(given: object, value: float | None) -> None:
    assert score(given).value == value


def test_space_around_a_turn_does_not_tell_examples_apart() -> None:
    def asked(text: str) -> str:
        return Sample(({"role": "user", "content": text},), None, "", {}).asked

    assert asked(" 2+2?\n") == asked("2+2?") != asked("2+3?")
