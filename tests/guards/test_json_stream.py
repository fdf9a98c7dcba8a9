"""JSON that comes in pieces stays JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.json_stream import JsonStream, escaped
from freehold.guards.swap import Pair, Swap, Swapping

SWAP = Swap(
    [
        Pair("Merrick", 'Ann "Lee"\n\\', "literal"),
        Pair("4111 1111", "5500 0055", "compact"),
        Pair("Tolan", "Zoé", "words"),
    ]
)


def stream() -> JsonStream:
    return JsonStream(Swapping(SWAP), Swapping(SWAP.numeric()))


def through(pieces: list[str]) -> str:
    changing = stream()
    return "".join([*map(changing.feed, pieces), changing.flush()])


@pytest.mark.parametrize("ascii_only", [True, False])
def test_originals_go_in_escaped_wherever_it_is_cut(ascii_only: bool):
    said = json.dumps({"to": "Merrick", "Merrick": ["\nTolan é", "Merrick😀"]}, ensure_ascii=ascii_only)
    due = {"to": 'Ann "Lee"\n\\', 'Ann "Lee"\n\\': ["\nZoé é", 'Ann "Lee"\n\\😀']}
    for place in range(len(said) + 1):
        assert json.loads(through([said[:place], said[place:]])) == due
    assert json.loads(through(list(said))) == due


def test_a_stand_in_that_came_escaped_is_known():
    assert json.loads(through([r'"\u0054olan \u004derrick"'])) == 'Zoé Ann "Lee"\n\\'


def test_numbers_become_numbers():
    assert json.loads(through(['{"card": 4111', '1111, "list": [41111111]}'])) == {"card": 55000055, "list": [55000055]}


def test_what_is_no_string_and_no_number_goes_at_once():
    assert stream().feed('{"a": true, "b": [nul') == '{"a": true, "b": [nul'


def test_an_escape_waits_for_its_end():
    changing = stream()
    assert [changing.feed(piece) for piece in ('"a\\', "u00", '41"')] == ['"a', "", 'A"']


def test_an_end_in_the_middle_loses_nothing():
    assert through(['"Merr']) == '"Merr'
    assert through(['"x\\u00']) == '"x\\u00'


VALUES = st.recursive(
    st.text() | st.integers() | st.booleans(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
)


@given(VALUES, st.integers(1, 9))
def test_any_json_comes_through_as_it_means(value: object, size: int):
    text = json.dumps(value)
    pieces = [text[place : place + size] for place in range(0, len(text), size)]
    if SWAP.whole(text) is text:
        assert json.loads(through(pieces)) == value


def test_half_a_pair_stays_escaped():
    assert escaped("\ud83d") == "\\ud83d"
