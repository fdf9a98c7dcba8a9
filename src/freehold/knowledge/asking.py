"""How this wing asks a model: by an exchange of its own, through the same pipeline as everybody's.

What it asks in the course of somebody's request it asks as that key: within its scope, under the request's label, at
its cost. Only what it does for the documents themselves, such as embedding them, it asks as a caller of its own.
"""

from __future__ import annotations

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import TIMEOUTS, AttemptFailed, Forbidden, UpstreamFailed, UpstreamTimeout
from freehold.core.event import Answer, Gatherer
from freehold.core.exchange import Exchange, Headers, Permit
from freehold.core.label import Label, Source
from freehold.core.ports import Handler
from freehold.core.request import AnyRequest
from freehold.core.target import Target

ORIGIN = "knowledge"
"""`Exchange.origin` of what this wing asks of models."""


async def ask(
    handler: Handler,
    request: AnyRequest,
    label: Label,
    caller: Caller,
    *,
    within: Permit | None = None,
    of: str = "texts",
) -> Answer:
    """The whole answer of the target or route that the request names, if `caller` may ask it and it may see the label.

    `label` is stated as that of what is sent; `of` says whose it is, for the record. `within`: the permit of the
    exchange that is served, where the same targets are to answer.

    Raises `RequestError`: `LabelForbidden` where the target is not cleared, `UpstreamFailed` where it did not answer.
    """
    headers = Headers(stated=(Source(of, label),), collections=())
    exchange = Exchange(request, caller, headers, origin=ORIGIN, within=within)
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


def asker(target: Target, served: Caller | None) -> Caller:
    """Who asks a target that the configuration chose to embed or to rerank: the key that is served, or with `None` us.

    An owned target is part of this server's own machinery, as its library is: every key is served by it, whatever
    models it is limited to. One that is not is asked only for a key that may ask it itself; the names of a permit
    cannot say so, since they are of targets that answer. Texts of documents are in such requests, so that none is
    captured, whatever the key consents to for its own.

    Raises `Forbidden` where the key may not.
    """
    scope = frozenset({target.name})
    if served is None:
        return Caller(ORIGIN, ORIGIN, models=scope, may_declare=True)
    if not (target.owned or served.may_ask(target.name)):
        raise Forbidden(
            f"this key may not ask {target.name}, which runs elsewhere; add it to the key's models", param="model"
        )
    return msgspec.structs.replace(served, models=scope, capture=False)
