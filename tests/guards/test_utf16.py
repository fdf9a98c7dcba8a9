"""Bytes that are text in UTF-16, and those that are not."""

from __future__ import annotations

import pytest

from freehold.guards.utf16 import utf16


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_of_ascii_is_read(encoding: str) -> None:
    assert utf16("Get-Item .\r\n".encode(encoding)) == "Get-Item .\r\n"


@pytest.mark.parametrize("content", [b"", b"plain", b"\0\0\1\2", "Zo\u0161".encode("utf-16-le"), bytes(range(64))])
def test_anything_else_is_not(content: bytes) -> None:
    assert utf16(content) is None
