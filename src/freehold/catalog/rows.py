"""The shape of a ``[[target]]`` table, before anything is looked up."""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.catalog.prices import PriceOverride
from freehold.core.request import Dialect


class ClearanceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``clearance = { level = "confidential", tags = ["eu"] }``. No `tags`: the default of the target's kind."""

    level: str
    tags: tuple[str, ...] | None = None


class TimeoutRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds, each more than zero; as `core.target.Timeouts`, which has the defaults."""

    connect: float | None = None
    first: float | None = None
    silence: float | None = None
    total: float | None = None


class ProfileRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Flags of `core.target.Profile` to set otherwise than the catalog has them."""

    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    developer_role: bool | None = None
    stream_options: bool | None = None
    logprobs: bool | None = None
    images: bool | None = None
    tools: bool | None = None
    json_schema: bool | None = None
    reasoning: bool | None = None
    sampling: bool | None = None
    embeddings: bool | None = None
    chat: bool | None = None


class TargetRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[target]]``. It has an `engine`, a `provider`, a `base_url`, or the last two together."""

    name: str
    model: str | None = None
    """As the server knows it. At a named provider the default is the target's name, without ``provider/`` before it."""
    engine: str | None = None
    provider: str | None = None
    base_url: str | None = None
    dialect: Dialect | None = None
    api_key: str | None = None
    clearance: str | ClearanceRow | None = None
    owned: bool | None = None
    """Whether it runs on the team's own machines, where the address does not tell. Never widens the clearance."""
    price: PriceOverride | None = None
    watts: float = 0.0
    licence: str | None = None
    concurrency: int | None = None
    queue: int | None = None
    queue_seconds: float | None = None
    retries: int | None = None
    context: int | None = None
    max_output: int | None = None
    timeouts: TimeoutRow = TimeoutRow()
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    """Added to every call's URL, for servers that want one (``api-version`` of older Azure deployments)."""
    profile: ProfileRow = ProfileRow()

    def __repr__(self) -> str:
        return f"TargetRow({self.name!r})"
