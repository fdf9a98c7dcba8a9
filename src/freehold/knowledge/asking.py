"""How this wing asks a model: by an exchange of its own, through the same pipeline as everybody's."""

from __future__ import annotations

from freehold.core.caller import Caller
from freehold.core.errors import TIMEOUTS, AttemptFailed, UpstreamFailed, UpstreamTimeout
from freehold.core.event import Answer, Gatherer
from freehold.core.exchange import Exchange, Headers
from freehold.core.label import Label, Source
from freehold.core.ports import Handler
from freehold.core.request import AnyRequest

ORIGIN = "knowledge"


async def ask(handler: Handler, request: AnyRequest, label: Label) -> Answer:
    """The whole answer of the target that the request names, if it may see data of this label.

    The wing's own caller may ask that target and no other, and states the label of what it sends in place of a key's.
    Raises `RequestError`: `LabelForbidden` where the target is not cleared, `UpstreamFailed` where it did not answer.
    """
    caller = Caller(ORIGIN, ORIGIN, models=frozenset({request.model}), may_declare=True)
    exchange = Exchange(request, caller, Headers(stated=(Source("texts", label),)), origin=ORIGIN)
    gatherer = Gatherer()
    try:
        async with handler(exchange) as events:
            async for event in events:
                gatherer.add(event)
    except AttemptFailed as failure:
        kind = UpstreamTimeout if failure.fault in TIMEOUTS else UpstreamFailed
        message = f"{request.model} failed in mid-answer: {failure.message}"
        raise kind(message, [(request.model, failure)]) from failure
    return gatherer.answer
