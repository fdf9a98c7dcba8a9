"""What a request says beyond its dialect: ``x-freehold-*`` headers, or the same under ``metadata.freehold``."""

from __future__ import annotations

from typing import Any

from freehold.core.errors import BadRequest
from freehold.core.exchange import NO_HEADERS, Headers
from freehold.core.label import Source
from freehold.core.passage import COLLECTION
from freehold.core.request import AnyRequest, JsonObject
from freehold.http.asgi import Http
from freehold.policy.labels import declared
from freehold.wire.fields import DIRECTIONS
from freehold.wire.json import decode

_FIELD = "metadata.freehold"
_KNOWN = ("label", "collections", "cache", "trace")
_MOST_COLLECTIONS = 16


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
    return Headers(
        stated=tuple(stated),
        collections=_collections(collections, body),
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


def _collections(header: str | None, body: JsonObject) -> tuple[str, ...] | None:
    """Names apart by commas, or in a list, each once; `None` where neither place has any say."""
    origin = "x-freehold-collections" if header is not None else f"{_FIELD}.collections"
    said: Any = header if header is not None else body.get("collections")
    if said is None:
        return None
    if not isinstance(said, str) and not (isinstance(said, list) and all(isinstance(part, str) for part in said)):
        raise BadRequest(f"{origin} is a list of names, or names apart by commas", param=origin)
    parts = said if isinstance(said, list) else said.split(",")
    names = tuple(dict.fromkeys(name for part in parts if (name := part.strip())))
    for name in names:
        if not COLLECTION.fullmatch(name):
            raise BadRequest(
                f"{origin}: {name[:100]!a} is no collection's name; one is small letters, digits, '.', '_' or '-',"
                " at most 64",
                param=origin,
            )
    if len(names) > _MOST_COLLECTIONS:
        raise BadRequest(f"{origin} names {len(names)} collections; name at most {_MOST_COLLECTIONS}", param=origin)
    return names
