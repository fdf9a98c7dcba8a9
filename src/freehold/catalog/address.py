"""What an address tells: whether it is well formed, and how near it is.

Only names and numbers are read; nothing is resolved. A name that happens to resolve to a private address is not known
to be near, and is treated as far.
"""

from __future__ import annotations

import enum
import ipaddress
from urllib.parse import urlsplit


class Reach(enum.Enum):
    """How far away an address is, as far as it says so itself."""

    HERE = "this machine"
    PRIVATE = "a private network"
    OUTSIDE = "outside"


_NEAR_SUFFIXES = (".local", ".lan", ".home.arpa", ".internal")


def checked(url: str) -> str:
    """The URL without a trailing slash; raises `ValueError` that says what is wrong. Never repeats credentials."""
    if any(ord(character) <= 32 or ord(character) == 127 for character in url):
        raise ValueError("an address holds no spaces or control characters")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (reading it is what checks it)
    except ValueError as error:
        raise ValueError(f"this is not an address: {error}") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("an address begins with http:// or https://")
    if not parts.hostname:
        raise ValueError("the address names no host")
    if "@" in parts.netloc:
        raise ValueError("an address holds no user or password; put the secret into api_key")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ValueError("an address ends with its path, as in http://host:8000/v1, without '?' or '#'")
    return url.rstrip("/")


def reach(url: str) -> Reach:
    """How near the host of a `checked` URL is.

    >>> reach("http://10.0.0.7:8000/v1").value
    'a private network'
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return Reach.HERE
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return Reach.PRIVATE if host.endswith(_NEAR_SUFFIXES) else Reach.OUTSIDE
    if isinstance(number, ipaddress.IPv6Address) and number.ipv4_mapped:
        number = number.ipv4_mapped
    if number.is_loopback:
        return Reach.HERE
    return Reach.PRIVATE if any(number in network for network in _PRIVATE) else Reach.OUTSIDE


_PRIVATE = [
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        "fc00::/7",
        *("169.254.0.0/16", "fe80::/10"),
        "100.64.0.0/10",
    )
]
"""RFC 1918; RFC 4193; link-local; and RFC 6598, of carrier and overlay networks (Tailscale numbers its hosts there).

`ipaddress` calls more of them private, networks for documentation and benchmarks among them: on a wire those may be
anybody's, and data that may not leave must not go there."""
