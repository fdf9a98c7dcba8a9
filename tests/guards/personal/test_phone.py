from __future__ import annotations

import pytest

from freehold.guards.personal.phone import find_phones
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.rule) for span in find_phones(Reading(text))]


@pytest.mark.parametrize(
    "number",
    ["+49 30 901820", "+4930901820", "+44 20 7946 0958", "+1 (202) 456-1111", "+33 1 42 68 53 00", "+81-3-3581-0101"],
)
def test_international_numbers_stand_alone(number: str) -> None:
    assert found(f"so {number}, then") == [(number, "phone-international")]


@pytest.mark.parametrize(
    "number", ["(202) 456-1111", "202-456-1111", "202.456.1111", "1-202-456-1111", "202-456-1111 x123"]
)
def test_north_american_grouping_stands_alone(number: str) -> None:
    assert found(f"or {number}.") == [(number, "phone-nanp")]


@pytest.mark.parametrize("number", ["01 42 68 53 00", "020 7946 0018", "0032 2 501 02 11", "0481 23 45 67"])
def test_national_numbers_that_their_plan_knows_and_groups_so(number: str) -> None:
    assert found(f"or {number} then")[0][0] == number


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ("Call me at ", "780 6326", " tomorrow"),
        ("My number is ", "0699 868 88 55", "!"),
        ("You can contact us on ", "9472 7916", "."),
        ("Tel.: ", "0961-7596216", ""),
        ("Telefon ", "(99) 645-791", ","),
        ("Phone:\n", "60-56-85-91", "\n"),
        ("", "416 60 039", " office"),
        ("", "(37) 788-063", "-Office"),
        ("Fax: ", "345-899-3560x4587", "\n"),
        ("Mobile: ", "03.93.92.16.85", "\n"),
        ("They're not answering at ", "516 466 638", ""),
        ("телефон ", "8 800 555 35 35", "."),
    ],
)
def test_a_word_beside_it_makes_a_number_one(before: str, number: str, after: str) -> None:
    assert found(before + number + after) == [(number, "phone-context")]


@pytest.mark.parametrize(
    "text",
    [
        "order 123456789",
        "The phone shop's account number is 12345678",
        "call about order 4711-2233-99",
        "2024-11-22 10:15:00",
        "call on 2024-11-22",
        "phone released 29.06.2007",
        "10.20.30.40",
        "1,299,000.00",
        "call 20 000 000 people",
        "123-45-6789",
        "1985-2024",
        "Copyright (C) 2005-2026 by",
        "Phone: 2005-2026",
        "4111111111111111",
        "978-3-16-148410-0",
        "/var/log/0568/97079324.log",
        "x = +12345678901234",
        "12.345.678 €",
        "GMT+0100",
        "3.14159265358",
    ],
)
def test_what_looks_like_one_and_is_none(text: str) -> None:
    assert found(text) == []


def test_the_package_is_not_imported_before_a_number_needs_it() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from freehold.guards.personal import find;"
        "find('Write on 3 May 2020 to a@b.example, order 123456.');"
        "print('phonenumbers' in sys.modules, any(name.startswith('stdnum.') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "False"]
