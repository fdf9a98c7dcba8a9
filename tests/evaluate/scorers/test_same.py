from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.scorers.reading import scorer
from support.scored import score, value


def test_exact_takes_the_same_characters_alone() -> None:
    assert value("exact", " Paris\n", "Paris") == 1
    assert value("exact", "paris", "Paris") == 0
    assert value("exact", "Lyon", ["Paris", "Lyon"]) == 1
    assert value("exact", "7", 7) == 1
    assert value("exact", "true", True) == 1


def test_what_has_no_text_to_compare_with_is_not_scored() -> None:
    unknown, nested = score("exact", "x"), score("exact", "x", {"a": 1})
    assert unknown.value is None
    assert "expected" in unknown.reason
    assert nested.value is None
    assert "json" in nested.reason


def test_normalised_takes_the_same_words() -> None:
    assert value("normalised", "The Eiffel  Tower!", "eiffel tower") == 1
    assert value("normalised", "1,000 EUR", "1000 eur") == 1
    assert value("normalised", "-1.5", "15") == 0
    assert value("normalised", "+", "+") == 1
    assert value("normalised", "-", "+") == 0


def test_contains_finds_whole_words() -> None:
    assert value("contains", "It is the Seine, of course.", "seine") == 1
    assert value("contains", "They are Seiners.", "Seine") == 0
    assert value("contains", "red and blue", ["blue", "green"]) == 1
    assert value("contains:all", "red and blue", ["blue", "green"]) == 0.5


def test_settings_that_are_none_are_refused() -> None:
    with pytest.raises(BadRequest, match="takes no settings"):
        scorer("exact:loud")
    with pytest.raises(BadRequest, match="contains:all"):
        scorer("contains:some")
