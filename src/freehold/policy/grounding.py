"""What may ground an answer: which collections are chosen, and which labels of documents may be shown to a target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from freehold.core.caller import Caller
from freehold.core.label import Label
from freehold.core.target import Target
from freehold.policy.labels import may_flow
from freehold.policy.rules import Route


def choose_collections(stated: tuple[str, ...] | None, route: Route, caller: Caller) -> tuple[str, ...]:
    """The request's own, else the route's, else the key's. A request that states none at all wants none."""
    return stated if stated is not None else route.collections or caller.collections


def showable(labels: Iterable[Label], targets: Sequence[Target]) -> frozenset[Label]:
    """The labels of documents that may be shown together: all of those that flow to one of the targets.

    It is the target that may see the most of them, the first of equals. The join of labels that flow to a target flows
    to it too, so that whatever is found leaves the request at least this one. Empty where no target may see any.
    """
    seen = [frozenset(label for label in labels if may_flow(label, target)) for target in targets]
    return max(seen, key=len, default=frozenset())
