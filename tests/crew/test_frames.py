"""Messages are whole or nothing, however their bytes come; what is no frame is told at once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.config import Config, load
from freehold.core.errors import Fault
from freehold.core.label import Label
from freehold.core.limits import Allowance, Quota
from freehold.crew.frames import MOST_FRAME, BadFrame, Reader, encode, frame
from freehold.crew.messages import Apply, Begun, FromFirst, FromHand, Left, Open, Opened, Outside, Piece, Remember
from freehold.engines.discover import Discovery

SAID = [
    Open(1, ("fh_1", 2, None, True, "text")),
    Left(7, Fault.CONNECT, 12),
    Remember([b"0123456789abcdef"], Label.parse("confidential;eu")),
    Piece(3, b"\x00\xff" * 100, more=True),
]


def framed(*messages: object) -> bytes:
    return frame([encode(message) for message in messages])


@given(st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=30))
def test_messages_come_out_as_they_went_in_however_they_are_cut(cuts: list[int]) -> None:
    data = framed(*SAID[:2]) + framed(*SAID[2:])
    reader: Reader[FromHand] = Reader(FromHand)
    came, start = [], 0
    for cut in [*cuts, len(data)]:
        came += list(reader.take(data[start : start + cut]))
        start += cut
    assert came == SAID


def test_a_whole_configuration_goes_over_the_line_with_its_secrets(tmp_path: Path) -> None:
    config = load(None, {"HOME": str(tmp_path), "OPENAI_API_KEY": "of-tests-alone"})
    reader: Reader[FromFirst] = Reader(FromFirst)
    (told,) = reader.take(framed(Apply(config, Discovery())))
    assert isinstance(told, Apply)
    assert isinstance(told.config, Config)
    assert told.config == config
    assert any(target.api_key is not None for target in told.config.targets)


@pytest.mark.parametrize(
    "message",
    [
        Opened(1, "the disk is full"),
        Outside(2, Fault.BREAKER, "left alone", 4.5),
        Begun(3, Allowance(requests=Quota(10, 3, 1.5))),
    ],
)
def test_what_the_first_says_comes_as_it_was_said(message: FromFirst) -> None:
    reader: Reader[FromFirst] = Reader(FromFirst)
    assert list(reader.take(framed(message))) == [message]


@pytest.mark.parametrize(
    "data",
    [
        (MOST_FRAME + 1).to_bytes(4, "big"),
        (3).to_bytes(4, "big") + b"\xc1\xc1\xc1",
        frame([encode(Opened(1))]),  # nothing that a hand says
        (1).to_bytes(4, "big") + msgspec.msgpack.encode(5),
    ],
)
def test_what_is_no_frame_is_told(data: bytes) -> None:
    reader: Reader[FromHand] = Reader(FromHand)
    with pytest.raises(BadFrame):
        list(reader.take(data))


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        encode(object())


@pytest.mark.parametrize("message", [Left(2**64), Opened(1, "half a \ud83d")])
def test_what_no_message_can_hold_is_refused(message: object) -> None:
    with pytest.raises(ValueError):
        encode(message)
