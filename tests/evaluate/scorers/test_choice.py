from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.scorers.reading import scorer
from support.scored import score, value


@pytest.mark.parametrize(
    "text",
    [
        "B",
        "b)",
        "(B)",
        "**B**",
        "B. Paris",
        "The answer is (B).",
        "Answer: B",
        "**Answer:** B",
        "The correct answer is option B",
        r"So it is \boxed{B}.",
        r"\boxed{\text{B}}",
        "A is wrong, as is C. The answer is B",
        "The answer is A. No: the answer is B.",
        "First rule out A and C; what is left is B",
        "Choice B is correct",
        "I would choose answer B because A is bad",
        "A is not right. B is right.",
        "I think it would be B, as a matter of fact.",
    ],
)
def test_the_letter_that_is_meant_is_read(text: str) -> None:
    assert value("choice", text, "B") == 1


def test_other_letters_are_wrong_and_named() -> None:
    scored = score("choice", "The answer is C.", "B")
    assert scored.value == 0
    assert "C" in scored.reason


@pytest.mark.parametrize("text", ["", "I cannot tell", "Paris", "A cat sat there"])
def test_no_letter_is_read_where_none_is_meant(text: str) -> None:
    scored = score("choice", text, "B")
    assert scored.value == 0
    assert "no choice" in scored.reason


def test_expectations_are_letters_in_whatever_dress() -> None:
    assert value("choice", "B", "(b)") == 1
    assert value("choice", "B", "B. Paris") == 1
    assert value("choice", "B", "Berlin") is None


def test_letters_can_be_limited() -> None:
    assert value("choice:A-D", "The answer is E", "A") == 0
    assert value("choice:ABCDEFGHIJKLM", "The answer is M", "M") == 1
    with pytest.raises(BadRequest, match="choice:ABCD"):
        scorer("choice:abc")
