"""Where a target lives, and the head of each request to it, written so that no value can add a line of its own."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from freehold import __version__
from freehold.core.errors import AttemptFailed, Fault
from freehold.core.target import RESERVED_HEADERS, Target

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
"""A header's name and value (RFC 9110, 5.1 and 5.5): no line break, so that none can begin a header of its own."""

_PATH = "/%:@"
"""What stays as it is in a path, besides letters, digits and ``_.-~``."""

Headers = tuple[tuple[str, str], ...]


class Address(msgspec.Struct, frozen=True):
    """Host, port, TLS, and what is the same in every request to it: the path's start, the query, the fixed headers."""

    host: str
    port: int
    tls: bool
    prefix: str
    query: str
    fixed_head: bytes

    def __repr__(self) -> str:
        return f"Address({self.host}:{self.port})"  # The query and the head may hold a key.


def address_of(target: Target) -> Address:
    """Work it out; raises `AttemptFailed` (``CONNECT``) for a header of the target's that cannot be sent."""
    parts = urlsplit(target.base_url)
    tls = parts.scheme == "https"
    host = parts.hostname or ""
    port = parts.port or (443 if tls else 80)
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port == (443 if tls else 80) else f"{shown}:{port}"
    own = (
        ("host", authority),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("accept-encoding", "identity"),
        ("user-agent", f"freehold/{__version__}"),
    )
    key = _credentials(target)
    bad = _unsendable(key) or _barred(target.headers)
    if bad is None and not host.isascii():
        bad = "host"
    if bad is not None:
        raise AttemptFailed(
            Fault.CONNECT, f"the header {bad!a} of {target.name} cannot be sent; mend it where it is set"
        )
    return Address(
        host=host,
        port=port,
        tls=tls,
        prefix=quote(parts.path.rstrip("/"), safe=_PATH),
        query=f"?{urlencode(target.query)}" if target.query else "",
        fixed_head=_lines(own + key + target.headers).encode("latin-1"),
    )


def _credentials(target: Target) -> Headers:
    if target.api_key is None or target.auth == "none":
        return ()
    key = target.api_key.reveal()
    return (("authorization", f"Bearer {key}"),) if target.auth == "bearer" else ((target.auth, key),)


def request_head(address: Address, path: str, headers: Headers, length: int) -> bytes:
    """The head of a POST of `length` bytes; raises `AttemptFailed` (``UNTRANSLATABLE``) for a header not to be sent."""
    bad = _barred(headers)
    if bad is not None:
        raise AttemptFailed(Fault.UNTRANSLATABLE, f"the header {bad!a} cannot be passed on", param=bad)
    resource = f"{address.prefix}{quote(path, safe=_PATH)}{address.query}"
    start = f"POST {resource} HTTP/1.1\r\n{_lines(headers)}content-length: {length}\r\n"
    return start.encode("latin-1") + address.fixed_head + b"\r\n"


def _lines(headers: Headers) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers)


def _barred(headers: Headers) -> str | None:
    """The name of the first header that is Freehold's own to set, or that cannot be sent; of a caller or of a row."""
    return next((name for name, _ in headers if name.lower() in RESERVED_HEADERS), None) or _unsendable(headers)


def _unsendable(headers: Headers) -> str | None:
    """The name of the first header that cannot be sent as it is; never its value, which may be a key."""
    return next((name for name, value in headers if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value))), None)
