"""Cutting event streams into frames, however the bytes arrive."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import AttemptFailed, Fault
from freehold.wire.sse import Frame, Splitter


def split(*chunks: bytes) -> list[Frame]:
    splitter = Splitter()
    frames = [frame for chunk in chunks for frame in splitter.feed(chunk)]
    return frames + splitter.end()


def meanings(frames: list[Frame]) -> list[tuple[str | None, bytes]]:
    return [(frame.event, frame.data) for frame in frames]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_of_the_standard_ends_a_line(end):
    stream = b"event: ping" + end + b"data: one" + end + b"data:two" + end + end + b"data: three" + end + end
    assert meanings(split(stream)) == [("ping", b"one\ntwo"), (None, b"three")]


def test_a_line_end_cut_between_cr_and_lf_is_one_line_end():
    frames = split(b"data: one\r", b"\n\r", b"\ndata: two\r", b"\n\r\n")
    assert meanings(frames) == [(None, b"one"), (None, b"two")]
    assert b"".join(frame.raw for frame in frames) == b"data: one\r\n\r\ndata: two\r\n\r\n"


def test_a_frame_is_given_as_soon_as_its_blank_line_is_there():
    splitter = Splitter()
    assert splitter.feed(b"data: one\n") == []
    assert meanings(splitter.feed(b"\n")) == [(None, b"one")]
    assert meanings(splitter.feed(b"data: two\r\n\r")) == [(None, b"two")]


def test_comments_and_other_fields_are_no_data():
    frames = split(b": hello\nid: 7\nretry: 100\ndata: one\nnonsense\n\n")
    assert meanings(frames) == [(None, b"one")]


def test_a_comment_alone_is_a_frame_without_data():
    assert split(b": keep-alive\n\n") == [Frame(None, b"", b": keep-alive\n\n")]


def test_only_one_space_after_the_colon_is_dropped():
    assert meanings(split(b"data:  x\n\n")) == [(None, b" x")]


def test_a_field_without_colon_has_an_empty_value():
    assert meanings(split(b"data\ndata: x\n\n")) == [(None, b"\nx")]


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_byte_order_mark_is_dropped_even_when_cut(cut):
    stream = b"\xef\xbb\xbfdata: one\n\n"
    assert split(stream[:cut], stream[cut:]) == [Frame(None, b"one", b"data: one\n\n")]


def test_a_last_frame_without_blank_line_is_read_and_given_one():
    assert split(b"data: one\n\ndata: two") == [
        Frame(None, b"one", b"data: one\n\n"),
        Frame(None, b"two", b"data: two\n\n"),
    ]


def test_nothing_remains_after_blank_lines():
    assert split(b"data: one\n\n\n") == [Frame(None, b"one", b"data: one\n\n")]


def test_a_frame_beyond_the_limit_is_refused():
    splitter = Splitter(limit=100)
    splitter.feed(b"data: " + b"x" * 90)
    with pytest.raises(AttemptFailed) as caught:
        splitter.feed(b"x" * 10)
    assert caught.value.fault is Fault.PROTOCOL


def test_a_frame_of_ten_megabytes_in_small_pieces_takes_linear_time():
    def seconds(size: int) -> float:
        splitter, piece = Splitter(), b"x" * 4096
        began = time.process_time()
        splitter.feed(b"data: ")
        for _ in range(size // len(piece)):
            splitter.feed(piece)
        (frame,) = splitter.feed(b"\n\n")
        assert len(frame.data) == size
        return time.process_time() - began

    seconds(1024 * 1024)
    # Rescanning from the start would be 2560 passes over megabytes: minutes, not a fraction of a second.
    assert seconds(10 * 1024 * 1024) < 5


@pytest.mark.parametrize(
    "stream",
    [
        *[end.join([b"data: a", b"", b"", b"data: b", b"", b"", b"", b""]) for end in (b"\n", b"\r\n", b"\r")],
        b"data: a\r\n\r\n\ndata: b\n\n\n",
    ],
)
def test_blank_lines_too_many_are_the_same_wherever_they_are_cut(stream):
    expected = meanings(split(stream))
    for first in range(len(stream)):
        for second in range(first, len(stream)):
            pieces = split(stream[:first], stream[first:second], stream[second:])
            assert meanings(pieces) == expected, (first, second)


lines = st.sampled_from([b"data: a", b"data:", b"event: e", b": c", b"id: 1", b"data: {}", b"", b"", b"\xef\xbb\xbf"])
line_ends = st.sampled_from([b"\n", b"\r\n", b"\r"])
streams = st.lists(st.tuples(lines, line_ends), max_size=30).map(lambda parts: b"".join(a + b for a, b in parts))


@given(streams, st.lists(st.integers(1, 7), max_size=40))
def test_any_chunking_gives_the_same_frames_and_loses_no_byte(stream, sizes):
    chunks, rest = [], stream
    for size in sizes:
        chunks.append(rest[:size])
        rest = rest[size:]
    whole, pieces = split(stream), split(*chunks, rest)
    assert meanings(pieces) == meanings(whole)
    sent = stream.removeprefix(b"\xef\xbb\xbf")
    for frames in (whole, pieces):
        kept = b"".join(frame.raw for frame in frames)
        assert kept.rstrip(b"\r\n") == sent.rstrip(b"\r\n")
        assert sent.startswith(kept) or kept.removesuffix(b"\n\n") in {sent, sent.rstrip(b"\r\n")}


def test_several_frames_in_one_chunk_keep_their_own_bytes():
    splitter = Splitter()
    splitter.feed(b"data: 0\n\n")
    frames = splitter.feed(b"data: 1\n\nevent: x\ndata: 2\n\n")
    assert frames == [Frame(None, b"1", b"data: 1\n\n"), Frame("x", b"2", b"event: x\ndata: 2\n\n")]
