"""``GET /v1/models``, which both vendors put at the same path, in the shape of either."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from freehold.core.request import Dialect, JsonObject
from freehold.wire.json import encode


class ListedModel(msgspec.Struct, frozen=True):
    """One thing that a caller may ask for as ``model``: a route or a target.

    `created` is in Unix seconds, 0 where it is not known; `context` and `max_output` are in tokens. `details` is what
    Freehold alone has to say, and becomes the member ``freehold``.
    """

    name: str
    created: int = 0
    owned_by: str = "freehold"
    title: str | None = None
    """For people; the name where there is none."""
    context: int | None = None
    max_output: int | None = None
    details: JsonObject = {}


def listing(models: Sequence[ListedModel], dialect: Dialect) -> bytes:
    """The body of the list. It is never paged."""
    if dialect == "anthropic":
        ids = [model.name for model in models]
        return encode(
            {
                "data": [_anthropic(model) for model in models],
                "has_more": False,
                "first_id": ids[0] if ids else None,
                "last_id": ids[-1] if ids else None,
            }
        )
    return encode({"object": "list", "data": [_openai(model) for model in models]})


def one(model: ListedModel, dialect: Dialect) -> bytes:
    """The body for a single model."""
    return encode(_anthropic(model) if dialect == "anthropic" else _openai(model))


def _openai(model: ListedModel) -> JsonObject:
    body: JsonObject = {
        "id": model.name,
        "object": "model",
        "created": model.created,
        "owned_by": model.owned_by,
    }
    return body | _details(model)


def _anthropic(model: ListedModel) -> JsonObject:
    created = dt.datetime.fromtimestamp(model.created, dt.UTC)
    body: JsonObject = {
        "type": "model",
        "id": model.name,
        "display_name": model.title or model.name,
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lifecycle": "active",
        "max_input_tokens": model.context,
        "max_tokens": model.max_output,
    }
    return body | _details(model)


def _details(model: ListedModel) -> JsonObject:
    return {"freehold": model.details} if model.details else {}
