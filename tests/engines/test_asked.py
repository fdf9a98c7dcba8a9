from __future__ import annotations

import pytest

from freehold.core.request import Message, TextPart
from freehold.engines.asked import Asked, understand

FACTS = "The mill was built in 1800. It burned down in 1850. It was rebuilt in 1860."


def asked(text: str, system: str = "") -> Asked:
    messages = [Message("system", (TextPart(system),))] if system else []
    return understand([*messages, Message("user", (TextPart(text),))])


@pytest.mark.parametrize(
    "text",
    [
        f"When was the mill built?\n\n{FACTS}",
        f"{FACTS}\n\nWhen was the mill built?",
        f"{FACTS} When was the mill built?",
        f"<passage>\n{FACTS}\n</passage>\nQuestion: When was the mill built?\nAnswer:",
        f"```\n{FACTS}\n```\nWhen was the mill built?",
        f"Text: {FACTS}\n\nFrage: When was the mill built?",
    ],
)
def test_the_question_is_told_from_its_material(text: str) -> None:
    found = asked(text)
    assert found.kind == "answer"
    assert found.question == "When was the mill built?"
    assert " ".join(found.material) == FACTS


@pytest.mark.parametrize(
    ("text", "count", "words", "bullets"),
    [
        (f"Summarise in two sentences: {FACTS}", 2, None, False),
        (f"Summarize this as 3 bullet points\n\n{FACTS}", 3, None, True),
        (f"{FACTS}\n\nTL;DR", None, None, False),
        (f"Fasse den Text in einem Satz zusammen: {FACTS}", 1, None, False),
        (f"R\u00e9sume ce texte en trois phrases :\n{FACTS}", 3, None, False),
        (f"Summarise in at most 20 words: {FACTS}", None, 20, False),
        (f"What is the main point of this text?\n\n{FACTS}", None, None, False),
    ],
)
def test_a_summary_and_its_size_are_told(text: str, count: int | None, words: int | None, bullets: bool) -> None:
    found = asked(text)
    assert found.kind == "summary"
    assert (found.count, found.words, found.bullets) == (count, words, bullets)
    assert " ".join(found.material) == FACTS


def test_how_to_behave_is_no_material() -> None:
    found = asked("When was the mill built?", f"You are a guide. {FACTS} Answer briefly. Never guess.")
    assert " ".join(found.material) == FACTS


@pytest.mark.parametrize("text", ["Hello", "Who are you?", "", "Summarise", "   \n "])
def test_without_material_there_is_nothing_to_do(text: str) -> None:
    assert asked(text, "You are a helpful assistant.").kind == "nothing"


@pytest.mark.parametrize("text", ["Write a poem.", "Translate to French: hello", "\u00dcbersetze das: hallo"])
def test_making_something_new_is_told_from_reading(text: str) -> None:
    assert asked(text).kind == "create"


def test_long_text_alone_is_to_be_summarised() -> None:
    assert asked(" ".join([FACTS] * 5)).kind == "summary"


def test_a_conversation_without_a_user_asks_nothing() -> None:
    assert understand([Message("system", (TextPart(FACTS),))]) == Asked("nothing")
