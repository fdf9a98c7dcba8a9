"""What may happen: which targets of a route may answer this request, and why each of the others may not.

Three rules, in this order, each a short word in the record: ``scope`` (the key may not ask for it), ``label`` (the data
may not flow to it) and ``ability`` (it lacks what the request needs). A target that a declassifier serves is weighed by
the label of what it would see.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from freehold.catalog.promises import Promise
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Forbidden, LabelForbidden, RequestError
from freehold.core.exchange import Permit
from freehold.core.label import Label
from freehold.core.record import Refusal
from freehold.core.request import AnyRequest
from freehold.core.target import Target
from freehold.policy.abilities import lacks
from freehold.policy.guarding import UNRAISED, Raised
from freehold.policy.judge import Accept
from freehold.policy.labels import may_flow, why_not

FlowName = Literal["fixed", "fallback", "cascade", "race", "split"]
Sticky = Literal["user", "key", "none"]


class Route(msgspec.Struct, frozen=True):
    """A name that clients ask for, and how one of its targets comes to answer; raises `ValueError` for nonsense.

    A cascade's targets stand in the order in which they are asked, the owned ones first. `weights`, one for each target
    of a split, are relative; a target of weight 0 is asked only when the others have failed.
    """

    name: str
    flow: FlowName
    targets: tuple[Target, ...]
    accept: Accept = Accept()
    """When a cascade keeps an answer."""
    weights: tuple[float, ...] = ()
    sticky: Sticky = "user"
    """Whose requests a split keeps with one target: those of the user that a request names (of the key, where it names
    none), those of the key, or nobody's."""
    collections: tuple[str, ...] = ()
    """The collections that ground its answers where the request names none."""
    promise: Promise | None = None
    """What a cascade was calibrated to, in place of `accept`."""
    aside: str = ""
    """Why the promise that was made for it does not count, as a sentence; empty where none was, or it does."""

    def __post_init__(self) -> None:
        """Check what one field cannot tell alone."""
        if not self.targets:
            raise ValueError(f"route {self.name!r} has no target")
        if self.flow == "fixed" and len(self.targets) > 1:
            raise ValueError(f"route {self.name!r}: flow 'fixed' has one target; for several, choose 'fallback'")
        names = [target.name for target in self.targets]
        if len(set(names)) < len(names):
            raise ValueError(f"route {self.name!r} names a target twice")
        if self.weights and len(self.weights) != len(self.targets):
            raise ValueError(f"route {self.name!r} has {len(self.targets)} targets and {len(self.weights)} weights")
        if self.weights and not (all(0 <= weight < math.inf for weight in self.weights) and any(self.weights)):
            raise ValueError(f"route {self.name!r}: weights are numbers of 0 or more, and not all 0")

    def weight(self, target: Target) -> float:
        """The target's weight in a split; 1 where the route gives none."""
        names = [each.name for each in self.targets]
        return self.weights[names.index(target.name)] if self.weights else 1.0


def decide(
    route: Route,
    label: Label,
    caller: Caller,
    request: AnyRequest,
    *,
    tokens: int | None = None,
    known: Sequence[Target] = (),
    revision: str = "",
    raised: Raised = UNRAISED,
) -> Permit:
    """The permit for this request on this route.

    `tokens` estimates the prompt's length. `known` holds every configured target, to name those that would have been
    allowed. `revision` is the policy's, for the record. `raised` says what findings did to the label, and for whom that
    is undone.

    Raises `BadRequest`, naming the field, if every target that may see the label lacks an ability; `LabelForbidden` if
    none may see it; `Forbidden` if the key may ask for none.
    """
    refusals = weigh(route, label, caller, request, tokens, raised)
    refused = {refusal.target for refusal in refusals}
    allowed = tuple(target for target in route.targets if target.name not in refused)
    if not allowed:
        raise _nothing_left(route, label, caller, request, tokens, known, raised)
    return Permit(route.name, allowed, label, refusals, revision)


def weigh(
    route: Route,
    label: Label,
    caller: Caller,
    request: AnyRequest,
    tokens: int | None = None,
    raised: Raised = UNRAISED,
) -> tuple[Refusal, ...]:
    """The targets of the route that may not answer, each with the first rule that forbids it."""
    found = (_forbidden(route, target, label, caller, request, tokens, raised) for target in route.targets)
    return tuple(refusal for refusal in found if refusal is not None)


def _forbidden(
    route: Route,
    target: Target,
    label: Label,
    caller: Caller,
    request: AnyRequest,
    tokens: int | None,
    raised: Raised,
) -> Refusal | None:
    if not (caller.may_ask(route.name) or caller.may_ask(target.name)):
        return Refusal(target.name, "scope", "the key may not ask for it")
    shown = raised.label_for(target, label)
    if not may_flow(shown, target):
        hint = raised.hint(target)
        return Refusal(target.name, "label", f"{why_not(shown, target)}; {hint}" if hint else why_not(shown, target))
    if lack := lacks(request, target, tokens):
        return Refusal(target.name, "ability", lack.reason)
    return None


def _nothing_left(
    route: Route,
    label: Label,
    caller: Caller,
    request: AnyRequest,
    tokens: int | None,
    known: Sequence[Target],
    raised: Raised,
) -> RequestError:
    """The error for a request that no target of the route may answer.

    A target that may see the label but lacks an ability comes first: there the caller can mend the request. Targets
    outside the key's scope are never named.
    """
    inside = [target for target in route.targets if caller.may_ask(route.name) or caller.may_ask(target.name)]
    cleared = [target for target in inside if may_flow(raised.label_for(target, label), target)]
    if cleared:
        lack = [(target.name, found) for target in cleared if (found := lacks(request, target, tokens))]
        text = "; ".join(f"{name} {found.reason}" for name, found in lack)
        barred = [target.name for target in inside if target not in cleared]
        if barred:
            text += f"; data labelled {label} may not flow to {', '.join(barred)}"
        return BadRequest(text, param=lack[0][1].param)
    if inside:
        would = [
            target
            for target in known
            if may_flow(raised.label_for(target, label), target) and caller.may_ask(target.name)
        ]
        able = [target.name for target in would if not lacks(request, target, tokens)]
        hints = dict.fromkeys(hint for target in inside if (hint := raised.hint(target)))
        return LabelForbidden(label, [target.name for target in inside], able, because="; ".join(hints))
    return Forbidden(f"this key may not ask for {route.name!r}", param="model")
