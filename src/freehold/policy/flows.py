"""What shall happen: routing policies as generators that do nothing themselves.

A flow yields the targets to try and is sent what became of them, so each can be driven with ``next`` and ``send``. It
tries only what its permit allows. `freehold.core.flow` says how the two sides speak.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

from freehold.core.caller import Caller
from freehold.core.errors import Fault
from freehold.core.exchange import Permit
from freehold.core.flow import FIRST, Flow, Try
from freehold.core.request import AnyRequest, Request
from freehold.core.target import Target
from freehold.policy.cascade import answers, cascade
from freehold.policy.promised import Forecast, promised, unforeseen
from freehold.policy.rules import Route


def build(
    route: Route,
    permit: Permit,
    request: AnyRequest,
    caller: Caller,
    *,
    draw: str,
    forecast: Forecast = unforeseen,
) -> Flow:
    """The route's flow for one request.

    `draw` differs from request to request (the exchange's id); it takes the place of chance where a split is not
    sticky. A cascade of embeddings is a fallback, since nothing can be judged. `forecast` is asked once the answers
    are there.
    """
    if route.promise is not None and isinstance(request, Request):
        return promised(route.promise, permit, request, forecast)
    if route.flow == "cascade" and isinstance(request, Request):
        return cascade(route, permit, request)
    if route.flow == "race":
        return race(permit.targets)
    if route.flow == "split":
        return in_order(shares(route, permit.targets, _holder(route, request, caller, draw)))
    return in_order(permit.targets)


def billing(route: Route, permit: Permit, request: AnyRequest) -> tuple[int, ...]:
    """How many answers of each permitted target the flow that `build` makes may have to pay, at the most.

    An answer of a fallback or a split that turns out not to be whole is paid, and the next one's too.
    """
    if route.flow == "cascade" and isinstance(request, Request) and route.promise is None:
        return answers(route, permit)
    return (1,) * len(permit.targets)


def in_order(targets: Sequence[Target]) -> Flow:
    """One after another until one answers: ``fixed`` with one target, ``fallback`` with several."""
    why = FIRST
    for target in targets:
        outcome = yield Try((target,), why=why)
        if outcome.failure is None:
            return outcome
        if outcome.failure.fault is Fault.CANCELLED:
            return None
        why = f"fallback: {target.name} failed ({outcome.failure.fault})"
    return None


def race(targets: Sequence[Target]) -> Flow:
    """All at once; the first to begin its answer is shown, and every one that was asked is paid for."""
    outcome = yield Try(tuple(targets), why=f"race of {len(targets)}" if len(targets) > 1 else FIRST)
    return outcome if outcome.failure is None else None


def shares(route: Route, targets: Sequence[Target], holder: str) -> tuple[Target, ...]:
    """The targets in the order in which a holder falls to them, each first as often as its weight says.

    This is rendezvous hashing (Thaler and Ravishankar, IEEE/ACM Transactions on Networking 6(1), 1998) with Resch's
    weights (-w / ln h; SNIA Storage Developer Conference, 2015): the same in every process, and when a target comes or
    goes only its own holders move.
    """

    def score(target: Target) -> float:
        seed = f"{route.name}\0{target.name}\0{holder}".encode(errors="surrogatepass")
        # 52 bits and a half, so that the fraction is exact and never 0 or 1.
        bits = int.from_bytes(hashlib.sha256(seed).digest()[:8], "big") >> 12
        return -route.weight(target) / math.log((bits + 0.5) / 2**52)

    return tuple(sorted(targets, key=score, reverse=True))


def _holder(route: Route, request: AnyRequest, caller: Caller, draw: str) -> str:
    if route.sticky == "none":
        return draw
    user = request.user if route.sticky == "user" else None
    return f"{caller.key_id}\0{user}" if user else caller.key_id
