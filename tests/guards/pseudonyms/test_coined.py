"""Words that look like names and are none."""

from __future__ import annotations

import re
from pathlib import Path

from freehold.core.target import Secret
from freehold.guards.pseudonyms.coined import COUNT, coin, every
from freehold.guards.pseudonyms.conversation import Draw
from freehold.guards.pseudonyms.phrases import COMMON, OF_NAMES, OF_PLACES, ORDINARY


def test_there_are_enough_and_each_is_written_plainly():
    words = every()
    assert len(words) == COUNT > 15_000
    assert all(re.fullmatch(r"[A-Z][a-z]{5,13}", word) for word in words)


def test_none_is_a_word_of_ours_or_of_our_pages():
    coined = {word.lower() for word in every()}
    assert not coined & (COMMON | OF_NAMES | OF_PLACES | ORDINARY)
    pages = Path(__file__).parents[3].glob("docs/**/*.md")
    for page in pages:
        if page.name != "pseudonyms.md":
            assert not coined & set(re.findall("[a-z]+", page.read_text("utf-8").lower())), page.name


def test_coining_draws_one_of_them():
    assert coin(Draw(Secret("s"), b"c", "x")) in set(every())
