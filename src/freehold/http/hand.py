"""The application of a worker that is not the first: plain model requests are answered here, all else is passed on.

Passed on is what has another path, what brings no key that is known here, and what is answered from documents. It goes
to the first worker as it came, so that every answer is the same whichever worker a connection happens to be at.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from freehold.assemble import Hand
from freehold.core.caller import Caller
from freehold.core.errors import Unauthorized
from freehold.core.exchange import Headers
from freehold.core.request import AnyRequest
from freehold.http.asgi import Http, Message, PassOn, Receive, Send
from freehold.http.auth import authenticate, keyed
from freehold.http.edge import Edge
from freehold.http.models import ModelApi
from freehold.http.routes.models import MODELS


class HandApp(Edge):
    """A hand over ASGI. Its lifespan is the server's."""

    def __init__(self, hand: Hand, pass_on: PassOn, *, body_limit: int) -> None:
        super().__init__()
        self._hand = hand
        self._pass_on = pass_on
        models = ModelApi(hand, body_limit, elsewhere=self._elsewhere)
        self._here: dict[tuple[str, str], Callable[[Http, Caller], Awaitable[None]]] = {
            (operation.method, operation.path): getattr(models, operation.handler)
            for operation in MODELS
            if "{}" not in operation.path
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "http":
            await self.serve(Http(scope, receive, send))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def route(self, http: Http) -> None:
        """Answer, or have the first answer."""
        answer = self._here.get((http.method, http.path))
        caller = self._caller(http) if answer is not None else None
        if answer is None or caller is None:
            await http.pass_on(self._pass_on)
        else:
            await answer(http, caller)

    def _caller(self, http: Http) -> Caller | None:
        """Who asks; `None` for whoever the first must look at: it knows cookies, the local token, and what to say."""
        if not keyed(http):
            return None
        try:
            return authenticate(http, self._hand.lookup)
        except Unauthorized:
            return None

    async def _elsewhere(self, http: Http, body: bytes, request: AnyRequest, headers: Headers, caller: Caller) -> bool:
        """Have the first answer what belongs to it; whether it did."""
        if not self._hand.belongs_to_first(request, headers, caller):
            return False
        await http.pass_on(self._pass_on, body)
        return True

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._hand.start()
                self.ready = True
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.ready = False
                await self._hand.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return
