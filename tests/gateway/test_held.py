from __future__ import annotations

import pytest

from freehold.core.event import Event, Finished, Text, Thought, ToolCall
from freehold.gateway.held import size_of


@pytest.mark.parametrize(
    "event",
    [Text("a" * 1000), Thought("a" * 1000), ToolCall(0, arguments="a" * 1000), Finished(raw=b"a" * 1000)],
)
def test_what_an_event_carries_counts(event: Event) -> None:
    assert size_of(event) == size_of(Finished()) + 1000
