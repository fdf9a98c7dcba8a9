from __future__ import annotations

import io

import msgspec

from freehold.knowledge.frames import read_frame, write_frame


class Said(msgspec.Struct):
    """A message."""

    text: str


def test_messages_come_out_as_they_went_in() -> None:
    stream = io.BytesIO()
    for text in ("ä", "", "x" * 100_000):
        write_frame(stream, Said(text))
    stream.seek(0)
    read = [msgspec.msgpack.decode(read_frame(stream) or b"", type=Said).text for _ in range(3)]
    assert read == ["ä", "", "x" * 100_000]
    assert read_frame(stream) is None


def test_a_message_that_breaks_off_is_none() -> None:
    stream = io.BytesIO()
    write_frame(stream, Said("words"))
    whole = stream.getvalue()
    for length in (len(whole) - 1, 9, 8, 3, 0):
        assert read_frame(io.BytesIO(whole[:length])) is None
