from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.core.request import Message, TextPart, ToolResult
from freehold.wire.bounds import MOST_PARTS_IN_ALL, check_parts

TEXT = TextPart("a")


@pytest.mark.parametrize("parts", [(TEXT,) * 99, (ToolResult("c", (TEXT,) * 98),)])
def test_parts_are_counted_over_all_messages_and_within_results(parts: tuple[TextPart | ToolResult, ...]) -> None:
    most = MOST_PARTS_IN_ALL // 99
    check_parts([Message("user", parts)] * most)
    with pytest.raises(BadRequest) as refused:
        check_parts([Message("user", parts)] * (most + 1))
    assert refused.value.param == "messages"
