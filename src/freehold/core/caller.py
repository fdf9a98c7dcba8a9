"""Who asks."""

from __future__ import annotations

import msgspec

from freehold.core.label import Label


class Caller(msgspec.Struct, frozen=True):
    """The holder of a key. Carries no secret: `key_id` is the key's public id, never the key."""

    key_id: str
    name: str
    default_label: Label | None = None
    """`None`: the policy's default label."""
    admin: bool = False
    models: frozenset[str] | None = None
    """Model aliases this key may ask for; `None`: all."""
    groups: frozenset[str] = frozenset()
    """For the rights of documents."""
    team: str | None = None
    may_declare: bool = False
    """Trusted to declare a label below the key's own default (it may always declare a higher one)."""
    collections: tuple[str, ...] = ()
    """The collections that ground its answers where neither the request nor the route names any."""
    capture: bool = False
    """Consents to its prompts and answers being kept, where capture is configured."""

    def may_ask(self, alias: str) -> bool:
        """Whether this key's scope includes the alias."""
        return self.models is None or alias in self.models
