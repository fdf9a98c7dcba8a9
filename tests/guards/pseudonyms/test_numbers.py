"""Stand-ins for numbers: the same shape, the right checksum, nobody's."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban
from stdnum import luhn as stdnum_luhn

from freehold.core.target import Secret
from freehold.guards.pseudonyms import numbers
from freehold.guards.pseudonyms.conversation import Draw

draws = st.text(max_size=5).map(lambda word: Draw(Secret("s"), b"c", word))


def shape(text: str) -> str:
    return re.sub("[a-z]", "a", re.sub("[A-Z]", "A", re.sub("[0-9]", "0", text)))


@given(st.from_regex(r"[0-9A-Za-z][0-9A-Za-z /-]{3,14}", fullmatch=True), draws)
def test_scrambling_keeps_the_shape(text: str, draw: Draw):
    made = numbers.scrambled(text, draw)
    assert shape(made) == shape(text)
    assert made.startswith("0") == text.startswith("0")


@pytest.mark.parametrize(
    ("card", "prefix"),
    [("4539 1488 0343 6467", "4242 42"), ("378282246310005", "378282"), ("5500-0055-5555-5559", "5555-55")],
)
@given(draw=draws)
def test_cards_keep_their_brand_and_length(card: str, prefix: str, draw: Draw):
    made = numbers.card(card, draw)
    assert made.startswith(prefix)
    assert shape(made) == shape(card)
    assert stdnum_luhn.is_valid("".join(filter(str.isdecimal, made)))


@given(st.text("0123456789", min_size=1, max_size=18))
def test_the_check_digit_is_luhn_s(digits: str):
    assert numbers.luhn(digits) == stdnum_luhn.calc_check_digit(digits)


@pytest.mark.parametrize("account", ["GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000", "nl91 abna 0417 1643 00"])
@given(draw=draws)
def test_accounts_keep_their_country_and_have_the_right_check_digits(account: str, draw: Draw):
    made = numbers.iban(account, draw)
    assert made[:2].upper() == account[:2].upper()
    assert shape(made.upper()) == shape(account.upper())
    assert stdnum_iban.validate(made, check_country=False)


@given(draw=draws)
def test_addresses_are_those_of_documentation(draw: Draw):
    four, six = numbers.address("10.1.2.3/24", draw), numbers.address("fd00::1", draw)
    assert four.endswith("/24")
    documented = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    assert any(ipaddress.ip_address(four[:-3]) in net for net in documented)
    assert ipaddress.ip_address(six) in ipaddress.ip_network("2001:db8::/32")


@given(draw=draws)
def test_hardware_addresses_are_locally_administered(draw: Draw):
    assert re.fullmatch(r"02(:[0-9a-f]{2}){5}", numbers.hardware("3c:22:fb:01:02:03", draw))
    assert re.fullmatch(r"02[0-9A-F]{2}(\.[0-9A-F]{4}){2}", numbers.hardware("3C22.FB01.0203", draw))
    assert shape(numbers.hardware("3c:22", draw)) in {"0a:00", "0a:0a"} | {"0a:00"}
