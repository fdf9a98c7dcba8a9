"""From the name a client sends as ``model`` to a route, and what would become of a request without sending it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from freehold.catalog.promises import foreseen, said
from freehold.core.caller import Caller
from freehold.core.errors import RequestError, UnknownModel
from freehold.core.exchange import Permit
from freehold.core.finding import Finding
from freehold.core.label import Label, Source
from freehold.core.record import Refusal
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.policy.flows import build
from freehold.policy.guarding import UNRAISED, Raised
from freehold.policy.promised import voided
from freehold.policy.rules import FlowName, Route, decide, weigh

_LONGEST_NAME = 200
_MOST_LISTED = 5


def _nothing(alias: str) -> Target | None:  # noqa: ARG001 - it takes what its kind takes
    return None


@dataclass(frozen=True, slots=True)
class Menu:
    """What can be asked for. A route hides a target of the same name.

    `improvise` makes a target from an alias that is neither, such as ``provider/model`` for a provider whose key is
    known; it returns `None` for an alias it cannot make one from.
    """

    routes: Mapping[str, Route] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    improvise: Callable[[str], Target | None] = _nothing

    def names(self, caller: Caller) -> tuple[str, ...]:
        """The routes, then the targets, that this caller may ask for."""
        return tuple(name for name in dict.fromkeys((*self.routes, *self.targets)) if caller.may_ask(name))


def resolve(menu: Menu, alias: str, caller: Caller) -> Route:
    """The route an alias stands for: a route's name, else a target's, else one that can be improvised.

    Raises `UnknownModel` with the nearest names, or some that there are. An alias outside the key's scope gets the very
    same error, so that a key cannot be used to learn what else there is.
    """
    if caller.may_ask(alias):
        if alias in menu.routes:
            return menu.routes[alias]
        target = menu.targets.get(alias) or menu.improvise(alias)
        if target is not None:
            return Route(alias, "fixed", (target,))
    mend = _directions(alias[:_LONGEST_NAME], menu.names(caller))
    shown = ascii(alias[:_LONGEST_NAME])
    raise UnknownModel(f"the model {shown} does not exist, or this key may not ask for it{mend}", param="model")


def _directions(alias: str, names: Sequence[str]) -> str:
    """What may have been meant: the names that differ in case alone, else those alike, else some that there are."""
    folded: dict[str, list[str]] = {}
    for name in names:
        folded.setdefault(name.casefold(), []).append(name)
    wanted = alias.casefold()
    alike = [wanted] if wanted in folded else difflib.get_close_matches(wanted, folded, n=3, cutoff=0.5)
    if near := [name for each in alike for name in folded[each]]:
        return f"; nearest: {', '.join(near)}"
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f"; known: {', '.join(names[:_MOST_LISTED])}{more}" if names else ""


class Seen(msgspec.Struct, frozen=True):
    """What a target that a declassifier serves would see: by what work, and under which label."""

    target: str
    label: Label
    by: str


class Explanation(msgspec.Struct, frozen=True):
    """What would become of a request.

    `first` names the targets that would be asked at once (several in a race), `then` those that could follow, in the
    route's order; both are empty where `error` says why nothing would be asked.
    """

    alias: str
    label: Label
    route: str = ""
    flow: FlowName | None = None
    first: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sources: tuple[Source, ...] = ()
    """What the label was joined from, where whoever asked for the explanation knows."""
    findings: tuple[Finding, ...] = ()
    """What guards found, each with what becomes of it."""
    views: tuple[Seen, ...] = ()
    """What some targets would see in place of the request."""
    promise: str | None = None
    """What the route was calibrated to, or why that does not hold, as a sentence; `None` where it was not."""
    forecast: str | None = None
    """Which router would be asked before generation, as a sentence; `None` where none would. It is not asked here."""

    def refused(self, error: RequestError) -> Explanation:
        """The same where nothing would be asked after all."""
        return msgspec.structs.replace(self, first=(), then=(), error=error.message, code=error.code)

    error: str | None = None
    code: str | None = None


def explain(
    menu: Menu,
    label: Label,
    caller: Caller,
    request: AnyRequest,
    *,
    tokens: int | None = None,
    draw: str = "",
    raised: Raised = UNRAISED,
) -> Explanation:
    """Which targets would answer, which may not and why: the flow's first wish is read, and nothing is sent."""
    try:
        route = resolve(menu, request.model, caller)
    except RequestError as error:
        return Explanation(request.model, label, error=error.message, code=error.code)
    refusals = weigh(route, label, caller, request, tokens, raised)
    try:
        known = tuple(menu.targets.values())
        permit = decide(route, label, caller, request, tokens=tokens, known=known, raised=raised)
    except RequestError as error:
        return Explanation(
            request.model, label, route.name, route.flow, refusals=refusals, error=error.message, code=error.code
        )
    # Nobody forecasts here; what is told is how a request goes on whose chance is good.
    flow = build(route, permit, request, caller, draw=draw, forecast=lambda: 1.0)
    first = tuple(target.name for target in next(flow).targets)
    flow.close()
    then = tuple(target.name for target in permit.targets if target.name not in first)
    promise, forecast = _promise_of(route, permit)
    return Explanation(
        request.model, label, route.name, route.flow, first, then, refusals, promise=promise, forecast=forecast
    )


def _promise_of(route: Route, permit: Permit) -> tuple[str | None, str | None]:
    """What the route's promise comes to for this request, and which router is asked for it."""
    promise = route.promise
    if promise is None:
        return route.aside or None, None
    if void := voided(promise, permit):
        return void, None
    return said(promise), foreseen(promise)
