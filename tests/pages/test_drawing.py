"""Pieces of a picture."""

from __future__ import annotations

import pytest

from freehold.pages.drawing import apart, fitted, folded, picture


def test_a_picture_is_told_to_who_cannot_see_it() -> None:
    svg = picture("volume", 720, 300, "Cost <a month>", "What one would see.")
    assert 'role="img" aria-labelledby="volume-720-title volume-720-desc"' in svg
    assert '<title id="volume-720-title">Cost &lt;a month&gt;</title>' in svg


def test_labels_keep_apart_within_their_bounds() -> None:
    placed = apart([100, 101, 99], 16, 0, 200)
    assert sorted(placed) == [99, 115, 131]
    assert placed[2] < placed[0] < placed[1]
    assert apart([199, 200], 16, 0, 200) == [184, 200]


def test_long_text_is_folded_and_then_cut() -> None:
    assert folded("Frontier API", 200) == ["Frontier API"]
    assert folded("Llama 3.3 70B at 16 bits on rented A100s", 170) == ["Llama 3.3 70B at 16 bits", "on rented A100s"]
    assert fitted("abcdefghijkl", 35) == "abcd…"
    assert folded("abcdefghijklmnop", 35) == ["abcd…"]


@pytest.mark.parametrize("count", [1, 5, 30])
def test_even_too_many_labels_have_places(count: int) -> None:
    assert len(apart([50.0] * count, 16, 0, 100)) == count
