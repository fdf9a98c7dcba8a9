"""What names a person on a network: profile pages, data in a link's parameters, addresses of wallets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading

_PROFILE = re.compile(
    r"(?:linkedin\.com/in/|(?:facebook|instagram|twitter|tiktok|vk)\.com/@?|(?<![\w.])x\.com/@?|(?<![\w.])t\.me/)"
    r"(?!(?:share|sharer|login|home|search|intent|hashtag|explore|p|status|about|help|pages|groups|events)\b)[\w.%-]{2,80}(?<![.])"
)
_PARAMETER = re.compile(
    r"[?&](?:(?:first|last|full|user|sur)[_-]?name|login|email|e-mail|mail|phone|tel|mobile|ssn|dob|birthdate)"
    r"=([^&#\s\"'<>]{2,200})"
)
_BITCOIN = re.compile(r"[13](?<!\w[13])[1-9A-HJ-NP-Za-km-z]{25,34}(?!\w)|bc1(?<!\wbc1)[02-9ac-hj-np-z]{11,71}(?!\w)")
"""Base58Check (``1..``, ``3..``) and Bech32 (BIP 173)."""
_ETHEREUM = re.compile(r"(?<!\w)0[xX][0-9a-fA-F]{40}(?!\w)")


def find_profiles(reading: Reading) -> Iterator[Span]:
    """Pages of one person on a large network, and personal fields in the query of a link."""
    low = reading.low
    if "/" in low and (".com/" in low or "t.me/" in low):
        for match in _PROFILE.finditer(low):
            yield Span(match.start(), match.end(), "profile", 0.6, "profile-page")
    if "=" in low and "?" in low:
        for match in _PARAMETER.finditer(low):
            yield Span(match.start(1), match.end(1), "profile", 0.55, "profile-parameter")


def find_wallets(reading: Reading) -> Iterator[Span]:
    """Bitcoin addresses that hold their checksum, and those of Ethereum, whose form is all there is."""
    if "0x" in reading.low:
        for match in _ETHEREUM.finditer(reading.text):
            yield Span(match.start(), match.end(), "wallet", 0.7, "wallet-ethereum")
    for match in _BITCOIN.finditer(reading.text):
        # Imported for the text that needs it alone, as all that this package takes from stdnum.
        from stdnum import bitcoin  # noqa: PLC0415

        if bitcoin.is_valid(match[0]):
            yield Span(match.start(), match.end(), "wallet", 0.95, "wallet-bitcoin")
