"""A provider for targets that Freehold itself runs: it knows the address once the engine is ready.

The call itself is another provider's; this one only waits for a model that is still loading, and says plainly why a
model does not answer. A worker that ends takes the requests that wait for its first word with it; they may be asked
again of the next one, because a model does nothing in the world.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.ports import Events, Provider
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, Request, ToolChoice
from freehold.core.target import Target
from freehold.engines.llamacpp import State, Status

_TOO_LONG = "is too large to process"
"""What the engine says, under status 500, of a text with more tokens than its embedding model reads."""
_COME_BACK = 10.0
"""Seconds after which to ask again for a model that was waited for in vain."""


class Engine(Protocol):
    """What knows where local models answer, wherever it runs."""

    async def wait(self, name: str, seconds: float) -> Status:
        """The status as soon as the model is ready, failed or stopped, and after `seconds` in any case."""
        ...


class LocalProvider:
    """Sends a request on to the worker of the target's name."""

    def __init__(self, engine: Engine, send: Provider, *, patience: float = 120.0) -> None:
        """`send` makes the call; `patience` is the seconds to wait for a model that is being loaded."""
        self._engine = engine
        self._send = send
        self._patience = patience

    @asynccontextmanager
    async def __call__(self, target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        """Open a stream; raises `AttemptFailed` (``CONNECT``) if the model has failed or is not ready in time.

        Also if its worker ended before the answer began; that alone is safe to retry.
        """
        resolved = await self._resolve(target)
        async with AsyncExitStack() as stack:
            try:
                events = await stack.enter_async_context(self._send(resolved, _one_tool_named(request), attempt))
            except AttemptFailed as failure:
                failure.safe_to_retry = failure.safe_to_retry or failure.fault is Fault.CONNECT
                if _TOO_LONG in failure.message:
                    raise AttemptFailed(Fault.REJECTED, failure.message, status=400, param="input") from failure
                raise
            yield events

    async def _resolve(self, target: Target) -> Target:
        status = await self._engine.wait(target.name, min(self._patience, target.timeouts.first))
        if status.address is None:
            under_way = status.state in {State.STARTING, State.RESTARTING}
            state = "not ready yet" if under_way else status.state.value
            raise AttemptFailed(
                Fault.CONNECT,
                f"the local model {target.name} is {state}: {status.reason}",
                retry_after=_COME_BACK if under_way else None,
            )
        return msgspec.structs.replace(
            target, base_url=status.address.base_url, api_key=status.address.api_key, auth="bearer"
        )


def _one_tool_named(request: AnyRequest) -> AnyRequest:
    """The engine knows no named tool choice: it says the same as one tool, required."""
    if not isinstance(request, Request) or request.tool_choice is None or request.tool_choice.mode != "named":
        return request
    name = request.tool_choice.name
    chosen: tuple[Any, ...] = tuple(tool for tool in request.tools if getattr(tool, "name", None) == name)
    return _required(request, chosen)


def _required(request: Request, tools: tuple[Any, ...]) -> Request:
    return request.rewritten(tools=tools, tool_choice=ToolChoice("required"))
