"""The page's cookie, and how a request shows that it is the page's own.

The cookie is ``HttpOnly``, so no script reads it, and ``SameSite=Strict``, so no other site's page makes a browser send
it. Beside that, whatever is not a plain look must bring a token in a header, which the page is told when it signs in
and any other origin cannot read; and a browser that says where a request was made (Fetch Metadata, or ``origin``) must
say here. The token is made of the session's secret (HMAC-SHA-256), so there is nothing more to keep.
"""

from __future__ import annotations

import base64
import hmac

from freehold.http.asgi import Header, Http

TOKEN_HEADER = b"x-freehold-csrf"

LOOKS = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""

PRIVATE: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)
"""On every answer to the cookie: it is nobody else's, and a file that somebody put in never runs as a page."""

_NAME = "freehold"
_SECURE_NAME = f"__Host-{_NAME}"
"""Browsers take a cookie of such a name over TLS alone, for this very host (RFC 6265bis, 4.1.3.2)."""


class Cookie:
    """The cookie of one Freehold. `public`: the origin at which people reach it, where that is not how it is served."""

    def __init__(self, public: str | None = None) -> None:
        self._public = public

    def read(self, http: Http) -> str | None:
        """The secret of the session, or whatever else stands in its place; `None` where no cookie came."""
        name = self._name(http)
        for header in http.headers(b"cookie"):
            for part in header.split(";"):
                found, equals, value = part.strip().partition("=")
                if equals and found == name:
                    return value
        return None

    def given(self, http: Http, secret: str, seconds: int) -> Header:
        """What hands it to a browser, for so long; no seconds take it back."""
        secure = "; Secure" if self._secure(http) else ""
        text = f"{self._name(http)}={secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds:d}{secure}"
        return (b"set-cookie", text.encode("ascii"))

    def from_here(self, http: Http) -> bool:
        """Whether a browser says that this origin's page made the request, or says nothing, as programs do."""
        site = http.header(b"sec-fetch-site")
        if site is not None:  # No script can set it, and none of the browsers that send it leaves it out.
            return site == "same-origin" or (site == "none" and http.method in LOOKS)
        origin, host = http.header(b"origin"), http.header(b"host")
        here = {f"http://{host}", f"https://{host}"} if host else set()
        return origin is None or origin in here | {self._public}

    def _name(self, http: Http) -> str:
        return _SECURE_NAME if self._secure(http) else _NAME

    def _secure(self, http: Http) -> bool:
        return http.secure or (self._public or "").startswith("https:")


def token(secret: str) -> str:
    """What the page of this session sends in `TOKEN_HEADER`: 43 characters."""
    made = hmac.digest(secret.encode("utf-8", "surrogatepass"), b"freehold page", "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def has_token(http: Http, secret: str) -> bool:
    """Whether the request brings it."""
    said = http.header(TOKEN_HEADER) or ""
    return hmac.compare_digest(said.encode("utf-8", "surrogatepass"), token(secret).encode())
