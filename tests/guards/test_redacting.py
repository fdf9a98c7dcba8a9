"""A text loses its findings while it comes, wherever it is cut, and little of it is kept back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from freehold.core.finding import Span
from freehold.guards.redacting import HELD, LONGEST_BLOCK, Redacting

_MAIL = re.compile(r"[a-z.]+@[a-z.]+[a-z]")
_KEY = re.compile(r"-----BEGIN KEY-----[\s\S]{0,4000}?-----END KEY-----")

LONG = "This is said at some length so that it does not fit into what is kept back. " * 3


def find(text: str) -> Iterator[Span]:
    for kind, pattern in (("email", _MAIL), ("private-key", _KEY)):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), kind, 1.0, "test")


def test_little_is_kept_back():
    stream, gone = Redacting(find, {}), 0
    for number, char in enumerate(LONG * 4, 1):
        gone += len(stream.feed(char))
        assert number - gone <= HELD + 64 + 12


def test_a_block_that_never_ends_goes_out_at_its_longest():
    stream, gone = Redacting(find, {}), 0
    said = "-----BEGIN KEY-----\n" + "abcdefg " * 2000
    for place in range(0, len(said), 50):
        gone += len(stream.feed(said[place : place + 50]))
    assert gone >= len(said) - LONGEST_BLOCK - 300
    assert gone + len(stream.flush()) == len(said)


def test_text_without_spaces_between_its_words_is_not_kept_back():
    stream = Redacting(find, {})
    assert len(stream.feed("这是一个很长的句子" * 40)) >= 9 * 40 - HELD - 1


def test_places_move_by_what_was_taken_out():
    stream = Redacting(find, {})
    text = stream.feed("ann@clinic.test wrote") + stream.flush()
    assert text[stream.moved(len("ann@clinic.test ")) :] == "wrote"


@pytest.mark.parametrize("size", [1, 7, 50, 400])
def test_of_findings_that_overlap_nothing_goes_out_wherever_it_is_cut(size: int):
    def both(text: str) -> Iterator[Span]:
        for match in re.finditer("hunter2@acme", text):
            yield Span(match.start(), match.end(), "email", 1.0, "test")
        for match in re.finditer("acme/x{40}", text):
            yield Span(match.start(), match.end(), "password", 0.6, "test", "secrets")

    said = f"{LONG}hunter2@acme/{'x' * 40} {LONG}"
    stream = Redacting(both, {})
    gone = "".join(stream.feed(said[place : place + size]) for place in range(0, len(said), size)) + stream.flush()
    assert gone == f"{LONG}[password] {LONG}"


def test_what_leads_is_read_and_does_not_go_out():
    def named(text: str) -> Iterator[Span]:
        for match in re.finditer(r"password: (\w+)", text):
            yield Span(match.start(1), match.end(1), "password", 0.8, "test", "secrets")

    stream = Redacting(named, {})
    stream.lead("password: ")
    assert stream.feed("hunter2") + stream.flush() == "[password]"
    assert stream.feed("hunter2") + stream.flush() == "hunter2"
