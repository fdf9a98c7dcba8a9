"""Routes: checked against the targets there are, and the one that stands where none is configured."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from freehold.catalog.targets import NAME
from freehold.catalog.words import mend_for
from freehold.config.schema import RouteTable
from freehold.config.tree import Route
from freehold.core.passage import COLLECTION
from freehold.core.target import Target
from freehold.policy.judge import Accept
from freehold.tables.faults import Findings
from freehold.tables.lines import Path

AUTO = "auto"
_OUTSIDE_TRIED = 3

_LEAST = {"fixed": 1, "fallback": 1, "cascade": 2, "race": 2, "split": 2}
_BELONGS = {"accept": "cascade", "weights": "split", "sticky": "split"}


def make_route(table: RouteTable, targets: Collection[str], place: Path, findings: Findings) -> Route | None:
    """The route, or `None` when something in it was at fault."""
    before = len(findings.found)
    if not NAME.fullmatch(table.name):
        mend = "use letters, digits and . _ : / @ + -, beginning with a letter or digit, at most 128"
        findings.add((*place, "name"), f"{table.name!r} cannot be a route's name", mend)
    _check_targets(table, targets, place, findings)
    for option, flow in _BELONGS.items():
        if getattr(table, option) and table.flow != flow:
            mend = f"leave it out, or set flow = {flow!r}"
            findings.add((*place, option), f"a {table.flow} route takes no {option!r}", mend)
    accept = table.accept or Accept()
    _check_accept(accept, (*place, "accept"), findings)
    weights = _weights(table, (*place, "weights"), findings)
    for index, name in enumerate(table.collections):
        if not COLLECTION.fullmatch(name):
            mend = "use small letters, digits and . _ -, at most 64"
            findings.add((*place, "collections", index), f"{name!r} cannot be a collection", mend)
    if len(findings.found) > before:
        return None
    return Route(table.name, table.flow, table.targets, accept, weights, table.sticky or "user", table.collections)


def check_names(route: Mapping[str, Any], targets: Collection[str], place: Path, findings: Findings) -> None:
    """Find the names in a route that no target has. `route` may lack what is at fault in it for other reasons."""
    said, names = f"route {route.get('name', '')!r}", route.get("targets", ())
    for index, name in enumerate(names):
        if name not in targets:
            message = f"{said} names an unknown target {name!r}"
            findings.add((*place, "targets", index), message, mend_for(name, targets))
        elif name in names[:index]:
            findings.add((*place, "targets", index), f"{said} names {name!r} twice", "leave one out")


def _check_targets(table: RouteTable, targets: Collection[str], place: Path, findings: Findings) -> None:
    check_names(msgspec.structs.asdict(table), targets, place, findings)
    count, least = len(table.targets), _LEAST[table.flow]
    if count < least:
        findings.add(
            (*place, "targets"), f"a {table.flow} route needs at least {least} targets, and has {count}", "add one"
        )
    if table.flow == "fixed" and count > 1:
        findings.add(
            (*place, "targets"), "a fixed route has one target", 'leave the others out, or set flow = "fallback"'
        )


def _check_accept(accept: Accept, place: Path, findings: Findings) -> None:
    if accept.least_token and accept.score != "confidence":
        mend = 'leave it out, or set score = "confidence"'
        findings.add((*place, "least_token"), f"least_token says nothing of {accept.score}", mend)


def _weights(table: RouteTable, place: Path, findings: Findings) -> tuple[float, ...]:
    """The weights made to add up to 1; equal ones where none are given."""
    if table.flow != "split":
        return ()
    weights = table.weights or (1.0,) * len(table.targets)
    if len(weights) != len(table.targets):
        message = f"{len(weights)} weights stand beside {len(table.targets)} targets"
        findings.add(place, message, "give one weight for each target")
        return ()
    if not all(math.isfinite(weight) and weight >= 0 for weight in weights) or not sum(weights):
        findings.add(place, "weights are numbers, zero or more, and not all zero", "as in [0.9, 0.1]")
        return ()
    return tuple(weight / sum(weights) for weight in weights)


def default_route(targets: Sequence[Target]) -> Route | None:
    """The route ``auto`` where none is configured; `None` without a target that chats.

    With both owned and outside targets: a cascade from the first owned one to the first few outside. With either kind
    alone: each in turn. The built-in reader only quotes, so it stands last, and only where there is no owned model.
    """
    chats = [target for target in targets if target.profile.chat]
    readers = [target.name for target in chats if target.provider == "reader"]
    owned = [target.name for target in chats if target.owned and target.provider != "reader"]
    outside = _first_of_each([target for target in chats if not target.owned])[:_OUTSIDE_TRIED]
    if owned and outside:
        return Route(AUTO, "cascade", (owned[0], *outside))
    names = (owned or outside) + ([] if owned else readers)
    return Route(AUTO, "fallback" if len(names) > 1 else "fixed", tuple(names)) if names else None


def _first_of_each(targets: Sequence[Target]) -> list[str]:
    """The first target of each provider, in order: another of the same one rarely helps where the first failed."""
    first: dict[str, str] = {}
    for target in targets:
        first.setdefault(target.provider if target.provider != "custom" else target.base_url, target.name)
    return list(first.values())
