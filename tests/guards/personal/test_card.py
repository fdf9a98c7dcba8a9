from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from freehold.guards.personal.card import find_cards, issuer_of, passes_luhn
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[tuple[str, float]]:
    return [(text[span.start : span.end], span.confidence) for span in find_cards(Reading(text))]


def with_check(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)


CARDS = {
    "visa": with_check("411111111111111"),
    "mastercard": with_check("540000000000000"),
    "amex": with_check("37000000000000"),
    "diners": with_check("3600000000000"),
    "discover": with_check("601100000000000"),
    "jcb": with_check("353011133330000"),
    "unionpay": with_check("620000000000000"),
    "mir": with_check("220000000000000"),
}


@pytest.mark.parametrize("issuer", CARDS)
def test_each_issuer_is_known_without_a_word(issuer: str) -> None:
    number = CARDS[issuer]
    assert issuer_of(number) == issuer
    assert found(f"paid with {number}.") == [(number, 0.85)]
    assert found(f"my card {number}!") == [(number, 0.99)]


@pytest.mark.parametrize("mark", [" ", "-"])
def test_groups_as_in_print(mark: str) -> None:
    number = CARDS["visa"]
    grouped = mark.join(number[at : at + 4] for at in range(0, 16, 4))
    assert found(f"It is {grouped}, ok?") == [(grouped, 0.85)]
    amex = CARDS["amex"]
    assert found(mark.join((amex[:4], amex[4:10], amex[10:])))


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "4111 11 111111 1111",
        "0000000000000000",
        "1.4111111111111111",
        "4111111111111111.5",
        "x4111111111111111",
        "4111111111111111abc",
        "1608281234567",
    ],
)
def test_what_is_no_card(text: str) -> None:
    assert found(text) == []


def test_short_numbers_and_rare_issuers_need_a_word() -> None:
    maestro, visa13, unknown = with_check("67598410343"), with_check("422222222222"), with_check("359999999999999")
    for number in (maestro, visa13, unknown):
        assert found(number) == []
        assert found(f"credit card {number}")[0][0] == number


@given(st.from_regex(r"[0-9]{11,18}", fullmatch=True))
def test_the_check_digit_is_that_of_luhn(digits: str) -> None:
    assert passes_luhn(with_check(digits))
    assert passes_luhn(digits) == luhn.is_valid(digits)


@given(st.from_regex(r"4[0-9]{14}", fullmatch=True), st.sampled_from(["", "字", "Это ", "«", "("]))
def test_any_card_in_any_prose(digits: str, before: str) -> None:
    number = with_check(digits)
    text = f"{before} {number} {before}"
    assert [span for span, _ in found(text)] == [number]


@pytest.mark.parametrize("behind", [" 123", " 12/27", " 1", " 2027"])
def test_the_code_behind_a_number_is_none_of_it(behind: str) -> None:
    assert [number for number, _ in found(f"pay with 4111 1111 1111 1111{behind}.")] == ["4111 1111 1111 1111"]
