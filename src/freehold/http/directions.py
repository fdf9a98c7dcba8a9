"""What a request says beyond its dialect: ``x-freehold-*`` headers, or the same under ``metadata.freehold``."""

from __future__ import annotations

from typing import Any

from freehold.core.errors import BadRequest
from freehold.core.exchange import NO_HEADERS, Headers
from freehold.core.label import Source
from freehold.core.request import AnyRequest, JsonObject
from freehold.http.asgi import Http
from freehold.policy.labels import declared
from freehold.wire.fields import DIRECTIONS
from freehold.wire.json import decode

_FIELD = "metadata.freehold"
_KNOWN = ("label", "collections", "cache", "trace")


def directions(http: Http, request: AnyRequest) -> Headers:
    """Read both places; raises `BadRequest` naming the header or field. Labels of both join; else the header wins."""
    said = request.metadata.get(DIRECTIONS) if request.metadata else None
    body = _of_body(said) if said is not None else {}
    label, cache = http.header(b"x-freehold-label"), http.header(b"x-freehold-cache")
    collections, trace = http.header(b"x-freehold-collections"), http.header(b"x-freehold-trace")
    if not body and label is None and cache is None and collections is None and trace is None:
        return NO_HEADERS
    stated: list[Source] = []
    if label is not None:
        # Every one of several: a proxy may have added a stricter label to the caller's own.
        stated += [declared("x-freehold-label", each) for each in http.headers(b"x-freehold-label")]
    if "label" in body:
        stated.append(declared(f"{_FIELD}.label", str(body["label"])))
    asked = collections if collections is not None else body.get("collections", "")
    if _names(asked):
        raise BadRequest(
            "this server has no document collections to ground an answer in; leave x-freehold-collections out",
            param="x-freehold-collections",
        )
    return Headers(
        stated=tuple(stated),
        cache=cache if cache is not None or "cache" not in body else str(body["cache"]),
        trace=(trace if trace is not None else str(body.get("trace", "0"))).lower() in ("1", "true"),
    )


def _of_body(said: str) -> JsonObject:
    """The object under ``metadata.freehold``, which is JSON text by now, whether or not it came as that."""
    try:
        found = decode(said.encode())
    except BadRequest as error:
        raise BadRequest(f"{_FIELD}: {error.message}", param=_FIELD) from error
    for name in found:
        if name not in _KNOWN:
            raise BadRequest(f"{_FIELD} has no member {name!r}; it knows {', '.join(_KNOWN)}", param=_FIELD)
    return found


def _names(asked: Any) -> list[str]:
    """Names apart by commas, or in a list."""
    parts = asked if isinstance(asked, list) else str(asked).split(",")
    return [str(part).strip() for part in parts if str(part).strip()]
