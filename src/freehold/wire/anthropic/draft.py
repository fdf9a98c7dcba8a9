"""A request while it is being written for a target: what it says, and what had to be left out."""

from __future__ import annotations

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.request import Request
from freehold.core.target import Target


class Draft:
    """Carried through the encoding of one request."""

    def __init__(self, request: Request, target: Target) -> None:
        self.request = request
        self.target = target
        self.native = request.dialect == "anthropic"
        """The caller spoke this dialect, so that what only it can say may be said, as the caller said it."""
        self.dropped: list[str] = []

    def drop(self, field: str) -> None:
        """List a field as left out, once."""
        if field not in self.dropped:
            self.dropped.append(field)

    def refusal(self, field: str, why: str) -> AttemptFailed:
        """The failure of this attempt: the target cannot be told what `field` says."""
        message = f"{field} cannot be sent to {self.target.name}: {why}"
        return AttemptFailed(Fault.UNTRANSLATABLE, message, param=field)

    def place(self, index: int, field: str) -> str:
        """A field of message number `index`, as the caller names it.

        Turns of this dialect are not numbered as its caller's are: a turn of several results has become several.
        """
        return f"messages.{field}" if self.native else f"messages[{index}].{field}"
