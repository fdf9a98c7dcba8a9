from __future__ import annotations

from typing import Any

import pytest

from freehold.evaluate.expectation import shown, texts, wanting
from support.scored import example


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (None, ()),
        ("a", ("a",)),
        (["a", "b"], ("a", "b")),
        (7, ("7",)),
        (0.5, ("0.5",)),
        (False, ("false",)),
        ({"a": 1}, ()),
        ([["a"]], ()),
        ([], ()),
    ],
)
def test_what_is_expected_is_told_as_texts(expected: Any, said: tuple[str, ...]) -> None:
    assert texts(expected) == said


def test_what_is_wanting_is_said() -> None:
    assert "nothing" in wanting(example(None)).reason
    assert "an object" in wanting(example({})).reason


def test_quotes_are_short_and_on_one_line() -> None:
    assert shown("a\n b") == "'a b'"
    assert len(shown("x" * 10_000)) < 80
