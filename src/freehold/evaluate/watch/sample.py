"""Chooses requests to be looked at, by a coin that knows nothing of them but their route, and hands them on at the end.

It runs in every worker, in the way of every request, and loads nothing: a route that nothing watches costs one look
into a dictionary. The coin is thrown before the request is admitted, so that it cannot know of answer or confidence.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from weakref import WeakKeyDictionary

from freehold.catalog.promises import Promise
from freehold.core.errors import BadRequest
from freehold.core.exchange import Exchange
from freehold.core.ports import Observer
from freehold.core.record import Ending
from freehold.core.request import AnyRequest, Request
from freehold.evaluate.datasets.body import write_body
from freehold.evaluate.watch.looking import chosen
from freehold.evaluate.watch.seen import Seen
from freehold.wire import json

PROMISED = "promise"
"""The `Score.method` of an answer that a promise kept."""

Watchlist = dict[str, dict[str, float]]
"""By route, the chance of each purpose."""

NOBODY: Watchlist = {}


class Sampler:
    """Implements `core.ports.Observer`. For one event loop."""

    def __init__(self, hand_on: Callable[[Seen], None], *, seed: int | None = None) -> None:
        """`hand_on` is given each chosen request once it has ended; it returns at once and raises nothing."""
        self.watchlist: Watchlist = NOBODY
        """Replaced whole."""
        self._hand_on = hand_on
        self._random = random.Random(seed)  # noqa: S311  Chooses a sample; nothing is secret.
        self._drawn: WeakKeyDictionary[Exchange, dict[str, float]] = WeakKeyDictionary()

    def gathers(self, captured: Callable[[Exchange], bool]) -> Callable[[Exchange], bool]:
        """Whether an exchange's answer is gathered: as it is anyway, or since it was chosen here."""

        def gathered(exchange: Exchange) -> bool:
            return self._chooses(exchange) or captured(exchange)

        return gathered

    def ended(self, exchange: Exchange) -> None:
        """Hand on what was chosen. An answer that was gathered for this alone is let go of with it."""
        drawn = self._drawn.pop(exchange, None) if self._drawn else None
        if drawn is not None:
            self._hand_on(_seen(exchange, drawn))

    def _chooses(self, exchange: Exchange) -> bool:
        chances = self.watchlist.get(exchange.request.model) if self.watchlist else None
        if chances is None or exchange.origin != "api" or not _is_text(exchange.request):
            return False
        drawn = {purpose: chance for purpose, chance in chances.items() if self._random.random() < chance}
        if not drawn:
            return False
        self._drawn[exchange] = drawn
        return drawn.keys() != {"turn"}


def watchlist(
    promises: Mapping[str, Promise],
    shadows: Mapping[str, float],
    on_trial: Sequence[str],
    share: float,
    *,
    judged: bool,
) -> Watchlist:
    """What is watched, by route; `judged`: a judge can say how good an answer on trial is."""
    found: dict[str, dict[str, float]] = {}
    if share > 0:
        for route, promise in promises.items():
            if promise.state == "active":
                found.setdefault(route, {})["audit"] = chosen(share)
    for route, chance in shadows.items():
        found.setdefault(route, {})["shadow"] = chance
    for route in on_trial:
        found.setdefault(route, {})["turn"] = 1.0
        if judged and share > 0:
            found[route]["quality"] = share
    return found


class Observers:
    """Several observers as one."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def ended(self, exchange: Exchange) -> None:
        """Show it to each."""
        for observer in self._observers:
            observer.ended(exchange)


def _seen(exchange: Exchange, drawn: dict[str, float]) -> Seen:
    permit, end, answer = exchange.permit, exchange.end, exchange.answer
    shown = next((attempt for attempt in exchange.attempts if attempt.shown), None)
    score = shown.score if shown is not None else None
    kept = score is not None and score.kept and score.method == PROMISED
    return Seen(
        exchange=exchange.id,
        route=exchange.request.model,
        drawn=drawn,
        at_ns=exchange.started_ns,
        body=None if drawn.keys() == {"turn"} else _body(exchange),
        caller=exchange.caller,
        label=exchange.label,
        allowed=() if permit is None else tuple(target.name for target in permit.targets),
        revision="" if permit is None else permit.revision,
        text=answer.choices[0].text if answer is not None and answer.choices else "",
        target="" if shown is None else shown.target,
        chance=score.value if kept and score is not None else None,
        kept=kept,
        slices=dict(exchange.request.metadata) if isinstance(exchange.request, Request) else {},
        failed=tuple({attempt.target: None for attempt in exchange.attempts if attempt.fault is not None}),
        completed=end is not None and end.ending is Ending.COMPLETED,
        cancelled=end is not None and end.ending is Ending.CANCELLED,
        total_ms=0.0 if end is None else end.total_ms,
        cost_nano=exchange.cost,
    )


def _is_text(request: AnyRequest) -> bool:
    """Whether its answer is words alone: nothing here can tell whether two calls of tools come to the same."""
    return isinstance(request, Request) and not request.tools


def _body(exchange: Exchange) -> str | None:
    request = exchange.request
    try:
        return None if not isinstance(request, Request) else json.encode(write_body(request)).decode()
    except BadRequest:
        return None
