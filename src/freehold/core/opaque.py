"""What of a request nobody can read: images, sound, and whatever only one dialect knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from freehold.core.request import (
    INSPECTABLE,
    AnyRequest,
    EmbeddingRequest,
    OpaqueTool,
    Part,
    RerankRequest,
    ThoughtPart,
    ToolResult,
)


def uninspectable(request: AnyRequest) -> tuple[str, ...]:
    """The kinds of content in the request that no guard can read, sorted; none for plain text.

    Unknown fields count where they hold text or structure, since a dialect of tomorrow may carry content in them.
    """
    kinds = (
        {"unknown fields"} if any(isinstance(value, str | list | dict) for value in request.extra.values()) else set()
    )
    if isinstance(request, EmbeddingRequest):
        if any(not isinstance(item, str) for item in request.inputs):
            kinds.add("token ids")
        return tuple(sorted(kinds))
    if isinstance(request, RerankRequest):
        return tuple(sorted(kinds))
    if any(isinstance(tool, OpaqueTool) for tool in request.tools):
        kinds.add("opaque tool")
    for message in request.messages:
        kinds.update(_kinds(message.parts))
    return tuple(sorted(kinds))


def _kinds(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, ToolResult):
            yield from _kinds(part.parts)
        elif isinstance(part, ThoughtPart):
            if part.redacted is not None:
                yield "redacted thought"
        elif not isinstance(part, INSPECTABLE):
            yield str(part.__struct_config__.tag)
