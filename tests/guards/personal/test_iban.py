from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import numdb
from stdnum.iso7064 import mod_97_10

from freehold.guards.personal.iban import LENGTHS, find_ibans, passes_97
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_ibans(Reading(text))]


def made(country: str, account: str) -> str:
    """A number with its check digits, by stdnum's own calculation."""
    return country + mod_97_10.calc_check_digits(account + country) + account


def test_the_lengths_are_those_of_the_registry() -> None:
    known = numdb.get("iban")
    for country, length in LENGTHS.items():
        (_, properties), *_ = known.info(country + "0" * 32)
        if properties:
            assert 4 + sum(map(int, re.findall(r"[0-9]+", properties["bban"]))) == length, country
    assert sum(bool(known.info(country + "00")[0][1]) for country in LENGTHS) > 70


@given(st.sampled_from(sorted(LENGTHS)), st.data())
def test_a_number_of_any_country_is_found_in_either_way_of_writing(country: str, data: st.DataObject) -> None:
    size = LENGTHS[country] - 4
    account = data.draw(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=size, max_size=size))
    number = made(country, account)
    printed = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    assert found(f"Bitte an {number}, danke") == [number]
    assert found(f"Переведите на {printed} до завтра") == [printed]
    assert found(number.lower()) == [number.lower()]


@pytest.mark.parametrize("position", [0, 5, 10, 17])
def test_one_wrong_digit_and_it_is_none(position: int) -> None:
    account = "370400440532013000"
    wrong = (
        made("DE", account[:position] + str((int(account[position]) + 1) % 10) + account[position + 1 :])[:4] + account
    )
    assert found(wrong) == []
    assert not passes_97(wrong)


@pytest.mark.parametrize(
    "text", ["DE89", "DE89 3704", "XX89370400440532013000", "aDE89370400440532013000", "AB12 34 and so on"]
)
def test_what_is_no_account(text: str) -> None:
    assert found(text) == []


def test_another_length_counts_beside_a_word_if_the_remainder_holds() -> None:
    number = made("GB", "ABCD1234567890123")
    assert found(f"transfer to {number}, please") == [number]
    assert found(f"see {number}, please") == []
    assert found(f"transfer to {number[:-1]}{'4' if number[-1] == '3' else '3'}") == []


def test_a_longer_token_is_none() -> None:
    assert found(made("DE", "370400440532013000") + "7") == []
