"""Members that a body has in more than one API: the model's name, and metadata with Freehold's own directions in it."""

from __future__ import annotations

import re

from freehold.core.errors import BadRequest
from freehold.core.request import JsonObject
from freehold.wire.json import encode

MODEL_LENGTH = 256
"""Characters a model's name may have; it goes into headers, logs and metrics."""

DIRECTIONS = "freehold"
"""The member of ``metadata`` that is for Freehold itself and goes to nobody else."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def check_model(model: str) -> None:
    """Raises `BadRequest` for a name that is empty, too long, or holds control characters."""
    if not model:
        raise BadRequest("model must not be empty", param="model")
    if len(model) > MODEL_LENGTH:
        raise BadRequest(f"model must have at most {MODEL_LENGTH} characters", param="model")
    if _CONTROL.search(model):
        raise BadRequest("model must not hold control characters", param="model")


def read_metadata(metadata: JsonObject | None) -> dict[str, str]:
    """Metadata as strings. Freehold's directions may be an object, and become JSON text; raises `BadRequest`."""
    read: dict[str, str] = {}
    for key, value in (metadata or {}).items():
        if isinstance(value, str):
            read[key] = value
        elif key == DIRECTIONS and isinstance(value, dict):
            read[key] = encode(value).decode()
        else:
            raise BadRequest(f"metadata.{key[:100]} must be a string", param=f"metadata.{key[:100]}")
    return read


def strip_directions(body: JsonObject) -> None:
    """Take Freehold's directions out of a body's metadata. Changes the top level of `body` only, the rest is shared."""
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or DIRECTIONS not in metadata:
        return
    rest = {name: value for name, value in metadata.items() if name != DIRECTIONS}
    if rest:
        body["metadata"] = rest
    else:
        del body["metadata"]
