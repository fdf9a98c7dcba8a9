from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from freehold.guards.personal.network import find_networks
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.rule) for span in find_networks(Reading(text)) if span.confidence >= 0.5]


def is_somebodys(address: IPv4Address) -> bool:
    if address.is_loopback or address.is_unspecified or str(address).startswith("255.255."):
        return False
    return not (address.is_private or address.is_link_local or address in IPv4Network("100.64.0.0/10"))


@given(st.ip_addresses(v=4).filter(is_somebodys))
def test_any_version_4_address_beside_a_word(address: object) -> None:
    assert found(f"client {address}, port 80") == [(str(address), "ipv4")]
    assert found(f"http from|{address}|%20/") == [(str(address), "ipv4")]


@given(st.integers(min_value=0x2000 << 112, max_value=(0x3FFF << 112) + (1 << 112) - 1))
def test_any_version_6_address(number: int) -> None:
    assume(number >> 96 != 0x20010DB8)
    for written in (str(IPv6Address(number)), IPv6Address(number).exploded):
        assert found(f"address {written} blocked") == [(written, "ipv6")]


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "0.0.0.0",
        "255.255.255.0",
        "::1",
        "::",
        "version 10.20.30.40",
        "v1.22.333.4",
        "Chrome/120.0.0.0",
        "1.2.3.4.5",
        "300.1.1.1",
        "12:30:45",
        "std::vector a::b c0::d1",
        "192.168.001.001",
        "de:ad:be:ef:00:11:22",
        "1234.5678.9012",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert found(text) == []


def test_small_numbers_are_sections_unless_a_word_says_otherwise() -> None:
    assert found("see 1.2.3.4 there") == []
    for text in ("ping {} now", "http://{}/x", "ada@{}", "see {}:8080", "see {}/8"):
        assert found(text.format("1.2.3.4")) == [("1.2.3.4", "ipv4")]


@pytest.mark.parametrize("mac", ["00:1a:2b:3c:4d:5e", "00-1A-2B-3C-4D-5E"])
def test_mac(mac: str) -> None:
    assert found(f"({mac})") == [(mac, "mac")]


def test_mac_with_dots() -> None:
    assert found("port 001a.2b3c.4d5e up") == [("001a.2b3c.4d5e", "mac-dotted")]


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.31.0.9",
        "192.168.178.20",
        "169.254.10.1",
        "100.64.1.1",
        "203.0.113.77",
        "fd12:3456:789a:1::1",
        "fe80::1ff:fe23:4567:890a",
        "2001:db8:85a3::8a2e:370:7334",
    ],
)
def test_an_address_that_many_networks_use_is_only_written_down(address: str) -> None:
    [span] = find_networks(Reading(f"client {address} port 80"))
    assert (span.kind, span.rule.endswith("-local"), span.confidence < 0.5) == ("ip", True, True)


@pytest.mark.parametrize("address", ["172.32.0.9", "192.169.1.20", "100.128.1.1", "198.51.101.77", "2001:db9::25:1"])
def test_an_address_right_beside_is_somebody_s(address: str) -> None:
    assert [written for written, _ in found(f"client {address} port 80")] == [address]
