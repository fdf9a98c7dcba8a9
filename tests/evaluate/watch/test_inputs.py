from __future__ import annotations

import random

import pytest

from freehold.core.errors import BadRequest
from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.watch.inputs import Inputs, prompt_of

BILLS = ("invoice", "payment", "account", "charged twice", "refund", "card", "statement", "due date", "late fee")
CODE = ("def", "return", "lambda x:", "import re", "class Stack", "traceback", "pytest", "async for", "yield")


def prompts(words: tuple[str, ...], size: int, seed: int, longest: int = 8) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(words, k=chance.randint(4, longest))) for _ in range(size)]


def fed(inputs: Inputs, texts: list[str]) -> Inputs:
    for text in texts:
        inputs.add(text)
    return inputs


def test_other_work_is_told() -> None:
    stands = fed(Inputs(prompts(BILLS, 120, 1)), prompts(CODE, 60, 2)).stands()

    assert stands.alarm
    assert stands.measures["wording"] > 40


def test_longer_prompts_of_the_same_kind_are_told() -> None:
    stands = fed(Inputs(prompts(BILLS, 120, 1)), prompts(BILLS, 80, 2, longest=90)).stands()

    assert stands.alarm
    assert stands.measures["length"] > 40


def test_the_same_work_is_not() -> None:
    calibration, asked = prompts(BILLS, 120, 1), prompts(BILLS, 400, 2)
    stands = fed(Inputs(calibration), asked).stands()

    assert not stands.alarm
    assert (stands.seen, stands.calibration) == (len([text for text in asked if text not in calibration]), 120)


def test_what_the_calibration_asked_is_no_change_when_it_is_asked_again() -> None:
    calibration = prompts(BILLS, 120, 1)
    stands = fed(Inputs(calibration), calibration * 2).stands()

    assert not stands.alarm
    assert stands.seen == 0


def test_too_little_to_compare_with_is_said() -> None:
    with pytest.raises(BadRequest, match="needs 40 calibration prompts, and there are 5"):
        Inputs(prompts(BILLS, 5, 1))


def test_the_prompt_is_what_the_user_said_last() -> None:
    said = [Message("user", (TextPart("first"),)), Message("assistant", (TextPart("yes"),))]

    assert prompt_of(Request("auto", (*said, Message("user", (TextPart("then"),))), "openai")) == "then"
    assert prompt_of(Request("auto", (Message("system", (TextPart("rules"),)),), "openai")) == ""
