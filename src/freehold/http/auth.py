"""Who asks: a key in ``authorization: Bearer`` or ``x-api-key``, looked up by its hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from freehold.core.caller import Caller, Role
from freehold.core.errors import Forbidden, Unauthorized
from freehold.http.asgi import Http
from freehold.http.routes import Who

Lookup = Callable[[str], Caller | None]

RANKS: Mapping[Role, int] = {"user": 0, "viewer": 1, "operator": 2, "admin": 3}
"""Whoever has a role may all that the roles below it may."""

NEEDED: Mapping[Who, int] = {"anyone": 0, "key": 0, "viewer": 1, "operator": 2, "admin": 3}
"""The rank from which on an operation may be called."""

_MEND = "send a key made with `freehold keys create` as 'authorization: Bearer KEY' or 'x-api-key: KEY'"


def authenticate(http: Http, lookup: Lookup) -> Caller:
    """The caller of this request; raises `Unauthorized`. The two headers may stand together only if they agree."""
    bearer, plain = http.header(b"authorization"), http.header(b"x-api-key")
    secret = plain
    if bearer is not None:
        scheme, _, token = bearer.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthorized(f"the authorization header is not 'Bearer KEY'; {_MEND}")
        secret = token.strip()
        if plain is not None and plain.strip() != secret:
            raise Unauthorized("authorization and x-api-key hold different keys; send one")
    if not secret:
        raise Unauthorized(f"no API key was given; {_MEND}")
    secret = secret.strip()
    caller = lookup(secret)
    if caller is None:
        raise Unauthorized(f"this API key is not known, has expired or was revoked; {_MEND}")
    http.stands = lambda: lookup(secret) is not None
    return caller


def keyed(http: Http) -> bool:
    """Whether the request brings a key; a cookie beside one says nothing."""
    return http.header(b"authorization") is not None or http.header(b"x-api-key") is not None


def admit(http: Http, lookup: Lookup, who: Who) -> Caller | None:
    """The caller, if it may enter where `who` may; `None` where anyone may. Raises `Unauthorized` or `Forbidden`."""
    if who == "anyone":
        return None
    caller = authenticate(http, lookup)
    permit(caller, who)
    return caller


def permit(caller: Caller, who: Who) -> None:
    """Let a caller pass where `who` may enter, or whoever may do less; raises `Forbidden`."""
    if RANKS[caller.role] < NEEDED[who]:
        raise Forbidden(f"this needs the role {who}, and this key's is {caller.role}")
