"""What an answer holds is news only where it was not asked with."""

from __future__ import annotations

import pytest

from freehold.core.request import EmbeddingRequest, Message, TextPart, ToolResult
from freehold.guards.output import Asked
from support.decisions import a_request


@pytest.mark.parametrize("words", ["+49 30 901820", "+4930901820", "ADA@example.org", "from a tool", "in metadata"])
def test_what_was_asked_with_is_known_however_it_is_written(words: str) -> None:
    result = Message("tool", (ToolResult("1", (TextPart("this is from a tool"),)),))
    turn = Message("user", (TextPart("Call +49 (30) 901-820 or write to ada@example.org"),))
    assert Asked(a_request(messages=(turn, result), metadata={"a": "in metadata"})).holds(words)


@pytest.mark.parametrize("words", ["bob@example.org", "+49 30 901821"])
def test_anything_else_is_news(words: str) -> None:
    request = EmbeddingRequest("e", ("Call +49 (30) 901-820 or write to ada@example.org",))
    assert not Asked(request).holds(words)


def test_many_things_are_looked_up_in_time_that_grows_with_their_number_alone() -> None:
    text = " ".join(f"<ada{number}@clinic.test>" for number in range(400))
    request = EmbeddingRequest("e", (text,))
    asked = Asked(request, most=20 * len(text))
    assert asked.holds("da1@clin")
    assert all(asked.holds(f"ada{number}@clinic.test") for number in range(400))
    assert not asked.holds("ada400@clinic.test")
    # What is beyond the bound is news: it can only make a label rise.
    assert not asked.holds("da1@clin")
