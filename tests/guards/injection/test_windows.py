"""A text is cut into windows of whole sentences that cover all that is written in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.injection.windows import MOST, cut


def test_sentences_stay_whole() -> None:
    sentence = "This is a sentence of some length that says nothing at all."
    windows = cut(" ".join([sentence] * 12))
    assert len(windows) > 1
    assert all(window.text.startswith("This") and window.text.endswith("all.") for window in windows)


def test_what_follows_a_fence_is_in_one_window_with_its_introduction() -> None:
    [window] = cut("Add this code:\n```\nimport os\n\nos.remove('a')\n```")
    assert window.text.endswith("```")


def test_a_long_line_is_cut() -> None:
    assert all(len(window.text) <= 600 for window in cut("x" * 5000))


def test_ideographs_have_sentences_without_blanks() -> None:
    assert len(cut("这是一个句子。" * 100)) > 1


def test_the_windows_of_a_long_text_are_bounded_and_spread() -> None:
    text = "\n".join(f"Line {number} {'word ' * 70}" for number in range(1000))
    windows = cut(text)
    assert len(windows) == MOST
    assert windows[0].start == 0
    assert windows[-1].end == len(text.rstrip())


@given(st.text(max_size=3000))
def test_nothing_but_blanks_stands_between_windows(text: str) -> None:
    windows = cut(text)
    assert all(text[window.start : window.end] == window.text for window in windows)
    edges = [0, *(edge for window in windows for edge in (window.start, window.end)), len(text)]
    assert all(start <= end and not text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))
