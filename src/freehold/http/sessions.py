"""Signing in to the page with a key, and out again."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, TypeVar

from freehold.core.caller import Caller
from freehold.core.errors import ForeignRequest, NotFound, Unauthorized, Unavailable
from freehold.http.asgi import Http
from freehold.http.auth import keyed
from freehold.http.cookie import PRIVATE, Cookie, token
from freehold.http.guesses import Guesses
from freehold.http.parameters import convert
from freehold.http.routes.session import SessionBody
from freehold.stores.sessions import IDLE_NS, LONGEST_NS, SECOND, Sessions

_LOG = logging.getLogger("freehold.http")
_LARGEST_BODY = 4096

T = TypeVar("T")


class SessionApi:
    """``/api/session``."""

    def __init__(self, sessions: Sessions, cookie: Cookie) -> None:
        self._sessions = sessions
        self._cookie = cookie
        self._guesses = Guesses()

    async def begin(self, http: Http, _caller: None) -> None:
        """``POST /api/session``: sign in; a session that this browser had ends."""
        http.always = PRIVATE
        if not self._cookie.from_here(http):
            raise ForeignRequest("this request was made by another site's page, and was refused")
        key = convert(await http.json(_LARGEST_BODY), SessionBody).key.strip()
        self._guesses.take(http.address)
        begun = await _stored(asyncio.to_thread(self._sessions.begin, key))
        if begun is None:
            _LOG.warning("a wrong key was tried at sign-in, from %s", http.address or "an unknown address")
            raise Unauthorized("this key is not known, has expired or was revoked; check it, or ask an admin for one")
        self._guesses.give_back(http.address)
        if (old := self._cookie.read(http)) is not None:
            await _stored(asyncio.to_thread(self._sessions.end, old))
        caller = begun.session.caller
        _LOG.info("signed in: %s (%s), role %s", caller.key_id, http.address, caller.role)
        http.always = (*PRIVATE, self._cookie.given(http, begun.secret, LONGEST_NS // SECOND))
        await http.tell(session_row(caller, begun.secret, begun.session.expires_ns))

    async def current(self, http: Http, caller: Caller) -> None:
        """``GET /api/session``."""
        secret = None if keyed(http) else self._cookie.read(http)
        session = None if secret is None else self._sessions.find(secret)
        await http.tell(session_row(caller, secret, None if session is None else session.expires_ns))

    async def end(self, http: Http, caller: Caller) -> None:
        """``DELETE /api/session``: sign out; raises `NotFound` for a caller that came with its key."""
        secret = None if keyed(http) else self._cookie.read(http)
        if secret is None:
            raise NotFound("this request came with a key, so there is no session to end")
        http.always = (*PRIVATE, self._cookie.given(http, "", 0))
        await _stored(asyncio.to_thread(self._sessions.end, secret))
        _LOG.info("signed out: %s", caller.key_id)
        await http.tell({"signed_out": True})


async def _stored(work: Awaitable[T]) -> T:
    try:
        return await work
    except sqlite3.Error as error:
        raise Unavailable(f"the sessions cannot be written: {error}", retry_after=1) from error


def session_row(caller: Caller, secret: str | None, expires_ns: int | None) -> dict[str, Any]:
    """Who is signed in as JSON: what its key may, and the token of its page. `secret`: `None` where a key came."""
    expires = None if expires_ns is None else datetime.fromtimestamp(expires_ns / SECOND, UTC)
    return {
        "key": caller.key_id,
        "name": caller.name,
        "role": caller.role,
        "team": caller.team,
        "label": None if caller.default_label is None else str(caller.default_label),
        "models": None if caller.models is None else sorted(caller.models),
        "groups": sorted(caller.groups),
        "collections": list(caller.collections),
        "may_declare": caller.may_declare,
        "capture": caller.capture,
        "csrf": None if secret is None else token(secret),
        "expires": None if expires is None else expires.isoformat(timespec="seconds"),
        "idle_seconds": None if secret is None else IDLE_NS // SECOND,
    }
