"""Asks for a request once more, of another target, after its user has the answer."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from freehold.core.caller import Caller
from freehold.core.exchange import Permit
from freehold.core.target import Target
from freehold.evaluate.asking import Asker
from freehold.evaluate.model import Asked
from freehold.evaluate.watch.seen import Seen

KEY = "watch"
"""The id under which the ledger has what watching asks: no key of anybody's pays for it or is slowed by it."""


def watcher(caller: Caller) -> Caller:
    """Whoever asked, as who is asked again: with its label, and without its money, its documents and its consent."""
    return msgspec.structs.replace(
        caller,
        key_id=KEY,
        name="watching",
        role="user",
        models=None,
        team=None,
        groups=frozenset(),
        collections=(),
        capture=False,
    )


async def again(asker: Asker, seen: Seen, target: str, *, within: Mapping[str, Target] | None, origin: str) -> Asked:
    """What another target answers, under the request's whole label.

    `within`, the targets by name, keeps it to what the request's own permit allowed. Without it the target is new to
    the route, and the label alone, by the same rule as ever, decides whether it may see the request.
    """
    if seen.request is None or seen.label is None:
        raise AssertionError("only a request that was gathered is asked again")
    permit = None
    if within is not None:
        allowed = tuple(within[name] for name in seen.allowed if name in within)
        permit = Permit(seen.route, allowed, seen.label, revision=seen.revision)
    return await asker(seen.request, target, watcher(seen.caller), labels=(seen.label,), within=permit, origin=origin)
