"""What others may have written is told from what the caller and the model did."""

from __future__ import annotations

import pytest

from freehold.core.request import FilePart, ImagePart, OpaquePart, Part, Role, TextPart, ToolResult
from freehold.guards.brought import is_brought


def opaque(kind: str) -> OpaquePart:
    return OpaquePart("anthropic", kind, {"type": kind})


@pytest.mark.parametrize(
    ("part", "role"),
    [
        (ToolResult("c1"), "tool"),
        (FilePart(text="page"), "user"),
        (FilePart(file_id="file_1"), "user"),
        (opaque("search_result"), "user"),
        (opaque("document"), "user"),
        (opaque("mcp_tool_result"), "assistant"),
    ],
)
def test_results_and_documents_are_brought(part: Part, role: Role) -> None:
    assert is_brought(part, role)


@pytest.mark.parametrize(
    ("part", "role"),
    [
        (TextPart("hello"), "user"),
        (ImagePart(url="https://pictures.example/a.png"), "user"),
        (opaque("image"), "user"),
        (opaque("server_tool_use"), "assistant"),
    ],
)
def test_what_caller_and_model_wrote_is_not(part: Part, role: Role) -> None:
    assert not is_brought(part, role)
