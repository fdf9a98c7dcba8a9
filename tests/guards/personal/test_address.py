from __future__ import annotations

import pytest

from freehold.guards.personal.address import find_addresses
from freehold.guards.personal.reading import Reading


def found(text: str, kind: str = "address") -> list[str]:
    return [text[span.start : span.end] for span in find_addresses(Reading(text)) if span.kind == kind]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("I live at 12 Baker Street now", "12 Baker Street"),
        ("at 1600 Pennsylvania Avenue, Washington, DC 20500.", "1600 Pennsylvania Avenue, Washington, DC 20500"),
        ("Hauptstraße 12, 10115 Berlin ist", "Hauptstraße 12, 10115 Berlin"),
        ("in der Langen Straße 5a.", "Langen Straße 5a"),
        ("au 12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris"),
        ("calle Mayor 7 en", "calle Mayor 7"),
        ("Via Roma 131 a", "Via Roma 131"),
        ("Rua do Arenque 1634,", "Rua do Arenque 1634"),
        ("ul. Piękna 12, 00-549 Warszawa", "ul. Piękna 12, 00-549 Warszawa"),
        ("Kalevankatu 98 Apt. 934", "Kalevankatu 98 Apt. 934"),
        ("Kossuth utca 12 felett", "Kossuth utca 12"),
        ("Ship to 0663 Megan Canyon\nShellyburgh, NE 88362 now", "0663 Megan Canyon\nShellyburgh, NE 88362"),
        (
            "to 039 Schmitt Fort Suite 554\nEast Michael, WA 00510.",
            "039 Schmitt Fort Suite 554\nEast Michael, WA 00510",
        ),
        ("Amypad 24\n8200PD Sonnega", "Amypad 24\n8200PD Sonnega"),
        ("Vicolo Vianello, 57\n44021, Mezzogoro", "Vicolo Vianello, 57\n44021, Mezzogoro"),
        ("Write to P.O. Box 242.", "p.o. box 242"),
        ("Kastanienweg 3\n50667 Köln", "Kastanienweg 3\n50667 Köln"),
    ],
)
def test_streets_of_several_countries(text: str, address: str) -> None:
    assert [each.lower() for each in found(text)] == [address.lower()]


@pytest.mark.parametrize(
    "text",
    [
        "We had 3 meetings in 2019. The second was long.",
        "In 2019 The Street reported 12 things",
        "Chapter 12 Part 3",
        "on 22 November 2026",
        "Figure 3 shows Table 4",
        "10 Drive bays",
        "Passage(2, CANARY, place, SECRET)",
        "version 12 of Windows 11",
        "the via 12 route",
    ],
)
def test_what_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("My zip code is 76400", "76400"),
        ("ZIP: 7412 SL", "7412 SL"),
        ("PLZ 10115 ist", "10115"),
        ("in SW1A 1AA now", "SW1A 1AA"),
    ],
)
def test_post_codes(text: str, code: str) -> None:
    assert found(text, "postcode") == [code]


def test_a_bare_number_is_no_post_code() -> None:
    assert found("there were 10115 people in the post office", "postcode") == []
