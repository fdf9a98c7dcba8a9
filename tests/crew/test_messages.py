"""Every message can be said by one side and heard by the other, and each answer has the number of its question."""

from __future__ import annotations

from typing import get_args

from freehold.crew import messages


def test_every_message_is_said_by_one_side_at_least() -> None:
    said = {*get_args(messages.FromHand), *get_args(messages.FromFirst)}
    made = {each for each in vars(messages).values() if isinstance(each, type) and issubclass(each, messages._Message)}
    assert made - {messages._Message} == said


def test_an_answer_has_a_number_and_is_said_by_the_first() -> None:
    for answer in messages.ANSWERS:
        assert "number" in answer.__struct_fields__
        assert answer in get_args(messages.FromFirst)
