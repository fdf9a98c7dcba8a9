"""Finders over requests: whatever they are written like, settled, remembered, in time that grows with the length."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
import threading
import time
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.guards.evasions import WAYS
from freehold.core.finding import Span
from freehold.core.request import (
    EmbeddingRequest,
    Message,
    OutputFormat,
    Request,
    Sampling,
    TextPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.guards.scan import LARGE, OVERLAP, SLICE, UNREAD, Scanner, settle
from freehold.guards.traversal import rewrite
from freehold.wire.openai import ChatCaller

TOKEN = "gh" + "p_" + "a1B2c3D4e5" * 3 + "Zz9988"
_EMAIL = re.compile(r"(?<![\w.])[\w.]{1,20}@[\w]{1,20}\.(?:com|org)(?!\w)")
_TOKEN = re.compile(r"(?<![A-Za-z0-9])ghp_[A-Za-z0-9]{36}(?![A-Za-z0-9])")
_PASSWORD = re.compile(r"password: (\S{4,20})")


def emails(text: str) -> Iterable[Span]:
    return [Span(*match.span(), "email", 0.9, "email") for match in _EMAIL.finditer(text)]


def tokens(text: str) -> Iterable[Span]:
    found = [Span(*match.span(), "token", 0.95, "token", "secrets") for match in _TOKEN.finditer(text)]
    return found + [Span(*match.span(1), "password", 0.8, "named", "secrets") for match in _PASSWORD.finditer(text)]


@pytest.fixture
def scanner() -> Scanner:
    return Scanner([emails, tokens])


def chat(*texts: str, **fields: Any) -> Request:
    return Request("auto", tuple(Message("user", (TextPart(text),)) for text in texts), "openai", **fields)


def stretches(text: str, spans: Iterable[Span]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def test_spans_are_of_the_text_as_it_was_given(scanner):
    text = "Write to anna%40example.com or to berta@example.org."

    assert stretches(text, scanner.scan(text)) == ["anna%40example.com", "berta@example.org"]


@pytest.mark.parametrize("way", WAYS)
def test_a_token_is_found_in_whatever_way_it_is_written(scanner, way):
    text = f"This one, please: {WAYS[way](TOKEN)} , thank you"

    assert "token" in [span.kind for span in scanner.scan(text)]


@given(st.text(max_size=200), st.sampled_from(sorted(WAYS)), st.text(max_size=30))
def test_spans_lie_within_any_text_and_apart_from_each_other(before, way, after):
    text = f"{before} {WAYS[way](TOKEN)} {after}"

    spans = Scanner([emails, tokens]).scan(text)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    for family in {span.family for span in spans}:
        own = [span for span in spans if span.family == family]
        assert all(left.end <= right.start for left, right in itertools.pairwise(own))


def test_the_surest_holds_then_the_longest():
    sure, long, short = Span(2, 4, "a", 0.9, "a"), Span(0, 9, "b", 0.5, "b"), Span(10, 12, "c", 0.5, "c")
    longer, apart = Span(9, 13, "d", 0.5, "d"), Span(20, 21, "e", 0.1, "e")

    assert settle([short, long, apart, sure, longer]) == (sure, longer, apart)
    assert settle([]) == ()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8), st.sampled_from([0.3, 0.6, 0.9]))))
def test_settled_spans_are_the_same_as_by_looking_at_each_pair(drawn):
    spans = [Span(start, start + length, "k", sure, "r") for start, length, sure in drawn]
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (-span.confidence, span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)

    assert settle(spans) == tuple(sorted(kept, key=lambda span: span.start))


def test_what_is_surely_an_address_may_be_a_password_too(scanner):
    text = "the password: hunter2@acme.org"

    assert [span.kind for span in scanner.scan(text)] == ["email", "password"]
    assert [each.span.kind for each in scanner.scan_request(chat(text))] == ["email", "password"]


def test_what_was_seen_is_not_looked_at_again():
    looked: list[str] = []

    def note(text: str) -> Iterable[Span]:
        looked.append(text)
        return emails(text)

    scanner = Scanner([note])
    text = "a long enough letter, with anna@example.com somewhere in it"

    assert scanner.scan(text) == scanner.scan(text)
    assert looked == [text]


def with_tool(description: str) -> Request:
    function = {"name": "f", "description": description, "parameters": {"properties": {"a": {"default": 1}}}}
    body = {
        "model": "auto",
        "messages": [{"role": "user", "content": "hi"}],
        "tools": [{"type": "function", "function": function}],
    }
    return ChatCaller().parse(json.dumps(body).encode())


def test_tools_without_findings_are_known_again_as_they_were_sent():
    looked: list[str] = []

    def note(text: str) -> Iterable[Span]:
        looked.append(text)
        return tokens(text)

    scanner = Scanner([note])
    for _ in range(2):
        assert scanner.scan_request(with_tool("a description of some length, longer than a line of a poem")) == []
    assert len(looked) == 1

    for _ in range(2):
        (finding,) = scanner.scan_request(with_tool(f"a description of some length, with {TOKEN}"))
        assert finding.where == "tools[0].description"


def test_a_text_that_is_encoded_too_deep_counts_as_a_secret_beside_what_is_found_in_it(scanner):
    deep = "nothing to see here, move along please"
    for _ in range(6):
        deep = base64.b64encode(deep.encode()).decode()
    text = f"anna@example.com {deep}"

    spans = scanner.scan(text)

    assert [(span.kind, span.family) for span in spans] == [("email", "personal-data"), (UNREAD, "secrets")]
    assert "".join(stretches(text, spans)) == text
    assert all(span.confidence >= 0.5 for span in spans)


def test_a_short_text_that_is_encoded_too_deep_counts_beside_others_too(scanner):
    deep = "mail a@b.example"
    for _ in range(5):
        deep = base64.b64encode(deep.encode()).decode()

    request = msgspec.structs.replace(chat("hello"), metadata={"a": "anna@b.com", "b": deep, "c": "and so on"})

    assert [(each.where, each.span.kind) for each in scanner.scan_request(request)] == [
        ("metadata{0}", "email"),
        ("metadata{1}", UNREAD),
    ]


def numbers(text: str) -> Iterable[Span]:
    return [Span(*match.span(), "number", 0.8, "n") for match in re.finditer(r"(?<!\d)\d{6,600}(?!\d)", text)]


def test_half_of_something_that_a_layer_cuts_off_is_nothing():
    assert Scanner([numbers]).scan("7" * 2_000 + "%41" + "8" * 2_000) == ()


def test_texts_that_have_nothing_to_do_with_each_other_are_not_read_as_one():
    def across(text: str) -> Iterable[Span]:
        return [Span(*match.span(), "k", 0.8, "r") for match in re.finditer(r"one\s+two", text)]

    assert Scanner([across]).scan_request(chat("hi", sampling=Sampling(stop=("the one", "two, then")))) == []
    assert len(Scanner([across]).scan_request(chat("hi", sampling=Sampling(stop=("the one two", "three"))))) == 1


def test_what_is_whole_in_one_turn_does_not_grow_into_the_next():
    (finding,) = Scanner([numbers]).scan_request(chat("call 123456", "789 items are here"))

    assert (finding.where, finding.span.start, finding.span.end) == ("messages[0].parts[0].text", 5, 11)


@pytest.mark.parametrize("length", [SLICE - 20, SLICE - OVERLAP - 5, 2 * SLICE, 100_000])
def test_nothing_is_lost_where_a_long_text_is_sliced(scanner, length):
    text = "word " * (length // 5) + f"x {TOKEN} y " + "word " * 20_000

    assert stretches(text, scanner.scan(text)) == [TOKEN]


REQUESTS = {
    "a turn": chat(f"use {TOKEN} now"),
    "a name": Request("auto", (Message("user", (TextPart("hi"),), TOKEN),), "openai"),
    "a call's argument": Request(
        "auto", (Message("assistant", (ToolUse("1", "f", json.dumps({"k": TOKEN})),)),), "openai"
    ),
    "a call's key": Request("auto", (Message("assistant", (ToolUse("1", "f", json.dumps({TOKEN: 1})),)),), "openai"),
    "a call's id": Request("auto", (Message("assistant", (ToolUse(TOKEN, "f", "{}"),)),), "openai"),
    "a result": Request("auto", (Message("tool", (ToolResult("1", (TextPart(TOKEN),)),)),), "openai"),
    "a tool": chat("hi", tools=(Tool("f", {"properties": {"a": {"default": TOKEN}}}),)),
    "a description": chat("hi", tools=(Tool("f", {}, f"Send {TOKEN} along"),)),
    "a schema": chat("hi", output=OutputFormat("schema", "n", {"enum": [TOKEN]})),
    "a stop sequence": chat("hi", sampling=Sampling(stop=(TOKEN,))),
    "metadata": chat("hi", metadata={"k": TOKEN}),
    "a key of metadata": chat("hi", metadata={TOKEN: "v"}),
    "the user": chat("hi", user=TOKEN),
    "an unknown field": chat("hi", extra={"x": [{"y": TOKEN}]}),
}


@pytest.mark.parametrize("place", REQUESTS)
def test_every_place_of_a_request_is_looked_at(scanner, place):
    request = REQUESTS[place]

    (finding,) = scanner.scan_request(request)
    told: dict[str, list[str]] = {}
    rewrite(request, lambda field: told.setdefault(field.where, []).append(field.text) or field.text)

    assert finding.span.kind == "token"
    assert TOKEN in [text[finding.span.start : finding.span.end] for text in told[finding.where]]


def test_a_key_speaks_for_its_value(scanner):
    request = chat("hi", metadata={"password": "hunter22"})

    (finding,) = scanner.scan_request(request)

    assert (finding.span.kind, finding.span.start, finding.span.end) == ("password", 0, 8)


def test_what_only_looks_like_a_secret_is_an_id_where_ids_stand():
    def shapes(text: str) -> Iterable[Span]:
        return [Span(*match.span(), "shape", 0.7, "shape", "secrets") for match in re.finditer(r"[a-z0-9]{20,}", text)]

    call = ToolUse("call9a8b7c6d5e4f3g2h1i0j", "look", '{"q": "9a8b7c6d5e4f3g2h1i0jklm"}')
    findings = Scanner([shapes]).scan_request(Request("auto", (Message("assistant", (call,)),), "openai"))

    assert [finding.where for finding in findings] == ["messages[0].parts[0].arguments{0}"]


@pytest.mark.parametrize("at", range(1, len(TOKEN)))
def test_a_token_in_two_halves_is_found_in_both(scanner, at):
    request = chat(f"first {TOKEN[:at]}", f"{TOKEN[at:]} then")

    findings = scanner.scan_request(request)

    assert [(each.where, each.span.start, each.span.end) for each in findings] == [
        ("messages[0].parts[0].text", 6, 6 + at),
        ("messages[1].parts[0].text", 0, len(TOKEN) - at),
    ]


def test_a_token_in_many_pieces_is_found_in_all(scanner):
    request = chat("It is", TOKEN[:9], TOKEN[9:20], TOKEN[20:33], TOKEN[33:])

    found = {each.where for each in scanner.scan_request(request)}

    assert found == {f"messages[{number}].parts[0].text" for number in range(1, 5)}


def test_the_halves_of_a_token_are_found_although_an_answer_stands_between_them(scanner):
    request = Request(
        "auto",
        (
            Message("user", (TextPart(f"remember {TOKEN[:20]}"),)),
            Message("assistant", (TextPart("I shall."),)),
            Message("user", (TextPart(f"{TOKEN[20:]} as well"),)),
        ),
        "openai",
    )

    assert [each.where for each in scanner.scan_request(request)] == [
        "messages[0].parts[0].text",
        "messages[2].parts[0].text",
    ]


async def test_a_large_request_is_looked_at_in_a_thread_and_leaves_the_loop_free(scanner):
    threads: list[int] = []

    def slow(_: str) -> Iterable[Span]:
        threads.append(threading.get_ident())
        time.sleep(0.01)
        return ()

    request = chat("word " * LARGE)
    turns = 0
    task = asyncio.ensure_future(Scanner([slow]).scan_later(request))
    async with asyncio.timeout(30):
        while not task.done():
            await asyncio.sleep(0.001)
            turns += 1

    assert await task == []
    assert threading.get_ident() not in threads
    assert turns > 5


async def test_a_small_request_is_looked_at_at_once_with_the_same_result(scanner):
    request = REQUESTS["a turn"]

    assert await scanner.scan_later(request) == scanner.scan_request(request)


@pytest.mark.parametrize(
    "unit",
    ["1", "@", "a.", "aB3/", "-", "4 ", "%41", "\\", "&#65;", "\u200ba", "а", "a\n", "a@a.", ".-", "{", "ﬁ", "="],
)  # fmt: skip
def test_time_grows_with_the_length(unit):
    """By the characters that the finders are given and the layers have, which no other work on the machine changes."""
    given_to: list[int] = []

    def count(text: str) -> Iterable[Span]:
        given_to.append(len(text))
        return ()

    work = []
    for length in (20_000, 80_000):
        given_to.clear()
        Scanner([count]).scan((unit * length)[:length])
        work.append(sum(given_to))
        assert max(given_to) <= SLICE

    assert work[1] <= 6 * work[0]
    assert work[1] <= 8 * 80_000 + 40_000


def test_what_is_embedded_is_read_across_its_texts(scanner):
    request = EmbeddingRequest("auto", ("this is anna@exa", "mple.com, see"), "openai")

    assert [each.where for each in scanner.scan_request(request)] == ["inputs[0]", "inputs[1]"]
