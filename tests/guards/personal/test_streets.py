from __future__ import annotations

from freehold.guards.personal.streets import AFTER_NAME, BEFORE_NAME, BEHIND_NAME, ENDINGS, LINKS


def test_words_are_in_small_letters_since_they_are_compared_so() -> None:
    for word in (*AFTER_NAME, *BEFORE_NAME, *BEHIND_NAME, *ENDINGS, *LINKS):
        assert word == word.lower()
        assert word.strip()


def test_a_word_before_a_name_is_none_inside_one() -> None:
    assert not BEFORE_NAME & LINKS
