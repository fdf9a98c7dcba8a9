"""Finds private keys, by the armour that they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.core.finding import Span
from freehold.guards.secrets.signs import by_sign, standing

KIND = "private-key"
LONGEST = 20_000
"""Characters of a key's armour at most: an RSA key of 16,384 bits has 12,500."""


class Armour(msgspec.Struct, frozen=True):
    """How a kind of private key is written: `mark` opens it, `opening` is the whole opening, `closing` ends it."""

    mark: str
    opening: re.Pattern[str]
    closing: re.Pattern[str]


ARMOURS = (
    # PEM (RFC 7468), OpenSSH and OpenPGP (RFC 9580), with the dashes that each of them uses.
    Armour(
        "----",
        re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}"),
        re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}"),
    ),
    Armour(
        "PuTTY-User-Key-File-",
        re.compile(r"PuTTY-User-Key-File-[1-3]:"),
        re.compile(r"Private-(?:MAC|Hash): ?[0-9a-fA-F]{40,64}"),
    ),
    # One line of Bech32 (age, and its plugins; Nostr), a serialised extended key (BIP 32), minisign and signify.
    Armour("AGE-SECRET-KEY-", re.compile("AGE-SECRET-KEY-(?:PQ-)?1"), re.compile("(?<=1)[0-9A-Z]{50,2000}")),
    Armour("AGE-PLUGIN-", re.compile("AGE-PLUGIN-[A-Z0-9]{1,40}-1"), re.compile("(?<=1)[0-9A-Z]{6,2000}")),
    Armour("nsec1", re.compile(r"\bnsec1"), re.compile("(?<=1)[02-9ac-hj-np-z]{58}")),
    Armour("prv", re.compile(r"\b[xyzt]prv(?=[1-9A-HJ-NP-Za-km-z]{100})"), re.compile("[1-9A-HJ-NP-Za-km-z]{100,112}")),
    Armour(
        "untrusted comment: ",
        re.compile("untrusted comment: [a-z ]{0,24}encrypted secret key"),
        re.compile(r"\n[A-Za-z0-9+/=]{100,400}"),
    ),
    Armour(
        "BEGIN SSH2 ENCRYPTED",
        re.compile("---- BEGIN SSH2 ENCRYPTED PRIVATE"),
        re.compile("---- END SSH2 ENCRYPTED PRIVATE"),
    ),
)
_BY_SIGN = by_sign(ARMOURS, "-:1")
_BODY = re.compile(r"(?:[A-Za-z0-9+/=]|\\[nr]|[\s:,\"'-]){0,20000}")


def armoured(text: str) -> Iterator[Span]:
    """Private keys, with their armour; one that was cut off ends where its letters do."""
    for armour in standing(_BY_SIGN, text):
        yield from _in(text, armour)


def _in(text: str, armour: Armour) -> Iterator[Span]:
    at = 0
    while opened := armour.opening.search(text, at):
        closed = armour.closing.search(text, opened.end(), opened.end() + LONGEST)
        at = closed.end() if closed else _cut_off(text, opened.end())
        if at - opened.end() >= 24:
            yield Span(opened.start(), at, KIND, 0.98, "armoured", "secrets")


def _cut_off(text: str, start: int) -> int:
    body = _BODY.match(text, start)
    return body.end() if body is not None else start
