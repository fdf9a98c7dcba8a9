"""A glance says what a pattern would, of any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.glance import LETTERS, Runs, flat, others
from freehold.guards.reveal import reveal

_TEXTS = st.text(st.sampled_from("aB9 .,-/|\n\r\té·•’٣\ud800"), max_size=40)
_RUNS = Runs(LETTERS + "-/", 4)
_BUT_DIGITS = others("0123456789")


@given(_TEXTS)
def test_a_flat_text_has_each_character_at_its_place(text: str) -> None:
    assert [chr(code) for code in flat(text)] == [each if ord(each) < 256 else "?" for each in text]


@given(_TEXTS)
def test_runs_are_those_that_a_pattern_finds(text: str) -> None:
    assert _RUNS.spans(flat(text)) == [found.span() for found in re.finditer(r"[A-Za-z0-9/-]{4,}", text)]


@given(_TEXTS)
def test_what_is_left_is_what_was_asked_for(text: str) -> None:
    assert flat(text).translate(None, _BUT_DIGITS).decode() == "".join(re.findall("[0-9]", text))


@pytest.mark.parametrize(
    "text",
    [
        "an extraordinarily long word",
        "Unfortunately not",
        "a well-established-name",
        "Internationalisation of ABCDEFGHIJKLM",
    ],
)
def test_long_words_are_nothing_to_reveal(text: str) -> None:
    layers, more = reveal(text)
    assert ([layer.text for layer in layers], more) == ([text], False)


@pytest.mark.parametrize("gap", [" ", "  ", " - ", ".", "\n", "\r\n", "·", "•", "|"])
@pytest.mark.parametrize("before", ["", "So it is", "Is it", ".\n\n"])
def test_what_is_spelled_out_is_revealed_whatever_stands_between(gap: str, before: str) -> None:
    layers, _ = reveal(f"{before}{gap}{gap.join('4111111')}{gap}there")
    assert any("4111111" in layer.text for layer in layers)
