"""What a question looks like on the wire, and what is made of what comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

import msgspec
import pytest

from freehold.cli.answers import Answer, Facts, Question, whole
from freehold.cli.client import Client, Reply
from freehold.cli.errors import CommandFailed

HEADERS = {"x-freehold-id": "fh_1", "x-freehold-target": "home", "x-freehold-label": "internal"}


class Wire:
    """A transport that answers with what it was given and remembers what it was sent."""

    together = 1

    def __init__(self, *answers: tuple[Mapping[str, str], list[bytes]]) -> None:
        self.sent: list[tuple[str, str, Mapping[str, str], bytes | BinaryIO]] = []
        self._answers = list(answers)

    @contextmanager
    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | BinaryIO) -> Iterator[Reply]:
        self.sent.append((method, path, headers, body))
        said, pieces = self._answers.pop(0)
        yield Reply(200, said, iter(pieces))


def record(**fields: object) -> list[bytes]:
    told = {
        "target": "home",
        "label": {"value": "internal"},
        "attempts": [{}, {}],
        "ending": "completed",
        "cost": "0.5",
    }
    return [msgspec.json.encode({**told, **fields})]


def pieces_of(*frames: bytes) -> list[str]:
    return list(Answer(Client(Wire(), "k"), Reply(200, {}, iter(frames))).pieces())


def test_a_conversation_is_sent_whole_with_its_label() -> None:
    wire = Wire((HEADERS, [b'{"choices": [{"message": {"content": "yes"}}]}']))
    messages = [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hello"}]
    text, facts = whole(Client(wire, "secret"), Question(messages, "m", "restricted"))
    method, path, headers, body = wire.sent[0]
    assert (method, path) == ("POST", "/v1/chat/completions")
    assert headers["authorization"] == "Bearer secret"
    assert headers["x-freehold-label"] == "restricted"
    assert msgspec.json.decode(body) == {"model": "m", "messages": messages, "stream": False}
    assert (text, facts.id) == ("yes", "fh_1")


def test_a_refusal_is_text() -> None:
    frame = b'data: {"choices": [{"delta": {"refusal": "I will not"}}]}\n\n'
    assert pieces_of(frame, b"data: [DONE]\n\n") == ["I will not"]


def test_frames_may_come_in_any_pieces() -> None:
    stream = b'data: {"choices": [{"delta": {"content": "a"}}]}\n\n: ping\n\ndata: {"choices": []}\n\ndata: [DONE]\n\n'
    assert "".join(pieces_of(*(bytes([byte]) for byte in stream))) == "a"


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ([b'data: {"choices": []}\n\n'], "broke off before its end"),
        ([b'data: {"error": {"message": "the disk is full"}}\n\n'], "the disk is full"),
        ([b"data: <html>\n\n"], "no answer in OpenAI's dialect"),
    ],
)
def test_a_stream_that_does_not_end_well(frames: list[bytes], said: str) -> None:
    with pytest.raises(CommandFailed, match=said):
        pieces_of(*frames)


def test_facts_of_a_stream_come_from_the_record_once_it_is_settled() -> None:
    wire = Wire(({}, record(ending="open", cost="0")), ({}, record()))
    facts = Answer(Client(wire, "k"), Reply(200, HEADERS, iter(()))).facts()
    assert [path for _, path, _, _ in wire.sent] == ["/api/requests/fh_1"] * 2
    assert facts == Facts("fh_1", "home", "internal", 2, "0.5")
    assert facts.sentence() == "home after 2 attempts · internal · $0.5 · fh_1"


def test_facts_that_the_headers_hold_are_not_asked_for() -> None:
    wire = Wire()
    facts = Answer(Client(wire, "k"), Reply(200, {**HEADERS, "x-freehold-cost": "0.1"}, iter(()))).facts()
    assert facts.cost == "0.1"
    assert wire.sent == []


def test_what_is_no_answer_is_said() -> None:
    with pytest.raises(CommandFailed, match="no answer in OpenAI's dialect"):
        whole(Client(Wire((HEADERS, [b"<html>"])), "k"), Question([]))
