"""Finds secrets by what carries them: an address, a header, a connection, a signed token, a hook's address."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator

import msgspec

from freehold.core.finding import Span
from freehold.guards.secrets.placeholders import is_placeholder
from freehold.guards.secrets.shape import looks_random
from freehold.guards.secrets.signs import by_sign, standing


class Carrier(msgspec.Struct, frozen=True):
    """Where a secret may be read off what stands around it.

    `mark` is a literal without which the pattern cannot match; the group ``secret`` of the pattern is what is found,
    if `holds` says so.
    """

    kind: str
    mark: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    sure: float


def _signed(token: str) -> bool:
    """Whether the first part of a compact JWS or JWE (RFC 7515, RFC 7516) is a header that names its algorithm."""
    head = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(header, dict) and ("alg" in header or "typ" in header)


def _basic(value: str) -> bool:
    """Whether a value is the base64 of a name, a colon and a password (RFC 7617)."""
    try:
        name, colon, password = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return False
    return bool(colon and password) and (name + password).isprintable() and not is_placeholder(password)


def _bearer(value: str) -> bool:
    return not is_placeholder(value) and (looks_random(value) or (len(value) >= 32 and not value.isalpha()))


def _given(value: str) -> bool:
    return not is_placeholder(value)


def _always(_value: str) -> bool:
    return True


CARRIERS = (
    Carrier(
        "jwt",
        "eyJ",
        re.compile(r"(?<![A-Za-z0-9_-])(?P<secret>eyJ[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{0,16000}){2,4})"),
        _signed,
        0.95,
    ),
    Carrier(
        "password-in-address",
        "://",
        re.compile(r"://[^\s/:@\"'<>]{0,128}:(?P<secret>[^\s/@\"'<>]{3,256})@(?=[A-Za-z0-9\[_$-])"),
        _given,
        0.9,
    ),
    Carrier(
        "authorization",
        "asic ",
        re.compile(r"\b[Bb]asic +(?P<secret>[A-Za-z0-9+/]{8,512}={0,2})(?![A-Za-z0-9+/])"),
        _basic,
        0.9,
    ),
    Carrier(
        "authorization",
        "earer ",
        re.compile(r"\b[Bb]earer +(?P<secret>[A-Za-z0-9._~+/|-]{16,4000}={0,2})"),
        _bearer,
        0.85,
    ),
    Carrier(
        "authorization",
        "uthorization",
        re.compile(
            r"\b[Aa]uthorization[\"']?\s{0,3}[:=,]\s{0,3}[\"']?"
            r"(?:(?:[Tt]oken|[Aa]pi[Kk]ey|[Kk]ey|SSWS|GenieKey|Bot)[ =]+)?"
            r"(?P<secret>[A-Za-z0-9._~+/|-]{16,4000}={0,2})"
        ),
        _bearer,
        0.8,
    ),
    Carrier(
        "password-in-command",
        "curl ",
        re.compile(r"\bcurl [^\r\n]{0,200}?(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,64}:(?P<secret>[^\s\"']{3,128})"),
        _given,
        0.85,
    ),
    Carrier(
        "password-in-command",
        "login",
        re.compile(r"\blogin\s{1,8}[^\s]{1,64}\s{1,8}password\s{1,8}(?P<secret>[^\s]{4,128})"),
        _given,
        0.85,
    ),
    Carrier(
        "hook-address",
        "hooks.slack.com/",
        re.compile(
            r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[A-Z0-9]{6,14}/[A-Z0-9]{6,14}/[A-Za-z0-9/]{16,80})"
        ),
        _always,
        0.95,
    ),
    Carrier(
        "hook-address",
        "/api/webhooks/",
        re.compile(r"discord(?:app)?\.com/api/webhooks/(?P<secret>[0-9]{15,22}/[A-Za-z0-9_-]{50,90})"),
        _always,
        0.95,
    ),
    Carrier(
        "hook-address",
        "office.com/webhook",
        re.compile(
            r"office\.com/webhookb?2?/(?P<secret>[A-Za-z0-9@-]{36,110}/IncomingWebhook/[A-Za-z0-9]{32}/[A-Za-z0-9-]{36})"
        ),
        _always,
        0.95,
    ),
    Carrier(
        "hook-address",
        "hooks.zapier.com/",
        re.compile(r"hooks\.zapier\.com/hooks/catch/(?P<secret>[0-9]{3,12}/[A-Za-z0-9]{5,12})"),
        _always,
        0.8,
    ),
    Carrier(
        "signed-address",
        "X-Amz-Signature=",
        re.compile(r"X-Amz-Signature=(?P<secret>[0-9a-f]{64})"),
        _always,
        0.8,
    ),
    Carrier(
        "signed-address",
        "sig=",
        re.compile(r"[?&;]sig=(?P<secret>[A-Za-z0-9%+/]{40,70}(?:=|%3[dD])?)"),
        _always,
        0.9,
    ),
)
_BY_SIGN = by_sign(CARRIERS, "/=")


def carried(text: str) -> Iterator[Span]:
    """What the addresses, headers, commands and signed tokens in a text carry."""
    for carrier in standing(_BY_SIGN, text):
        yield from _in(text, carrier)


def _in(text: str, carrier: Carrier) -> Iterator[Span]:
    for found in carrier.pattern.finditer(text):
        if carrier.holds(found["secret"]):
            yield Span(*found.span("secret"), carrier.kind, carrier.sure, "carried", "secrets")
