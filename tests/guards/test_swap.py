"""What is found, where it ends, and what does not depend on how a text comes in pieces."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.swap import Pair, Swap, Swapping

NAMES = Swap(
    [Pair("Merrick", "Okafor", "words"), Pair("Tolan", "Chidi", "words"), Pair("Tolan Merrick", "X Y", "words")]
)
CARD = Swap([Pair("4111 1111 1111 1111", "5500 0055 0000 5559", "compact")])
MIXED = Swap(
    [
        Pair("Merrick", "Okafor", "words"),
        Pair("merrick@calwick.example", "okafor@clinic.test"),
        Pair("calwick.example", "clinic.test"),
        Pair("192.0.2.1", "10.9.8.7"),
        Pair("020 7946 0123", "020 7777 8888", "compact"),
    ]
)


def in_pieces(swap: Swap, pieces: list[str]) -> str:
    swapping = Swapping(swap)
    return "".join([*map(swapping.feed, pieces), swapping.flush()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Merrick", "Okafor"),
        ("MERRICK'S", "OKAFOR'S"),
        ("**merrick**,", "**okafor**,"),
        ("_Merrick_", "_Okafor_"),
        ("Merricks and Merrick’s", "Okafors and Okafor’s"),
        ("DrMerrick2", "DrOkafor2"),
        ("Merrick-Tolan", "Okafor-Chidi"),
        ("line\\nMerrick", "line\\nOkafor"),
        ("line\\nmerrick, \\tMERRICK", "line\\nokafor, \\tOKAFOR"),
        ("%0AMerrick%20TOLAN %c3%affmerrick %0amerrick", "%0AOkafor%20CHIDI %c3%affmerrick %0aokafor"),
        ("Merrickson, MerrickS1", "Merrickson, OkaforS1"),
        ("remerrick emerricks", "remerrick emerricks"),
        ("Mer\u200brick", "Okafor"),
        ("对Merrick说", "对Okafor说"),
        ("tolan\u00a0 merrick", "x\u00a0 y"),
        ("Tolan, Merrick", "X, Y"),
        ("tolan\n        merrick", "x\n        y"),
        ("Tolan and Merrick", "Chidi and Okafor"),
    ],
)
def test_words_are_found_as_they_are_written(text: str, expected: str):
    assert NAMES.whole(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4111111111111111", "5500005500005559"),
        ("4111-1111-1111-1111.", "5500-0055-0000-5559."),
        ("41111111 11111111", "55000055 00005559"),
        ("x4111111111111111x", "x5500005500005559x"),
        ("41111111111111112", "41111111111111112"),
        ("14111111111111111", "14111111111111111"),
        ("4111 1111 1111    1111", "5500 0055 0000    5559"),
        ("4111\n1111\r\n1111\n> 1111", "5500\n0055\r\n0000\n> 5559"),
        ("**4111** **1111** 1111,1111", "**5500** **0055** 0000,5559"),
        ("4111 1111 1111" + 17 * " " + "1111", "4111 1111 1111" + 17 * " " + "1111"),
    ],
)
def test_numbers_are_found_with_any_punctuation_and_never_in_longer_ones(text: str, expected: str):
    assert CARD.whole(text) == expected


def test_the_longest_holds():
    assert MIXED.whole("merrick@calwick.example") == "okafor@clinic.test"
    assert MIXED.whole("merrick@calwick.examples") == "okafor@calwick.examples"
    assert MIXED.whole("x@calwick.example") == "x@clinic.test"


def test_a_dot_and_a_digit_make_an_address_longer():
    assert MIXED.whole("192.0.2.1.") == "10.9.8.7."
    assert MIXED.whole("192.0.2.1.5 192.0.2.12") == "192.0.2.1.5 192.0.2.12"


def test_a_proper_word_begins_with_a_capital():
    swap = Swap([Pair("Mark", "Tolan", "words", proper=True)])
    assert swap.whole("Mark, MARK, mark my words") == "Tolan, TOLAN, mark my words"


def test_a_loose_one_is_found_within_words():
    swap = Swap([Pair("sesame", "[secret]", loose=True)])
    assert swap.whole("opensesamenow") == "open[secret]now"


def test_capitals_may_be_more_characters():
    assert Swap([Pair("Weiß", "Merrick", "words")]).whole("WEISS, Weiß") == "MERRICK, Merrick"


def test_accents_and_width_do_not_matter():
    assert Swap([Pair("Zoé", "Tolan", "words")]).whole("ZOE, Zoe\u0301, ｚｏｅ") == "TOLAN, Tolan, tolan"


def test_a_pair_does_not_show_its_texts():
    assert repr(Pair("Merrick", "Okafor", "words")) == "Pair(words)"


def test_a_text_without_any_stays_the_same_object():
    text = "nothing here, at all"
    assert MIXED.whole(text) is text
    assert Swap([]).whole(text) is text


TEXT = (
    "Merrick's merrick@calwick.example (MERRICKS), call 020-7946 0123 or 02079460123, at 192.0.2.1, 192.0.2.10;"
    " Merri and Merrickson; calwick.exampl; Merricks"
)


def test_no_two_cuts_change_anything():
    whole = MIXED.whole(TEXT)
    assert whole.count("kafor") == 3
    for first in range(len(TEXT)):
        for second in range(first, len(TEXT), 7):
            assert in_pieces(MIXED, [TEXT[:first], TEXT[first:second], TEXT[second:]]) == whole


SCRAPS = st.sampled_from(
    ["Merrick", "merr", "ick", "@", "calwick", ".example", ".", "192.0.2.1", "1", " ", "\n> ", "020", "7946", "0123"]
)


@given(st.lists(SCRAPS, max_size=25), st.data())
def test_pieces_never_matter(scraps: list[str], data: st.DataObject):
    text = "".join(scraps)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert in_pieces(MIXED, pieces) == MIXED.whole(text)


@given(st.lists(SCRAPS, max_size=25))
def test_only_what_may_become_a_match_is_kept_back(scraps: list[str]):
    swapping = Swapping(MIXED)
    for scrap in "".join(scraps):
        swapping.feed(scrap)
        # The longest source, or the digits of a number with sixteen signs between each and the next.
        assert swapping.held <= max(len("merrick@calwick.example"), 11 * 17) + 2


def test_what_can_be_nothing_goes_out_at_once():
    swapping = Swapping(MIXED)
    assert swapping.feed("Hello, this is fine. ") == "Hello, this is fine. "
    assert swapping.feed("Mer") == ""
    assert swapping.feed("cy!") == "Mercy!"
    assert swapping.held == 0


def test_places_move_by_what_was_replaced():
    swapping = Swapping(Swap([Pair("Merrick", "Li", "words")]))
    text = swapping.feed("so Merrick says so") + swapping.flush()
    assert text[swapping.moved(len("so Merrick ")) :] == "says so"
    assert swapping.moved(2) == 2


def test_numbers_alone_stand_outside_strings():
    swap = Swap(
        [Pair("0123 456", "9", "compact"), Pair("77 1234", "88-5678", "compact"), Pair("Merrick", "X", "words")]
    )
    assert swap.numeric().whole("771234, 0123456, Merrick") == "885678, 0123456, Merrick"


def test_the_time_is_linear_in_the_text():
    swap = Swap([Pair("1 " * 30, "x", "compact"), Pair("a" * 60 + "b", "x", "words")])

    def seconds(times: int) -> float:
        begun = time.process_time()
        swap.whole("1-" * 400 * times + "a" * 800 * times)
        return time.process_time() - begun

    seconds(1)
    assert seconds(16) < 16 * 6 * max(seconds(1), 1e-3)
