"""The ASGI application: one table of paths, one place where errors become answers."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from freehold.assemble import Stack
from freehold.core.errors import MethodNotAllowed, NotFound
from freehold.http.admin import AdminApi
from freehold.http.asgi import Http, Message, Receive, Send
from freehold.http.audit import AuditApi
from freehold.http.cookie import Cookie
from freehold.http.documents import DocumentApi
from freehold.http.door import Door
from freehold.http.edge import Edge
from freehold.http.erasure import ErasureApi
from freehold.http.evaluate import EvaluateApi
from freehold.http.evaluate_arena import ArenaApi
from freehold.http.evaluate_datasets import DatasetApi
from freehold.http.evaluate_judges import JudgeApi
from freehold.http.evaluate_promises import PromiseApi
from freehold.http.evaluate_routers import RouterApi
from freehold.http.evaluate_watch import WatchApi
from freehold.http.feedback import FeedbackApi
from freehold.http.files import FileApi
from freehold.http.filing import Filing
from freehold.http.keys import KeyApi
from freehold.http.limits import LimitApi
from freehold.http.menu import MenuApi
from freehold.http.metrics import MetricsPage
from freehold.http.models import ModelApi
from freehold.http.operations import Operations
from freehold.http.page import Page
from freehold.http.plan import PlanApi
from freehold.http.routes import OPERATIONS, Who
from freehold.http.sessions import SessionApi
from freehold.http.upload import sweep
from freehold.http.usage import UsageApi
from freehold.http.vector_stores import VectorStoreApi

_LOG = logging.getLogger("freehold.http")


class Endpoint(NamedTuple):
    """One operation as it is served. Whoever may not enter is turned away before `call` is."""

    who: Who
    call: Callable[..., Awaitable[None]]
    """Takes the request, its caller (`None` where anyone may call), and the names in the path, where there are any."""


class App(Edge):
    """Freehold over ASGI. Its stack is started and stopped by the server's lifespan."""

    def __init__(self, stack: Stack, *, body_limit: int) -> None:
        super().__init__()
        self._stack = stack
        self._body_limit = body_limit
        self._exact: dict[str, dict[str, Endpoint]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Endpoint]]] = []
        self._door: Door

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "http":
            await self.serve(Http(scope, receive, send))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await asyncio.to_thread(sweep, self._stack.incoming)
                await self._stack.start()
                self.open()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.ready = False
                await self._stack.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def open(self) -> None:
        """Take requests from now on. A stack that was not started answers whatever needs no target."""
        cookie = Cookie(self._stack.config.server.public_url)
        self._door = Door(self._stack.lookup, self._stack.sessions, cookie)
        filing = Filing(self._stack.shelf, self._stack.knowledge)
        parts: dict[str, object] = {
            "models": ModelApi(self._stack, self._body_limit),
            "metrics": MetricsPage(self._stack),
            "admin": AdminApi(self._stack),
            "keys": KeyApi(self._stack),
            "limits": LimitApi(self._stack),
            "menu": MenuApi(self._stack),
            "audit": AuditApi(self._stack),
            "documents": DocumentApi(self._stack),
            "erasure": ErasureApi(self._stack),
            "evaluate": EvaluateApi(self._stack),
            "evaluate_arena": ArenaApi(self._stack),
            "evaluate_datasets": DatasetApi(self._stack),
            "evaluate_judges": JudgeApi(self._stack),
            "evaluate_promises": PromiseApi(self._stack),
            "evaluate_routers": RouterApi(self._stack),
            "evaluate_watch": WatchApi(self._stack),
            "files": FileApi(self._stack, filing),
            "stores": VectorStoreApi(self._stack, filing),
            "operations": Operations(self._stack),
            "page": Page(),
            "plan": PlanApi(self._stack),
            "usage": UsageApi(self._stack),
            "feedback": FeedbackApi(self._stack),
            "session": SessionApi(self._stack.sessions, cookie),
        }
        paths: dict[str, dict[str, Endpoint]] = {}
        for operation in OPERATIONS:
            endpoint = Endpoint(operation.who, getattr(parts[operation.part], operation.handler))
            paths.setdefault(operation.path, {})[operation.method] = endpoint
        self._exact = {path: methods for path, methods in paths.items() if "{}" not in path}
        # The more particular first: what ends in /rotate is no key's name.
        holed = sorted((path for path in paths if "{}" in path), key=len, reverse=True)
        self._patterns = [(_pattern(path), paths[path]) for path in holed]
        self.ready = True

    async def route(self, http: Http) -> None:
        """Answer by the table of paths."""
        path = http.path
        methods = self._exact.get(path)
        if methods is not None:
            await self._enter(_chosen(methods, http.method, path), http)
            return
        for pattern, endpoints in self._patterns:
            if found := pattern.fullmatch(path):
                await self._enter(_chosen(endpoints, http.method, path), http, *found.groups())
                return
        raise NotFound(f"there is nothing at {path[:200]!a}; /api/openapi.json lists what there is")

    async def _enter(self, endpoint: Endpoint, http: Http, *names: str) -> None:
        await endpoint.call(http, await self._door.admit(http, endpoint.who), *names)


def _pattern(path: str) -> re.Pattern[str]:
    """What a path with names in it matches. A name alone may hold slashes, as those of models do; of two, neither."""
    hole = "(.+)" if path.count("{}") == 1 else "([^/]+)"
    return re.compile(hole.join(map(re.escape, path.split("{}"))), re.DOTALL)


def _chosen(methods: dict[str, Endpoint], method: str, path: str) -> Endpoint:
    found = methods.get("GET" if method == "HEAD" else method)
    if found is None:
        allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)
        raise MethodNotAllowed(f"{path} takes {', '.join(allowed)}, not {method[:20]!a}", allowed)
    return found
