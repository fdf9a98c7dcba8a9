"""Telephone numbers that nobody has."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.target import Secret
from freehold.guards.pseudonyms.conversation import Draw
from freehold.guards.pseudonyms.plans import Telephone, fictional, taken_apart, written

draws = st.text(max_size=5).map(lambda word: Draw(Secret("s"), b"c", word))


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+44 20 7183 4421", Telephone("44", "44", "2071834421")),
        ("+44 (0)20 7183 4421", Telephone("44", "440", "2071834421")),
        ("0044 20 7183 4421", Telephone("44", "0044", "2071834421")),
        ("020 7183 4421", Telephone("44", "0", "2071834421")),
        ("(415) 555-2671", Telephone("1", "", "4155552671")),
        ("1-415-555-2671", Telephone("1", "1", "4155552671")),
        ("01 42 68 53 00", Telephone("33", "0", "142685300")),
        ("+353 1 234 5678", Telephone("353", "353", "12345678")),
        ("0711 123456", Telephone("33", "0", "711123456")),
        ("555 12 34", Telephone("", "", "5551234")),
    ],
)
def test_a_number_is_taken_apart(text: str, phone: Telephone):
    assert taken_apart(text) == phone


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("+44 20 7183 4421", ("2079460",)),
        ("+44 7911 123456", ("7700900",)),
        ("(415) 555-2671", tuple(f"{area}55501" for area in (202, 303, 312, 415, 503, 512, 617, 702, 808, 919))),
        ("+33 1 42 68 53 00", ("19900",)),
        ("+61 2 9374 4000", ("25550",)),
    ],
)
@given(draw=draws)
def test_another_is_of_a_range_for_fiction(text: str, ranges: tuple[str, ...], draw: Draw):
    old = taken_apart(text)
    new = fictional(old, draw)
    assert new.national.startswith(ranges)
    assert len(new.national) == len(old.national)
    assert (new.code, new.lead) == (old.code, old.lead)


@given(draw=draws)
def test_elsewhere_the_country_and_the_length_stay(draw: Draw):
    new = fictional(taken_apart("+48 22 123 45 67"), draw)
    assert new.code == "48"
    assert new.national.startswith("22")
    assert len(new.national) == 9
    assert phonenumbers.is_possible_number(phonenumbers.parse(written(new, "+48 22 123 45 67"), None))


def test_a_number_is_written_like_another():
    new = Telephone("44", "44", "2079460123")
    assert written(new, "+44 (20) 7183-4421") == "+44 (20) 7946-0123"
    assert written(new, "+44 1234") == "+44 2079460123"


def test_the_forms_of_two_numbers_of_a_country_go_together():
    one, other = Telephone("44", "44", "2071834421"), Telephone("44", "44", "2079460123")
    assert one.forms() == ["442071834421", "02071834421", "442071834421", "4402071834421"]
    assert len(one.forms()) == len(other.forms())
    assert Telephone("", "0", "123").forms() == ["0123", "0123"]
