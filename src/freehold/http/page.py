"""The web page: the static files of ``freehold/ui``, as they are, under one strict policy.

The page is a client like any other: it loads these files and then asks the admin API. So nothing here knows who asks,
and nothing here is secret. What a browser may do with the page is said in `POLICY`: scripts, styles and requests of
this origin alone, no frame around it, no form that leads elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from freehold import __version__
from freehold.core.errors import NotFound
from freehold.http.asgi import Header, Http

_CONTENT = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    b" font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

POLICY: tuple[Header, ...] = (
    (b"content-security-policy", _CONTENT),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
"""On every answer of the page, those that say that nothing has changed among them."""

_FRONT = f"""Freehold {__version__}

OpenAI's API is at /v1 and Anthropic's at /v1/messages; both take a key made with `freehold keys create`.
What else there is: /api/openapi.json
"""

_KINDS = {
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "json": b"application/json",
    "webmanifest": b"application/manifest+json",
    "svg": b"image/svg+xml",
    "txt": b"text/plain; charset=utf-8",
    "png": b"image/png",
    "ico": b"image/x-icon",
    "woff2": b"font/woff2",
}
"""What is served at all, by how its name ends. A file of any other kind is no part of the page."""

_SMALL_ALREADY = frozenset({"png", "ico", "woff2"})
_NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/){0,4}[A-Za-z0-9_-][A-Za-z0-9._-]*\.([a-z0-9]+)")
"""Names of files below the folder. None begins with a dot, so none leads out of it."""


class _Variant(NamedTuple):
    """One file in one coding. `etag` is a strong one, so each coding has its own (RFC 9110, 8.8.3.3)."""

    body: bytes
    etag: bytes
    coding: bytes | None


class _File(NamedTuple):
    stamp: tuple[int, int] | None
    plain: _Variant
    packed: _Variant | None


class Page:
    """``/`` and ``/ui/...``. A file is read and compressed once, and again only when it has changed."""

    def __init__(self, folder: Traversable | None = None) -> None:
        self._folder = folder or files("freehold").joinpath("ui")
        self._files: dict[str, _File] = {}

    async def front(self, http: Http, _caller: None) -> None:
        """``GET /``: the page for whoever takes HTML, as browsers do; a few lines of text for a program."""
        found = self._find("index.html") if _takes(http.header(b"accept"), "text/html") else None
        if found is not None:
            await _send(http, found, _KINDS["html"], b"accept, accept-encoding")
            return
        headers = [(b"vary", b"accept"), *POLICY]
        await http.reply(200, _FRONT.encode(), headers, kind=(b"content-type", _KINDS["txt"]))

    async def file(self, http: Http, _caller: None, name: str) -> None:
        """``GET /ui/{}``: a file of the page; raises `NotFound`."""
        found = self._find(name)
        if found is None:
            raise NotFound(f"the page has no file {name[:200]!a}")
        await _send(http, found, _KINDS[name.rpartition(".")[2]], b"accept-encoding")

    def _find(self, name: str) -> _File | None:
        shape = _NAME.fullmatch(name)
        if shape is None or shape[1] not in _KINDS:
            return None
        where = self._folder.joinpath(name)
        held = self._files.get(name)
        stamp = _stamp(where)
        if held is None or held.stamp != stamp:
            if not where.is_file():
                return None
            held = _read(where.read_bytes(), stamp, compress=shape[1] not in _SMALL_ALREADY)
            self._files[name] = held
        return held


def _stamp(where: Traversable) -> tuple[int, int] | None:
    """By what a change is seen; `None` for a package that is no folder on disk, whose files cannot change."""
    if not isinstance(where, Path):
        return None
    try:
        status = where.stat()
    except OSError:
        return (0, -1)
    return (status.st_mtime_ns, status.st_size)


def _read(body: bytes, stamp: tuple[int, int] | None, *, compress: bool) -> _File:
    digest = hashlib.sha256(body).hexdigest()[:32]
    packed = gzip.compress(body, 9, mtime=0) if compress else body
    small = _Variant(packed, f'"{digest}-gzip"'.encode(), b"gzip") if len(packed) < len(body) else None
    return _File(stamp, _Variant(body, f'"{digest}"'.encode(), None), small)


async def _send(http: Http, found: _File, kind: bytes, vary: bytes) -> None:
    packed = found.packed if _takes(http.header(b"accept-encoding"), "gzip") else None
    chosen = packed or found.plain
    headers: list[Header] = [(b"etag", chosen.etag), (b"cache-control", b"no-cache"), (b"vary", vary), *POLICY]
    if _matches(http.header(b"if-none-match"), chosen.etag):
        await http.start(304, headers)
        await http.finish()
        return
    if chosen.coding is not None:
        headers.append((b"content-encoding", chosen.coding))
    await http.start(200, [(b"content-type", kind), (b"content-length", b"%d" % len(chosen.body)), *headers])
    await http.finish(b"" if http.method == "HEAD" else chosen.body)


def _takes(header: str | None, word: str) -> bool:
    """Whether a list such as ``gzip;q=0.5, br`` names a word, and not with a weight of nothing."""
    return any(name == word and weight != 0.0 for name, weight in _weighted(header or ""))


def _weighted(header: str) -> Iterable[tuple[str, float | None]]:
    for part in header.split(","):
        name, _, parameters = part.partition(";")
        found = re.search(r"\bq=([01](?:\.\d{0,3})?)\s*(?:;|$)", parameters)
        yield name.strip().lower(), float(found[1]) if found else None


def _matches(header: str | None, etag: bytes) -> bool:
    """Whether ``if-none-match`` names what would be sent (RFC 9110, 13.1.2: compared weakly)."""
    if header is None:
        return False
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return "*" in named or etag.decode() in named
