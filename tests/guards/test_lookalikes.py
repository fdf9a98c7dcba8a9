"""Characters as they are read."""

from __future__ import annotations

import string
import unicodedata

import pytest

from freehold.guards.lookalikes import folded, is_hidden, spelled


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("а", "a"), ("Ѕ", "S"), ("ο", "o"), ("Ｋ", "K"), ("𝟜", "4"), ("𝓚", "K"), ("①", "1"), ("²", "2"), ("ﬁ", "fi"),
        ("٤", "4"), ("४", "4"), ("＠", "@"), ("．", "."), ("—", "-"), ("−", "-"), ("\u00a0", " "), ("\u200d", ""),
        ("\u00ad", ""), ("\ufeff", ""), ("\u2066", ""), ("\U000e0041", ""), ("\ufe0f", ""), ("\u0301", ""), ("🇬", "G"),
        ("🅰", "A"), ("\x1b", ""), ("ᴋ", "k"), ("Ꭺ", "A"), ("é", "é"), ("ж", "ж"), ("漢", "漢"), ("\n", "\n"),
    ],
)  # fmt: skip
def test_what_a_character_is_read_as(odd, plain):
    assert folded(odd) == plain


def test_ascii_is_read_as_it_stands():
    assert [each for each in string.printable if folded(each) != each and each not in "\x0b\x0c"] == []


def test_what_is_read_once_is_read_the_same_again():
    for code in range(0x80, 0x20000):
        character = chr(code)
        if not 0xD800 <= code < 0xE000 and len(plain := folded(character)) == 1:
            assert folded(plain) == plain, unicodedata.name(character, hex(code))


def test_what_shows_nothing_can_spell():
    tags = "".join(chr(0xE0000 + ord(each)) for each in "hi there")
    selectors = "".join(chr(0xFE00 + byte) if byte < 16 else chr(0xE0100 + byte - 16) for byte in "né".encode())

    assert all(map(is_hidden, tags + selectors))
    assert spelled(tags) == "hi there"
    assert spelled(selectors) == "né"
    assert not is_hidden("a")
