from __future__ import annotations

import pytest

from freehold.guards.personal.papers import find_papers
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find_papers(Reading(text))]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Passport No.: C01X00T47, issued", "C01X00T47"),
        ("my passport number is 533401372.", "533401372"),
        ("Reisepass L01X00T4 bis", "L01X00T4"),
        ("passeport n° 12AB34567", "12AB34567"),
        ("паспорт 45 08 123456", "45 08 123456"),
        ("passin numero XP8271602", "XP8271602"),
    ],
)
def test_passports(text: str, number: str) -> None:
    assert found(text) == [("passport", number)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("My driver's license number is U62928788557186.", "U62928788557186"),
        ("my driver's license number is 2270-66-1551", "2270-66-1551"),
        ("driving licence: 6940579", "6940579"),
        ("Führerschein B072RRE2I55", "B072RRE2I55"),
    ],
)
def test_licences(text: str, number: str) -> None:
    assert found(text) == [("driving-licence", number)]


def test_a_british_licence_stands_alone() -> None:
    assert found("it says MORGA657054SM9IJ there") == [("driving-licence", "MORGA657054SM9IJ")]


def test_the_lines_of_a_data_page() -> None:
    page = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    assert found(f"scan:\n{page}\nend") == [("passport", page)]


@pytest.mark.parametrize(
    "text",
    [
        "I need my passport to be ready by 12/03/2030",
        "The passport expires in 2030",
        "a passport that is valid until 2030-03-12",
        "a passport is needed by all who cross over there, said the clerk of office 12345678",
        "Passport control. Flight 12345678 leaves",
        "a licence for 3 users, 2024",
        "pass 12345678",
        "his passion for order 12345678",
        "the passing mark b4351111f2863a2c",
        "My passport.\n\n12345678",
    ],
)
def test_what_is_none(text: str) -> None:
    assert found(text) == []
