"""Takes findings out for good: what stood there is told by a placeholder, and there is no way back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from freehold.core.event import Event
from freehold.core.exchange import View
from freehold.core.finding import Finding
from freehold.core.label import Label
from freehold.core.opaque import uninspectable
from freehold.core.request import AnyRequest
from freehold.guards.events import without_raw
from freehold.guards.located import Located, locate
from freehold.guards.placeholders import Placeholders
from freehold.guards.redact_stream import redact_events
from freehold.guards.swap import Swap
from freehold.guards.traversal import rewrite, walk

__all__ = ["redact_events", "redacted", "redacting_view"]


def redacted(request: AnyRequest, findings: Sequence[Finding]) -> AnyRequest | None:
    """The request with a placeholder for what was found, wherever that stands; `None` if a finding is not in it.

    The same original has the same placeholder everywhere. What nobody can read stays as it is.
    """
    found = locate(request, findings)
    return None if found is None else _rewritten(request, Swap(Placeholders(found).pairs))


def redacting_view(request: AnyRequest, findings: Sequence[Finding], *, label: Label) -> View | None:
    """A view of the request with a placeholder for what was found; its answer needs no restoring.

    `None` where there can be none: the request holds what nobody can read, or a finding is not where it says.
    """
    found = locate(request, findings)
    return None if found is None or uninspectable(request) else _Redaction(label, found, request)


class _Redaction:
    """A `View` without a way back. The texts of `request` are rewritten at once, so that no attempt need do it."""

    def __init__(self, label: Label, found: Sequence[Located], request: AnyRequest) -> None:
        self.label = label
        self.by = "redact " + "; ".join(_told(family, found) for family in sorted({each.span.family for each in found}))
        self._swap = Swap(Placeholders(found).pairs)
        self._redacted = {field.text: self._swap.whole(field.text) for field in walk(request)}

    def request(self, request: AnyRequest) -> AnyRequest:
        """The request with placeholders."""
        return rewrite(request, lambda field: self._redacted.get(field.text) or self._swap.whole(field.text))

    def restore(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        """The answer as it came: nothing can be put back."""
        return without_raw(events)


def _rewritten(request: AnyRequest, swap: Swap) -> AnyRequest:
    return rewrite(request, lambda field: swap.whole(field.text))


def _told(family: str, found: Sequence[Located]) -> str:
    counts = Placeholders([each for each in found if each.span.family == family]).counts
    return f"{family}: " + ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()))
