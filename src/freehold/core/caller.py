"""Who asks."""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.core.label import Label

Role = Literal["admin", "operator", "viewer", "user"]
"""What a key may do beside asking models: an admin all; an operator sees all, and tends documents and targets; a viewer
sees all records, and changes nothing; a user sees its own."""


class Caller(msgspec.Struct, frozen=True):
    """The holder of a key. Carries no secret: `key_id` is the key's public id, never the key."""

    key_id: str
    name: str
    default_label: Label | None = None
    """`None`: the policy's default label."""
    role: Role = "user"
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

    @property
    def admin(self) -> bool:
        """Whether it may do everything."""
        return self.role == "admin"

    @property
    def tends_documents(self) -> bool:
        """Whether it adds, labels and removes documents, and so reads them all: who gives rights can take them."""
        return self.role in {"admin", "operator"}

    @property
    def sees_all(self) -> bool:
        """Whether it sees the records of every key, rather than its own."""
        return self.role != "user"

    def may_ask(self, alias: str) -> bool:
        """Whether this key's scope includes the alias."""
        return self.models is None or alias in self.models
