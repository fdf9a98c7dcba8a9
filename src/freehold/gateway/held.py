"""How much of an answer may be held in memory: an answer that never ends must not fill it."""

from __future__ import annotations

from freehold.core.event import Event, Text, Thought, ToolCall

HELD_LIMIT = 64 * 1024 * 1024
"""Bytes, roughly."""

_EVENT_SIZE = 256


def size_of(event: Event) -> int:
    """The bytes that an event takes while it is held, roughly: its own, the provider's bytes, and its text."""
    size = _EVENT_SIZE + len(event.raw or b"")
    match event:
        case Text() | Thought():
            return size + len(event.text)
        case ToolCall():
            return size + len(event.arguments)
        case _:
            return size
