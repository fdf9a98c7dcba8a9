"""Texts by their hashes: what makes no difference, what does, and that pieces never do."""

from __future__ import annotations

import hmac
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.gateway.traces import (
    MOST_DIGESTS,
    Trace,
    call_digest,
    digest_of,
    strings_in,
    trace_of,
    words,
)

FIRST = "The patient was seen on Tuesday and complained of a persistent cough at night [1]."
SECOND = "No allergies are known, and the chest was clear on both sides when it was listened to."


def keyed() -> hmac.HMAC:
    return hmac.new(b"k" * 32, digestmod="sha256")


@pytest.mark.parametrize(
    "other",
    [
        f"  {FIRST}\n",
        FIRST.replace(" [1]", ""),
        FIRST.replace("[1]", "[1, 3]"),
        FIRST.replace("[1]", "【1†L3】"),
        FIRST.replace(" ", "\t "),
        f"> **{FIRST}**",
        FIRST.replace("cough at", "cough\nat"),
    ],
)
def test_what_a_client_does_to_a_text_makes_no_difference(other: str) -> None:
    assert trace_of(keyed, other).whole() == trace_of(keyed, FIRST).whole()


@pytest.mark.parametrize("other", [FIRST.replace("Tuesday", "Monday"), FIRST + " Then he left.", FIRST.upper()])
def test_another_text_is_another(other: str) -> None:
    assert trace_of(keyed, other).whole() != trace_of(keyed, FIRST).whole()


def test_letters_count_composed_or_not() -> None:
    text = "Die Prüfung der Röntgenbilder ergab keine Auffälligkeiten am Brustkorb."
    assert words(unicodedata.normalize("NFD", text)) == words(text)


def test_text_that_is_no_unicode_is_still_hashed() -> None:
    assert words("caf\ud800é") == "café".encode()


def test_paragraphs_are_known_by_themselves() -> None:
    whole = trace_of(keyed, f"# Letter\n\n{FIRST}\n{SECOND}\n\nYours")
    for quoted in (FIRST, SECOND, f"{FIRST} {SECOND}", f"- {SECOND}"):
        assert trace_of(keyed, quoted).paragraphs <= whole.paragraphs
        assert trace_of(keyed, quoted).paragraphs
    assert not trace_of(keyed, "# Letter\n\nYours").paragraphs


def test_a_single_paragraph_is_the_same_alone_and_as_a_whole() -> None:
    trace = trace_of(keyed, FIRST)
    assert trace.paragraphs == {trace.whole()}


def test_what_is_short_is_known_in_its_context_alone() -> None:
    trace = trace_of(keyed, "Yes, he does.")
    assert trace.whole() is None
    assert trace.within(b"a") == trace_of(keyed, " Yes he does").within(b"a")
    assert trace.within(b"a") != trace.within(b"b")


def test_the_digests_of_one_text_are_bounded() -> None:
    trace = trace_of(keyed, "\n".join(f"{number} {FIRST}" for number in range(2 * MOST_DIGESTS)))
    assert len(trace.paragraphs) == MOST_DIGESTS
    assert trace.whole() is not None


@given(
    st.lists(st.sampled_from([FIRST, SECOND, "\n", "\n\n", " ", "[", "1]", "é", "e", "\u0301", "x" * 50]), max_size=12)
)
def test_where_its_pieces_end_makes_no_difference(pieces: list[str]) -> None:
    apart, together = trace_of(keyed, *pieces), trace_of(keyed, "".join(pieces))
    assert apart.whole() == together.whole()
    assert apart.paragraphs == together.paragraphs
    assert apart.within(b"") == together.within(b"")


@pytest.mark.parametrize("size", [1, 7, 64, 4096, 5000])
def test_a_line_without_an_end_is_hashed_as_it_comes(size: int) -> None:
    line = f"{FIRST} [2, 3] {SECOND} " * 300
    trace = Trace(keyed)
    held = 0
    for start in range(0, len(line), size):
        trace.feed(line[start : start + size])
        held = max(held, trace._waits)
    trace.end()
    assert trace.whole() == trace_of(keyed, line).whole()
    assert trace.paragraphs == trace_of(keyed, line).paragraphs
    assert held <= 4096 + size


def test_a_call_is_known_whatever_the_order_of_its_keys() -> None:
    said = '{"to": "ward 7", "note": "The patient may go home tomorrow."}'
    other = '{"note":"The patient may go home tomorrow.","to":"ward 7"}'
    assert call_digest(keyed, "send", said, b"a") == call_digest(keyed, "send", other, b"b")
    assert call_digest(keyed, "send", said, b"a") != call_digest(keyed, "keep", said, b"a")
    assert call_digest(keyed, "send", said, b"a") != call_digest(keyed, "send", said.replace("7", "8"), b"a")


def test_a_call_that_says_little_is_known_in_its_context_alone() -> None:
    assert call_digest(keyed, "now", "{}", b"a") == call_digest(keyed, "now", "{ }", b"a")
    assert call_digest(keyed, "now", "{}", b"a") != call_digest(keyed, "now", "{}", b"b")


def test_arguments_that_are_no_json_are_hashed_as_text() -> None:
    broken = '{"note": "The patient may go home tomo'
    assert call_digest(keyed, "send", broken, b"") == call_digest(keyed, "send", f" {broken}", b"")


def test_fields_are_parted() -> None:
    assert digest_of(keyed, b"call", b"ab", b"c") != digest_of(keyed, b"call", b"a", b"bc")


def test_strings_are_found_in_json_alone() -> None:
    assert list(strings_in('{"a": ["b", {"c": "d"}], "e": 1}')) == ["b", "d"]
    assert list(strings_in('"alone"')) == ["alone"]
    inner = '["b", 1]'
    assert list(strings_in(json.dumps({"a": inner}))) == [inner, "b"]
    assert list(strings_in("{no json")) == []
    assert list(strings_in("plain")) == []


def test_json_that_is_deep_is_entered_so_far_and_no_farther() -> None:
    assert list(strings_in("[" * 10 + '"in"' + "]" * 10)) == ["in"]
    assert list(strings_in("[" * 100 + '"deep"' + "]" * 100)) == []
    assert list(strings_in("[" * 100_000 + "]" * 100_000)) == []
