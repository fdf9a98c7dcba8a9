"""Examples, answers and ways to a score, for tests of what scores."""

from __future__ import annotations

import asyncio
from typing import Any

from freehold.core.event import Answer, Choice
from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import NOTHING, Around
from freehold.evaluate.scorers.reading import scorer


def example(expected: Any = None, *, question: str = "What?", **more: Any) -> Example:
    request = Request("", (Message("user", (TextPart(question),)),), "openai")
    return Example("ex_1", request, expected, **more)


def result(text: str = "", **more: Any) -> Result:
    whole: dict[str, Any] = {"answer": Answer(choices=[Choice(text=text, finish="stop")])}
    return Result(0, "ex_1", "answered", text, **(whole | more))


def score(name: str, text: str, expected: Any = None, around: Around = NOTHING, **more: Any) -> Scored:
    """What the scorer of that name says of a text."""
    scored = scorer(name, around)(example(expected, **more), result(text))
    return asyncio.run(scored)  # type: ignore[arg-type]


def value(name: str, text: str, expected: Any = None) -> float | None:
    return score(name, text, expected).value
