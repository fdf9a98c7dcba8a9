"""Who may enter: by a key, as programs do, or by the page's cookie where no key is brought."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable

from freehold.core.caller import Caller
from freehold.core.errors import ForeignRequest, SessionEnded, Unavailable
from freehold.http.asgi import Http
from freehold.http.auth import admit, keyed, permit
from freehold.http.cookie import LOOKS, PRIVATE, Cookie, has_token
from freehold.http.routes import Who
from freehold.stores.sessions import Session, Sessions

_LOG = logging.getLogger("freehold.http")


class Door:
    """The one place where a request gets its caller."""

    def __init__(self, lookup: Callable[[str], Caller | None], sessions: Sessions, cookie: Cookie) -> None:
        self._lookup = lookup
        self._sessions = sessions
        self._cookie = cookie

    async def admit(self, http: Http, who: Who) -> Caller | None:
        """The caller, if it may enter where `who` may; `None` where anyone may.

        Raises `Unauthorized`, or `Forbidden`.
        """
        if who == "anyone" or keyed(http):
            return admit(http, self._lookup, who)
        secret = self._cookie.read(http)
        if secret is None:
            return admit(http, self._lookup, who)
        return await self._by_cookie(http, secret, who)

    async def _by_cookie(self, http: Http, secret: str, who: Who) -> Caller:
        http.always = PRIVATE
        if not self._cookie.from_here(http):
            raise ForeignRequest("this request was made by another site's page, and was refused")
        session = await self._session(secret)
        if http.method not in LOOKS and not has_token(http, secret):
            raise ForeignRequest("this request changes something and lacks the page's token; reload the page")
        permit(session.caller, who)
        http.stands = lambda: self._sessions.find(secret) is not None
        return session.caller

    async def _session(self, secret: str) -> Session:
        try:
            session = self._sessions.find(secret)
        except sqlite3.Error as error:
            raise Unavailable(f"the sessions cannot be read: {error}", retry_after=1) from error
        if session is None:
            raise SessionEnded("you are no longer signed in; sign in again")
        if session.unwritten:
            try:
                await asyncio.to_thread(self._sessions.write, secret)
            except sqlite3.Error as error:
                _LOG.warning("a session's last moment could not be written down: %s", error)
        return session
