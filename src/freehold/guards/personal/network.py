"""Addresses of machines: IP version 4 and 6, and MAC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, words

_V4 = re.compile(r"[0-9](?<![\w.][0-9])[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![\w-]|\.[0-9])")
_V6 = re.compile(r"[0-9A-Fa-f:](?<![\w.:][0-9A-Fa-f:])[0-9A-Fa-f:]{2,38}(?:(?<=:)[0-9.]{7,15})?(?![\w:])")
_MAC = re.compile(
    r"[0-9A-Fa-f](?<![\w:-][0-9A-Fa-f])[0-9A-Fa-f](?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])"
)
_DOTTED = re.compile(r"\.(?<=[0-9A-Fa-f]{4}\.)(?<![\w.][0-9A-Fa-f]{4}\.)[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])")
_ADDRESS = words("ip|ipv4|address|host|server|client|from|ping|ssh|adresse|adresa", "ip_|addr")
_VERSION = words("v|ver|version|versions|release|section|chapter|build|firmware|§|clause")
_PORT = re.compile(r":[0-9]{2,5}(?!\w)|/[0-9]{1,2}(?![\w.])")
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""RFC 1918, RFC 4193."""
_OF_A_LINK = ("169.254.0.0/16", "fe80::/10")
"""RFC 3927, RFC 4291."""
_BEHIND_A_CARRIER = ("100.64.0.0/10",)
"""RFC 6598."""
_OF_EXAMPLES = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
"""RFC 5737, RFC 3849."""
_NOBODYS = tuple(map(ip_network, _PRIVATE + _OF_A_LINK + _BEHIND_A_CARRIER + _OF_EXAMPLES))
_LOCAL = 0.3
"""How surely an address that is used in many places at once leads to somebody."""
_SMALL = 20
"""Four numbers below it are as likely a section or a version."""


def find_networks(reading: Reading) -> Iterator[Span]:
    """Every address of a machine that is not the machine's own, such as ``127.0.0.1`` and ``::1``."""
    if reading.text.count(".") >= 3:
        yield from _v4(reading)
    if "::" in reading.text or reading.text.count(":") >= 7:
        yield from _v6(reading)
    if reading.text.count(":") >= 5 or reading.text.count("-") >= 5:
        for match in _MAC.finditer(reading.text):
            yield Span(match.start(), match.end(), "mac", 0.95, "mac")
    if reading.text.count(".") >= 2:
        for match in _DOTTED.finditer(reading.text):
            start, end = match.start() - 4, match.end()
            if not reading.text[start:end].replace(".", "").isdigit():
                yield Span(start, end, "mac", 0.8, "mac-dotted")


def _v4(reading: Reading) -> Iterator[Span]:
    for match in _V4.finditer(reading.text):
        octets = match[0].split(".")
        if any(int(octet) > 255 or (octet[0] == "0" and octet != "0") for octet in octets):
            continue
        address = IPv4Address(match[0])
        if address.is_loopback or address.is_unspecified or match[0].startswith("255.255."):
            continue
        start, end = match.span()
        if any(address in network for network in _NOBODYS):
            yield Span(start, end, "ip", _LOCAL, "ipv4-local")
            continue
        if reading.before(_VERSION, start, 12) or _names_a_release(reading.text, start):
            continue
        sure = (
            max(map(int, octets)) >= _SMALL or _is_reached(reading.text, start, end) or reading.before(_ADDRESS, start)
        )
        yield Span(start, end, "ip", 0.95 if sure else 0.4, "ipv4")


def _is_reached(text: str, start: int, end: int) -> bool:
    """Whether it stands in a link, behind a user's name, or before a port."""
    return text[start - 1 : start] in {"/", "@"} or _PORT.match(text, end) is not None


def _names_a_release(text: str, start: int) -> bool:
    """Whether a dotted number follows a product's name, as ``Chrome/120.0.0.0`` does."""
    return text[start - 1 : start] == "/" and text[start - 2 : start - 1].isalnum()


def _v6(reading: Reading) -> Iterator[Span]:
    for match in _V6.finditer(reading.text):
        written = match[0].rstrip(":") if not match[0].endswith("::") else match[0]
        if written.count(":") < 2 or not any(map(str.isdigit, written)):
            continue
        try:
            address = IPv6Address(written)
        except AddressValueError:
            continue
        if address.is_loopback or address.is_unspecified or not _is_long(written):
            continue
        local = any(address in network for network in _NOBODYS)
        sure, rule = (_LOCAL, "ipv6-local") if local else (0.95, "ipv6")
        yield Span(match.start(), match.start() + len(written), "ip", sure, rule)


def _is_long(written: str) -> bool:
    """Whether it has three groups, or a first one as addresses in use have: ``a1::b2`` is more often a name in code."""
    groups = [group for group in written.split(":") if group]
    return len(groups) >= 3 or (len(groups[0]) == 4 and groups[0][0] in "23fF")
