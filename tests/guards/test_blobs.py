"""What base64 says is read where it is text, and nothing is taken for base64 that may be read as it stands."""

from __future__ import annotations

import base64

import pytest

from freehold.guards import blobs

TEXT = "the quick brown fox jumps over the lazy dog, twice and once more"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize("head", ["", "data:text/plain;base64,", "data:text/plain;charset=utf-8;base64,"])
def test_text_is_read_and_put_back_where_it_stood(head: str) -> None:
    written = head + encoded(TEXT.encode())

    assert blobs.said(written) == TEXT
    assert blobs.saying(TEXT, written) == written
    assert blobs.said(blobs.saying("Grüße " * 20, written)) == "Grüße " * 20


def test_nothing_can_be_read_in_what_is_no_text() -> None:
    assert blobs.said(encoded(bytes(range(256)))) == ""


@pytest.mark.parametrize("odd", [b"\xe9", b"\0", b"\0\xff"])
def test_what_is_nearly_all_text_stands_as_it_is(odd: bytes) -> None:
    assert blobs.said(encoded(odd + TEXT.encode())) is None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16"])
def test_utf16_stands_as_it_is(encoding: str) -> None:
    assert blobs.said(encoded(f"Get-Item {'a' * 60}".encode(encoding))) is None


@pytest.mark.parametrize("text", ["", TEXT, "c2hvcnQ=", encoded(TEXT.encode())[:-1], "https://example.com/" + "a" * 80])
def test_what_is_short_or_no_base64_stands_as_it_is(text: str) -> None:
    assert blobs.said(text) is None
