"""Which parts of a turn hold what nobody who asks has written: results of tools, documents, results of a search."""

from __future__ import annotations

from freehold.core.request import FilePart, OpaquePart, Part, Role, ToolResult

_PERCEIVED = frozenset({"image", "audio", "video"})
"""What one dialect alone knows and is looked at or heard, as the pictures and the sound that all of them know."""


def is_brought(part: Part, role: Role) -> bool:
    """Whether a part of a turn of this role is untrusted: others may have written what stands in it.

    Of what only its own dialect knows, an assistant's turn holds calls too, which the model wrote; there, only what is
    named a result was brought.
    """
    match part:
        case ToolResult() | FilePart():
            return True
        case OpaquePart(kind=kind):
            return kind.endswith("_result") if role == "assistant" else kind not in _PERCEIVED
        case _:
            return False
