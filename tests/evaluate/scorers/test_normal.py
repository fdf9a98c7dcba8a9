from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.evaluate.scorers.normal import normalised, tokens


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The cat, a dog and an ox.", "cat dog and ox"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("−3.5 °C", "-3.5 °c"),
        ("1,234,567", "1234567"),
        ("o'clock", "oclock"),
        ("¿Qué?", "qué"),
        ("theatre", "theatre"),
    ],
)
def test_texts_are_made_alike(text: str, said: str) -> None:
    assert normalised(text) == said


@given(st.text())
def test_what_is_alike_stays_as_it_is(text: str) -> None:
    once = normalised(text)
    assert once == " ".join(tokens(text))
    assert "  " not in once
