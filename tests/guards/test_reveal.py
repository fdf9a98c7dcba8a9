"""What is written so that a pattern does not see it is shown, with the way back to where it was written."""

from __future__ import annotations

import base64
import json
import random
import time
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.guards.evasions import WAYS
from freehold.guards.reveal import DEPTH, reveal, volume

TOKEN = "gh" + "p_" + "a1B2c3D4e5" * 3 + "Zz9988"


def shown(text: str, what: str) -> list[str]:
    """The stretches of `text` that `what` is shown to have come from."""
    layers, more = reveal(text)
    assert not more
    found = []
    for layer in layers:
        at = layer.text.find(what)
        if at >= 0:
            start, end = layer.back(at, at + len(what))
            found.append(text[start:end])
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "around", [("", ""), ("My token is: ", " , keep it safe. "), ("Grüße — Анна ", "\n\nund mehr")]
)
def test_each_way_of_writing_is_undone(way, around):
    before, after = around
    written = WAYS[way](TOKEN)

    found = shown(before + written + after, TOKEN)

    assert found
    assert all(each in written for each in found)


@pytest.mark.parametrize(
    "way", ["full width", "zero width spaces", "percent", "entities", "spaces", "dots", "hexadecimal"]
)
def test_the_way_back_is_to_the_very_characters(way):
    written = WAYS[way](TOKEN)

    assert shown(f"this one {written} and no more", TOKEN)[-1] == written


def test_of_what_is_partly_written_otherwise_the_whole_is_shown():
    text = "mail to anna%40example.com today"

    assert shown(text, "anna@example.com") == ["anna%40example.com"]


def test_a_word_of_one_letter_beside_spelled_digits_is_no_part_of_them():
    layers, _ = reveal("it is a 4 1 1 1 2 2 2 2 a card, I k e y - 1 2 3 4 5 a")

    assert any(" a 41112222 a card" in layer.text for layer in layers)
    assert any(", I key-12345 a" in layer.text for layer in layers)


def test_words_around_stay_with_what_is_decoded():
    layers, _ = reveal("xx " * 500 + "password: " + base64.b64encode(b"hunter2 is it").decode() + " yy" * 500)

    assert any("password: hunter2 is it" in layer.text for layer in layers)
    assert sum(len(layer.text) for layer in layers[1:]) < 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Plain words, in a sentence; nothing more.",
        "Größe über alles, „so“ – ’s ist gut",
        "a - b",
        "U.S.A.",
        "1, 2, 3",
    ],
)
def test_ordinary_text_has_one_layer(text):
    layers, more = reveal(text)

    assert len(layers) == 1
    assert not more


def test_dashes_and_blanks_are_read_as_those_of_ascii_in_the_text_itself():
    layers, _ = reveal("call\u00a0+49\u201130\u20131234567")

    assert [layer.text for layer in layers] == ["call +49-30-1234567"]
    assert layers[0].back(5, 16) == (5, 16)


def test_what_is_decodable_beyond_the_depth_is_told():
    text = "nothing to see here, move along please"
    for _ in range(DEPTH + 2):
        text = base64.b64encode(text.encode()).decode()

    layers, more = reveal(text)

    assert more
    assert len(layers) <= DEPTH + 1


def test_layers_together_are_bounded():
    blocks = [base64.b64encode(b"%%25%32%35" * 40).decode() + " " + "1.2,3;4|" * 40 for _ in range(300)]
    text = "\n".join(blocks)

    layers, _ = reveal(text)

    assert sum(len(layer.text) for layer in layers[1:]) <= volume(len(text))


def test_what_comes_to_more_than_the_volume_is_told():
    layers, more = reveal("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 5_000)

    assert more
    assert len(layers) == 1


@given(
    st.text(
        alphabet=st.sampled_from([*"aB3=/+-_.% &#;\\ux41\n\t", "\u200b", "а", "é", "\U000e0041", "①", "ﷺ"]), max_size=80
    )
)
def test_every_stretch_of_every_layer_leads_into_the_text(text):
    for layer in reveal(text)[0]:
        for start in range(len(layer.text)):
            for end in {start + 1, len(layer.text)}:
                first, last = layer.back(start, end)
                assert 0 <= first <= last <= len(text)


def test_what_is_wrapped_and_no_text_is_read_in_time_that_grows_with_its_length():
    def seconds(lines: int) -> float:
        text = base64.encodebytes(random.Random(5).randbytes(57 * lines)).decode()
        before = time.process_time()
        assert reveal(text) == ([ANY], False)
        return time.process_time() - before

    seconds(500)
    assert seconds(8000) < 40 * seconds(1000)


def test_lines_of_which_each_may_begin_a_text_and_none_does_are_told_as_unread():
    readable = base64.b64encode(b"words and words " * 3).decode()
    other = base64.b64encode(random.Random(5).randbytes(48)).decode()

    assert reveal("\n".join([readable] * 2000 + [other] * 2000))[1]


@pytest.mark.parametrize(("mark", "again"), [("%40", "25"), ("\\u0040", "\\"), ("&#64;", "amp;")])
@pytest.mark.parametrize("times", range(1, 7))
def test_what_is_escaped_more_often_than_is_undone_is_told(mark, again, times):
    written = mark
    for _ in range(times - 1):
        written = written.replace("\\", "\\\\") if again == "\\" else f"{written[0]}{again}{written[1:]}"
    layers, more = reveal(f"anna{written}example.com")

    assert more == (times > DEPTH)
    assert more or any("anna@example.com" in layer.text for layer in layers)


def test_quotes_within_quotes_are_not_too_deep():
    text = "keep"
    for _ in range(DEPTH + 1):
        text = json.dumps({"said": f"{text}\n"})

    assert not reveal(text)[1]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("lines", [False, True])
def test_base64_of_utf16_is_read(encoding, lines):
    content = f"$token = '{TOKEN}'; {'echo ' * 20}".encode(encoding)
    written = base64.encodebytes(content) if lines else base64.b64encode(content)

    assert shown(f"powershell -EncodedCommand {written.decode()}", TOKEN)
