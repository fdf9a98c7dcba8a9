"""Sizes of images, read from their first bytes."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.wire.pixels import size_of

EXIF = b"\xff\xe1" + struct.pack(">H", 2 + 900) + b"e" * 900
IMAGES = {
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x06\0\0\0",
    "gif": b"GIF89a" + struct.pack("<HH", 640, 480) + b"\0\0\0",
    "jpeg": b"\xff\xd8" + EXIF + b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 480, 640) + b"\x03" + b"\0" * 9,
    "webp lossy": b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480) + b"\0" * 9,
    "webp lossless": b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 639 | 479 << 14) + b"\0" * 9,
    "webp extended": b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0"
    + (639).to_bytes(3, "little")
    + (479).to_bytes(3, "little"),
}


@pytest.mark.parametrize("kind", IMAGES)
def test_each_kind(kind: str) -> None:
    assert size_of(base64.b64encode(IMAGES[kind] + b"rest" * 100).decode()) == (640, 480)


@pytest.mark.parametrize("kind", IMAGES)
@given(length=st.integers(0, 40))
def test_cut_short_or_spoilt_is_unknown_or_a_size(kind: str, length: int) -> None:
    size = size_of(base64.b64encode(IMAGES[kind][:length]).decode())
    assert size is None or min(size) > 0


@pytest.mark.parametrize("data", ["", "!", "aGVsbG8=", "é"])
def test_what_is_no_image(data: str) -> None:
    assert size_of(data) is None
