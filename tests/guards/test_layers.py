"""The way back from a text to the one it was made from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.layers import AFTER, BEFORE, Edit, Layer


def test_an_edit_leads_back_to_all_that_it_replaced():
    layer = Layer("say %41%42 now").edited([Edit(4, 10, "AB")])

    assert layer.text == "say AB now"
    assert layer.back(4, 5) == (4, 10)
    assert layer.back(0, 3) == (0, 3)
    assert layer.back(5, 10) == (4, 14)


def test_far_apart_edits_keep_what_is_near_them():
    text = "a " * 500
    layer = Layer(text).edited([Edit(300, 301, "X"), Edit(800, 801, "Y")])

    before, after = "a " * (BEFORE // 2), " a" * (AFTER // 2)
    assert layer.text == f"{before}X{after}\n{before}Y{after}"
    second = layer.text.index("Y")
    assert layer.back(second, second + 1) == (800, 801)
    assert layer.back(second - 3, second) == (797, 800)
    assert not layer.is_cut(0, len(layer.text))


def test_a_very_long_word_is_cut_and_that_is_known():
    layer = Layer("a" * 5000).edited([Edit(1500, 1501, "X"), Edit(3500, 3501, "Y")])

    first, wall, second = layer.text.index("X"), layer.text.index("\n"), layer.text.index("Y")
    assert len(layer.text) < 3000
    assert layer.is_cut(0, first)
    assert layer.is_cut(first, wall)
    assert layer.is_cut(wall + 1, second)
    assert layer.is_cut(second, len(layer.text))
    assert not layer.is_cut(1, second)


def test_where_a_layer_was_cut_the_next_is_cut_too():
    first = Layer("a" * 3000).edited([Edit(1500, 1501, "%42")])
    second = first.edited([Edit(first.text.index("%"), first.text.index("%") + 3, "B")])
    folded = second.folded({"B": "b"})

    for layer in (first, second, folded):
        assert layer.is_cut(0, 1)
        assert layer.is_cut(1, len(layer.text))
        assert not layer.is_cut(1, 2)


def test_a_word_is_not_cut():
    text = f"{'x' * 200} {'k' * 100}%41{'v' * 100} {'y' * 200}"
    layer = Layer(text).edited([Edit(301, 304, "A")])

    assert layer.text == f"{'k' * 100}A{'v' * 100}"


def test_a_text_that_is_kept_whole_is_not_cut():
    layer = Layer("x%41y").edited([Edit(1, 4, "A")])

    assert not layer.is_cut(0, len(layer.text))


def test_layers_upon_layers_lead_all_the_way_back():
    first = Layer("0123%41\u200bb").folded({"\u200b": ""})
    second = first.edited([Edit(4, 7, "A")])

    assert second.text == "0123Ab"
    assert second.back(4, 6) == (4, 9)


def test_what_became_several_or_nothing_leads_back_to_one():
    layer = Layer("a①\u200bﬁb").folded({"①": "1", "\u200b": "", "ﬁ": "fi"})

    assert layer.text == "a1fib"
    assert layer.back(1, 2) == (1, 2)
    assert layer.back(2, 4) == (3, 4)
    assert layer.back(1, 4) == (1, 4)
    assert layer.back(0, 5) == (0, 5)


@given(st.text(alphabet="ab\u200b\u2460ﬁ"), st.integers(0, 20))
def test_folding_few_and_many_characters_is_the_same(text, more):
    few = {"\u200b": "", "\u2460": "1", "ﬁ": "fi"}
    many = few | {chr(0x4E00 + number): "x" for number in range(more)}

    assert Layer(text).folded(few).text == Layer(text).folded(many).text


def test_a_text_of_which_nothing_is_left_is_empty():
    first = Layer("a" * 3000).edited([Edit(1500, 1501, "%42")])

    assert first.edited([Edit(0, len(first.text), "")]).text == ""
