"""Where errors become answers, for every application of this package."""

from __future__ import annotations

import logging

from freehold.core.errors import MethodNotAllowed, RequestError, Unauthorized, Unavailable
from freehold.core.request import Dialect
from freehold.core.trace import CURRENT, begin
from freehold.http.asgi import CallerLeft, Header, Http
from freehold.http.reply import retry, stated
from freehold.wire.faults import error_body

_LOG = logging.getLogger("freehold.http")


class Edge:
    """An application's outermost layer. Whoever is one says in `route` what answers."""

    def __init__(self) -> None:
        self.ready = False
        """Requests are taken."""

    async def route(self, http: Http) -> None:
        """Answer a request; raises `RequestError` for what gets an error for an answer."""
        raise NotImplementedError

    async def serve(self, http: Http) -> None:
        """Answer a request, whatever becomes of it."""
        CURRENT.set(begin(http.id, http.header(b"traceparent")))  # The server gives each request a task of its own.
        try:
            if not self.ready:
                raise Unavailable("Freehold is starting or stopping; try again in a moment", retry_after=1)
            await self.route(http)
        except RequestError as error:
            await _refuse(http, error)
        except CallerLeft:
            return
        except Exception as error:
            # The last line of defence: the caller gets a plain error with an id, the log gets the whole story.
            _LOG.exception("request %s failed inside Freehold", http.id)
            if http.started:
                raise
            await _refuse(http, RequestError(f"Freehold failed ({type(error).__name__}); its log has {http.id}"))


async def _refuse(http: Http, error: RequestError) -> None:
    """Answer with an error that came before there was an exchange."""
    dialect: Dialect = "anthropic" if http.path.startswith("/v1/messages") else "openai"
    headers = [*_demanded(error), *retry(error), *stated(http.id, dialect)]
    await http.reply(error.status, error_body(error, dialect, http.id), headers)


def _demanded(error: RequestError) -> list[Header]:
    """The headers without which HTTP allows no such status (RFC 9110, 11.6.1 and 15.5.6)."""
    match error:
        case MethodNotAllowed():
            return [(b"allow", ", ".join(error.allowed).encode())]
        case Unauthorized():
            return [(b"www-authenticate", b'Bearer realm="freehold"')]
        case _:
            return []
