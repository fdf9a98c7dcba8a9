from __future__ import annotations

import pytest

from freehold.guards.personal.birth import find_births
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_births(Reading(text))]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("She was born on 2/8/1935. Her maiden name", "2/8/1935"),
        ("Please tell me your date of birth. It's 9/24/1946", "9/24/1946"),
        ("DOB: 1971-03-14,", "1971-03-14"),
        ("geboren am 3. März 1975 in Köln", "3. März 1975"),
        ("Geburtsdatum 03.04.1975", "03.04.1975"),
        ("née le 12 mai 1980", "12 mai 1980"),
        ("fecha de nacimiento: 4 de julio de 1990", "4 de julio de 1990"),
        ("born May 3rd, 1971 in", "May 3rd, 1971"),
        ("дата рождения 01.02.1980", "01.02.1980"),
        ("生年月日 1980年5月12日", "1980年5月12日"),
    ],
)
def test_a_date_behind_such_a_word(text: str, date: str) -> None:
    assert found(text) == [date]


@pytest.mark.parametrize(
    "text",
    [
        "The meeting is on 2/8/1935.",
        "born in 1935",
        "He was born there. The firm, as far as anybody remembers, was founded on 2/8/1935",
        "date of birth unknown\n\n2/8/1935",
        "stubborn 2/8/1935",
        "version 1.2.1999",
    ],
)
def test_other_dates_are_none(text: str) -> None:
    assert found(text) == []
