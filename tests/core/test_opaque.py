"""What of a request nobody can read."""

from __future__ import annotations

import pytest

from freehold.core.opaque import uninspectable
from freehold.core.request import (
    EmbeddingRequest,
    ImagePart,
    Message,
    OpaqueTool,
    Request,
    RerankRequest,
    TextPart,
    ThoughtPart,
    ToolResult,
)


def a_request(*parts: TextPart | ImagePart | ThoughtPart | ToolResult, **changes: object) -> Request:
    return Request("m", (Message("user", parts),), "openai", **changes)


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        (a_request(TextPart("a"), ToolResult("1", (TextPart("b"),)), extra={"top_a": 1}), ()),
        (a_request(ImagePart(url="https://x.test/y.png"), ThoughtPart(redacted="blob")), ("image", "redacted thought")),
        (a_request(ToolResult("1", (ImagePart(url="https://x.test/y.png"),))), ("image",)),
        (
            a_request(tools=(OpaqueTool("openai", "web_search", {}),), extra={"x": "y"}),
            ("opaque tool", "unknown fields"),
        ),
        (EmbeddingRequest("m", ((1, 2),)), ("token ids",)),
        (EmbeddingRequest("m", ("a",)), ()),
        (RerankRequest("m", "q", ("a",), extra={"documents": [{"image": "x"}]}), ("unknown fields",)),
    ],
)
def test_each_kind_is_told(asked: Request | EmbeddingRequest | RerankRequest, kinds: tuple[str, ...]):
    assert uninspectable(asked) == kinds
