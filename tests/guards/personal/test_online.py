from __future__ import annotations

import pytest
from stdnum import bitcoin

from freehold.guards.personal.online import find_profiles, find_wallets
from freehold.guards.personal.reading import Reading


def profiles(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_profiles(Reading(text))]


def wallets(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.rule) for span in find_wallets(Reading(text))]


def test_profile_pages_and_parameters() -> None:
    assert profiles("see https://www.linkedin.com/in/ada-byron.") == ["linkedin.com/in/ada-byron"]
    assert profiles("https://x.example/?first_name=Ada&page=3") == ["Ada"]


@pytest.mark.parametrize(
    "text",
    ["https://twitter.com/share", "https://facebook.com/", "https://dropbox.com/s/1", "?page=3&sort=name", "a?b=c"],
)
def test_other_links_are_none(text: str) -> None:
    assert profiles(text) == []


def test_wallets_hold_their_checksum() -> None:
    # The address of the first block and an example of BIP 173; both are public.
    for address in ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"):
        assert bitcoin.is_valid(address)
        assert wallets(f"send to {address}.") == [(address, "wallet-bitcoin")]
        assert wallets(f"send to {address[:-1]}{'3' if address[-1] != '3' else '4'}.") == []


def test_ethereum_has_its_form_alone() -> None:
    address = "0x" + "ab12" * 10
    assert wallets(f"to {address},") == [(address, "wallet-ethereum")]
    assert wallets(address + "0") == []
