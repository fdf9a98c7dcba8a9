"""What only one dialect has, and is answered at once: how embeddings and reranking are asked of a provider."""

from __future__ import annotations

from collections.abc import Callable

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.request import JsonObject, Origin
from freehold.core.target import Target
from freehold.wire.codec import Encoded
from freehold.wire.fields import strip_directions
from freehold.wire.json import encode


def ask(path: str, what: str, target: Target, origin: Origin | None, afresh: Callable[[], JsonObject]) -> Encoded:
    """A request for `target` at `path`: the caller's own body where there is one, else what `afresh` writes.

    Raises `AttemptFailed` (``UNTRANSLATABLE``) for a target that speaks another dialect, which has no such `what`.
    """
    if target.dialect != "openai":
        raise AttemptFailed(Fault.UNTRANSLATABLE, f"this target's dialect has no {what}", param="model")
    body = dict(origin.body) if origin else afresh()
    body["model"] = target.model
    strip_directions(body)
    return Encoded(path, encode(body))
