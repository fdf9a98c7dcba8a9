"""What an example expects, as the texts to compare with, and how texts are quoted in a reason."""

from __future__ import annotations

from freehold.core.request import Json
from freehold.evaluate.model import Example, Scored


def texts(expected: Json) -> tuple[str, ...]:
    """What is expected, as texts any of which will do; none where it is not known or is no text and no number."""
    if isinstance(expected, str):
        return (expected,)
    if isinstance(expected, bool):
        return ("true" if expected else "false",)
    if isinstance(expected, int | float):
        return (f"{expected:g}" if isinstance(expected, float) else str(expected),)
    if isinstance(expected, list | tuple):
        return tuple(text for each in expected if not isinstance(each, list | tuple) for text in texts(each))
    return ()


def wanting(example: Example) -> Scored:
    """What a scorer of texts says where the example has none to compare with."""
    if example.expected is None:
        return Scored(None, "the example says nothing of what is expected")
    return Scored(None, f"a text is needed, and {_kind(example.expected)} is expected; the scorer json compares those")


def shown(text: str, most: int = 60) -> str:
    """A text in quotes, shortened, for a reason."""
    flat = " ".join(text[: 4 * most].split())
    return repr(flat if len(flat) <= most else f"{flat[:most]}...")


def _kind(value: Json) -> str:
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "something else"
