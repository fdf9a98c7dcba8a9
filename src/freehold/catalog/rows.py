"""The shape of a ``[[target]]`` table, before anything is looked up."""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.catalog.prices import PriceOverride
from freehold.core.request import Dialect


class ClearanceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``clearance = { level = "confidential", tags = ["eu"] }``: what the target may see."""

    level: str
    """``public``, ``internal``, ``confidential`` or ``restricted``: the highest it may see."""
    tags: tuple[str, ...] | None = None
    """The tags that data may carry to it. Default: every tag for what runs on this machine, none for all else."""


class TimeoutRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long to wait for a target: seconds, each more than zero."""

    connect: float | None = None
    """Until the connection stands, its encryption agreed. Default: 10."""
    first: float | None = None
    """From the request until the first byte of the answer. Default: 120."""
    silence: float | None = None
    """Between two reads of the answer. Default: 60."""
    total: float | None = None
    """The whole attempt. Default: 900."""


class ProfileRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the target can do and how it wants to be asked, where the catalog does not know it or is wrong."""

    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    """The field in which it takes the most tokens to produce (OpenAI's dialect)."""
    developer_role: bool | None = None
    """It knows the role ``developer``; if not, such a turn is sent as ``system``."""
    stream_options: bool | None = None
    """It takes ``stream_options.include_usage``; if not, a streamed answer's tokens may have to be estimated."""
    logprobs: bool | None = None
    """It gives token probabilities, which a cascade's ``confidence`` needs."""
    images: bool | None = None
    """It takes images."""
    tools: bool | None = None
    """It can call tools."""
    json_schema: bool | None = None
    """It can keep its output to a JSON schema."""
    reasoning: bool | None = None
    """It can be told how much to think before it answers."""
    labels: bool | None = None
    """Whether it is another Freehold, which is told the label of what it is sent."""
    thinking: Literal["adaptive", "budget"] | None = None
    """How a model of Anthropic's dialect is asked to think: as it sees fit, or within a budget of tokens."""
    sampling: bool | None = None
    """It takes ``temperature`` and its kin, which some reasoning models refuse."""
    embeddings: bool | None = None
    """It embeds texts."""
    rerank: bool | None = None
    """It judges texts by how well each answers a query (``/v1/rerank``)."""
    chat: bool | None = None
    """It answers chats; if not, no route that Freehold makes by itself names it."""


class TargetRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[target]]``. It has an `engine`, a `provider`, a `base_url`, or the last two together."""

    name: str
    """What clients send as ``model``, and what routes and the record call it: letters, digits and ``. _ : / @ + -``,
    at most 128."""
    model: str | None = None
    """As the server knows it. At a named provider the default is the target's name, without ``provider/`` before it."""
    engine: str | None = None
    """The engine with which Freehold runs the model itself: ``llamacpp``. Its `model` is a GGUF file, a directory that
    holds one, or ``hf:OWNER/NAME:QUANT`` that has been pulled."""
    provider: str | None = None
    """A row of the catalog (see [Providers](providers.md)), which knows address, dialect and key variable."""
    base_url: str | None = None
    """Where it answers, version segment and all: ``http://10.0.0.7:8000/v1``. Default: the provider's."""
    dialect: Dialect | None = None
    """The API it speaks. Default: the provider's, and ``openai`` where an address stands alone."""
    api_key: str | None = None
    """``env:NAME``, ``file:PATH``, or the key itself. Default: the provider's usual variable."""
    clearance: str | ClearanceRow | None = None
    """What it may see: a level, ``level;tag,tag``, or a table. Default: ``restricted`` with every tag for what runs on
    this machine, ``internal`` without tags for all else."""
    owned: bool | None = None
    """Whether it runs on the team's own machines, where the address does not tell. Never widens the clearance."""
    price: PriceOverride | None = None
    """What it charges. Default: the shipped price table's for a provider outside; nothing for what is owned."""
    watts: float = 0.0
    """Electrical power it draws while it works for one request; with ``[ledger] price_per_kwh``, what that costs."""
    licence: str | None = None
    """The licence of its model, as people will read it."""
    concurrency: int | None = None
    """Requests it may have at once, from 1 to 100000. Default: the provider's, 64 for most."""
    queue: int | None = None
    """Requests that may wait for a place, from 0 to 1000000. Default: 512."""
    queue_seconds: float | None = None
    """Seconds that one may wait for a place, from 0 to 3600. Default: 30."""
    retries: int | None = None
    """Further tries where one failed before its first byte and trying again is safe, from 0 to 10. Default: 2."""
    rpm: int | None = None
    """Requests that it may get in any sixty seconds. Beyond that another target is asked, or the caller told when to
    come back. Default: as many as come."""
    tpm: int | None = None
    """Tokens in any sixty seconds, in and out: those of the prompt as the request goes out, all of them once it is
    over. Default: as many as come."""
    context: int | None = None
    """Tokens that prompt and answer may have together; a request that cannot fit is not sent. Default: not known, and
    for an engine what the model was made for, as far as memory allows."""
    max_output: int | None = None
    """The most tokens it can produce for one request. Default: not known."""
    timeouts: TimeoutRow = TimeoutRow()
    """How long to wait for it."""
    headers: dict[str, str] = {}
    """Sent with every call: names and values of printable ASCII. Keys belong in `api_key`."""
    query: dict[str, str] = {}
    """Added to every call's URL, for servers that want one (``api-version`` of older Azure deployments)."""
    profile: ProfileRow = ProfileRow()
    """What it can do, where the catalog does not know."""

    def __repr__(self) -> str:
        return f"TargetRow({self.name!r})"
