"""Texts by their hashes: what makes no difference, what does, and that pieces never do."""

from __future__ import annotations

import hmac
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.gateway.traces import call_digest, digest_of, letters, strings_in, trace

FIRST = "The patient was seen on Tuesday and complained of a persistent cough at night [1]."
SECOND = "No allergies are known, and the chest was clear on both sides when it was listened to."


def digest(data: bytes) -> bytes:
    return hmac.digest(b"k" * 32, data, "sha256")


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
    assert trace(digest, other).whole == trace(digest, FIRST).whole


@pytest.mark.parametrize("other", [FIRST.replace("Tuesday", "Monday"), FIRST + " Then he left.", FIRST.upper()])
def test_another_text_is_another(other: str) -> None:
    assert trace(digest, other).whole != trace(digest, FIRST).whole


def test_letters_count_composed_or_not() -> None:
    text = "Die Prüfung der Röntgenbilder ergab keine Auffälligkeiten am Brustkorb."
    assert letters(unicodedata.normalize("NFD", text)) == letters(text)


def test_text_that_is_no_unicode_is_still_hashed() -> None:
    assert letters("caf\ud800é") == "café".encode()


def test_paragraphs_are_known_by_themselves() -> None:
    whole = trace(digest, f"# Letter\n\n{FIRST}\n{SECOND}\n\nYours").paragraphs
    for quoted in (FIRST, SECOND, f"{FIRST} {SECOND}", f"- {SECOND}", f"> {FIRST}\r\n> {SECOND}"):
        assert {trace(digest, quoted).whole} <= set(whole)
    assert len(whole) == 3
    assert not trace(digest, "# Letter\n\nYours").paragraphs


def test_sentences_are_known_by_themselves() -> None:
    whole = trace(digest, f"You said: {FIRST} {SECOND} So it is.").paragraphs
    for quoted in (FIRST, SECOND, f"Is it true? {SECOND}", f"They say: {FIRST}"):
        assert set(trace(digest, quoted).paragraphs) & set(whole)
    assert len(whole) == 3
    text = "Dr. Weber saw him on Tuesday, and found no sign of what he had feared for weeks. He may go."
    assert set(trace(digest, f"I quote. {text}").paragraphs) & set(trace(digest, text).paragraphs)
    first, second = (
        "这位病人在星期二就诊，并诉说夜间持续咳嗽，胸部听诊双侧清晰。",
        "没有已知的过敏史，因此可以在明天上午十点之前出院回家休养。",
    )
    assert set(trace(digest, second).paragraphs) & set(trace(digest, first + second).paragraphs)


def test_short_lines_are_known_together() -> None:
    listed = [f"{number}. a short line" for number in range(9)]
    whole = trace(digest, "The list:\n\n" + "\n".join(listed)).paragraphs
    assert trace(digest, "\n".join(listed)).paragraphs == whole
    assert len(whole) == 1
    assert not trace(digest, "\n\n".join(listed)).paragraphs


def test_a_single_paragraph_is_the_same_alone_and_as_a_whole() -> None:
    traced = trace(digest, FIRST)
    assert traced.paragraphs == [traced.whole]


def test_what_is_short_is_known_by_nothing_but_its_letters() -> None:
    assert trace(digest, "Yes, he does.") == (None, [], b"Yeshedoes")


@given(st.lists(st.sampled_from([FIRST, SECOND, " ", "\t", "*", "> ", "[3]", "“", "—"]), max_size=8))
def test_what_stands_between_words_makes_no_difference(pieces: list[str]) -> None:
    bare = "".join(piece for piece in pieces if piece in {FIRST, SECOND})
    traced = trace(digest, "".join(pieces))
    assert (traced.whole, traced.letters) == trace(digest, bare)[::2]


def test_a_call_is_known_whatever_the_order_of_its_keys() -> None:
    said = '{"to": "ward 7", "note": "The patient may go home tomorrow."}'
    other = '{"note":"The patient may go home tomorrow.","to":"ward 7"}'
    assert call_digest(digest, "send", said, b"a") == call_digest(digest, "send", other, b"b")
    assert call_digest(digest, "send", said, b"a") != call_digest(digest, "keep", said, b"a")
    assert call_digest(digest, "send", said, b"a") != call_digest(digest, "send", said.replace("7", "8"), b"a")


def test_a_call_that_says_little_is_known_in_its_context_alone() -> None:
    assert call_digest(digest, "now", "{}", b"a") == call_digest(digest, "now", "{ }", b"a")
    assert call_digest(digest, "now", "{}", b"a") != call_digest(digest, "now", "{}", b"b")


def test_arguments_that_are_no_json_are_hashed_as_text() -> None:
    broken = '{"note": "The patient may go home tomo'
    assert call_digest(digest, "send", broken, b"") == call_digest(digest, "send", f" {broken}", b"")


def test_fields_are_parted() -> None:
    assert digest_of(digest, b"call", b"ab", b"c") != digest_of(digest, b"call", b"a", b"bc")


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
