"""How many things a request may hold. Work is done for each of them, so a body of many tiny ones costs most.

Each bound lies far above what the APIs themselves take or what a conversation comes to, except for Anthropic's 100,000
messages, which nobody's context holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from freehold.core.errors import BadRequest
from freehold.core.request import Message, ToolResult

MOST_MESSAGES = 10_000
MOST_PARTS = 2_000
"""In one message, and in one tool's result; tool calls in one message too."""
MOST_PARTS_IN_ALL = 20_000
MOST_TOOLS = 1_000
MOST_STOPS = 64
"""Stop sequences."""


def check_parts(messages: Sequence[Message]) -> None:
    """Raises `BadRequest` where all messages together have more than `MOST_PARTS_IN_ALL` parts."""
    parts = [part for message in messages for part in message.parts]
    if len(parts) + sum(len(part.parts) for part in parts if isinstance(part, ToolResult)) > MOST_PARTS_IN_ALL:
        raise BadRequest(f"messages must have at most {MOST_PARTS_IN_ALL} parts together", param="messages")
