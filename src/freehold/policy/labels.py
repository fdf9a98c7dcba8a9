"""The one rule: where data of a label may flow, and how the label of a request is settled.

The rule is that of Denning, "A Lattice Model of Secure Information Flow" (CACM 19(5), 1976): data may flow to a target
whose clearance is at or above its level and carries all of its tags. Every attempt passes `may_flow` just before it is
made; nothing else decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest
from freehold.core.label import Label, Source, join_all
from freehold.core.opaque import uninspectable
from freehold.core.request import AnyRequest
from freehold.core.target import Target

__all__ = ["declared", "may_flow", "settle_label", "uninspectable", "why_not"]


def may_flow(label: Label, target: Target) -> bool:
    """Whether data of this label may be sent to this target."""
    return label.flows_to(target.clearance)


def why_not(label: Label, target: Target) -> str:
    """Why data of this label may not be sent to this target, for the record; empty if it may.

    For ``confidential;health`` and a public target: "level confidential is above clearance public; tag health is not
    carried".
    """
    reasons = []
    if label.level > target.clearance.level:
        above, below = label.level.name.lower(), target.clearance.level.name.lower()
        reasons.append(f"level {above} is above clearance {below}")
    missing = sorted(label.tags - target.clearance.tags)
    if missing:
        reasons.append(
            f"tag{'s' if missing[1:] else ''} {', '.join(missing)} {'are' if missing[1:] else 'is'} not carried"
        )
    return "; ".join(reasons)


def declared(origin: str, text: str) -> Source:
    """A label that the request itself states; raises `BadRequest` naming `origin`, the header or field it stood in."""
    try:
        return Source(origin, Label.parse(text))
    except ValueError as error:
        raise BadRequest(f"{origin}: {error}", param=origin) from None


def settle_label(
    default: Label, caller: Caller, request: AnyRequest, stated: Sequence[Source] = ()
) -> tuple[Label, tuple[Source, ...]]:
    """The label a request begins with, and where it came from.

    The key's default label, or else the policy's, is the floor. What the request states (`stated`, made by `declared`)
    joins it. A key that may declare goes without the floor where it states a label, unless the request holds something
    that cannot be inspected: nobody has looked, so it carries the key's label.
    """
    floor = Source("default", default) if caller.default_label is None else Source("key", caller.default_label)
    if not stated or not caller.may_declare:
        sources = (floor, *stated)
    elif kinds := uninspectable(request):
        sources = (*stated, Source(f"{floor.origin}, for what cannot be inspected: {', '.join(kinds)}", floor.label))
    else:
        sources = tuple(stated)
    return join_all(source.label for source in sources), sources
