"""Findings are taken out of an answer while it comes, wherever it is cut, and little is kept back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from freehold.core.event import Event, Finished, Ready, Text, ToolCall, gather
from freehold.core.finding import Span
from freehold.guards.redact_stream import redact_events

_MAIL = re.compile(r"[a-z.]+@[a-z.]+[a-z]")
_CARD = re.compile(r"(?<!\d)\d{4} ?\d{4} ?\d{4} ?\d{4}(?!\d)")
_KEY = re.compile(r"-----BEGIN KEY-----[\s\S]{0,4000}?-----END KEY-----")
_TOKEN = re.compile(r"tok-\w+")


def find(text: str) -> Iterator[Span]:
    for kind, pattern in (("email", _MAIL), ("card", _CARD), ("private-key", _KEY), ("token", _TOKEN)):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), kind, 1.0, "test")


LONG = "This is said at some length so that it does not fit into what is kept back. " * 3
SAID = (
    f"{LONG}Write to ann@clinic.test or bob@clinic.test. {LONG}Card 4111 1111 1111 1111! {LONG}ann@clinic.test\n"
    f"-----BEGIN KEY-----\n{'abcdefgh' * 60}\n-----END KEY-----\n{LONG} tok-{'a1' * 400} {LONG}"
)
DUE = f"{LONG}Write to [email] or [email 2]. {LONG}Card [card]! {LONG}[email]\n[private-key]\n{LONG} [token] {LONG}"


def through(pieces: list[str]) -> str:
    events = redact_events(Ready([*map(Text, pieces), Finished()]), find)
    assert isinstance(events, Ready)
    return gather(events.events).choices[0].text


@pytest.mark.parametrize("size", [1, 2, 3, 5, 17, 64, 100, 159, 160, 161, 1000, 9999])
def test_all_is_taken_out_wherever_it_is_cut(size: int):
    assert through([SAID[place : place + size] for place in range(0, len(SAID), size)]) == DUE


def test_every_cut_in_two():
    said = f"{LONG}4111 1111 1111 1111 and ann@clinic.test"
    for place in range(len(LONG) - 20, len(said)):
        assert through([said[:place], said[place:]]) == f"{LONG}[card] and [email]"


def test_arguments_stay_json():
    calls: list[Event] = [ToolCall(0, "c", "f")]
    said = json.dumps({"to": "ann@clinic.test", "card": 4111111111111111, "why": '"ann@clinic.test"'})
    events = redact_events(Ready([*calls, *(ToolCall(0, arguments=char) for char in said), Finished()]), find)
    assert isinstance(events, Ready)
    arguments = gather(events.events).choices[0].calls[0].arguments
    assert json.loads(arguments) == {"to": "[email]", "card": "[card]", "why": '"[email]"'}
