"""A glance says what a pattern would, of any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.glance import LETTERS, flat, in_a_row, marking, others
from freehold.guards.reveal import reveal

_TEXTS = st.text(st.sampled_from("aB9 .,-/|\n\r\té·•’٣\ud800"), max_size=40)
_MARKS = marking(LETTERS + "-/")
_BUT_DIGITS = others("0123456789")


@given(_TEXTS)
def test_a_flat_text_has_each_character_at_its_place(text: str) -> None:
    assert [chr(code) for code in flat(text)] == [each if ord(each) < 256 else "?" for each in text]


@given(_TEXTS)
def test_letters_in_a_row_are_those_that_a_pattern_finds(text: str) -> None:
    found = in_a_row(4) in flat(text).translate(_MARKS)
    assert found == (re.search(r"[A-Za-z0-9/-]{4}", text) is not None)


@given(_TEXTS)
def test_what_is_left_is_what_was_asked_for(text: str) -> None:
    assert flat(text).translate(None, _BUT_DIGITS).decode() == "".join(re.findall("[0-9]", text))


@pytest.mark.parametrize("gap", [" ", "  ", " - ", ".", "\n", "\r\n", "·", "•", "|"])
@pytest.mark.parametrize("before", ["", "So it is", "Is it", ".\n\n"])
def test_what_is_spelled_out_is_revealed_whatever_stands_between(gap: str, before: str) -> None:
    layers, _ = reveal(f"{before}{gap}{gap.join('4111111')}{gap}there")
    assert any("4111111" in layer.text for layer in layers)
