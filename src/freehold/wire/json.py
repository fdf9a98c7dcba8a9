"""Strict JSON for bodies that come from outside.

What Freehold inspects must be exactly what it forwards. Two readers may disagree about a body with a duplicated key, so
such a body is refused at any depth, and what goes on to a target is encoded from what was decoded here, never the
caller's own bytes.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

import msgspec

from freehold.core.errors import BadRequest
from freehold.core.request import JsonObject

T = TypeVar("T")

_TOO_DEEP = "the body is nested too deeply"
_LONE_SURROGATE = re.compile(
    rb"(?:\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""In its group, half of a pair of escapes that stands alone; a pair, and a backslash that is text, are stepped over."""
_MISSING = re.compile(r"Object missing required field `(.*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_TYPES = re.compile(r"`([a-z]+(?: \| [a-z]+)*)`")
_IN_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}

encode = msgspec.json.encode
"""Encode a value as compact JSON in UTF-8."""

DEPTH_LIMIT = 128
"""Objects and lists within one another. Far below Python's recursion limit: whatever walks a body may recurse."""

_decode = msgspec.json.decode


def decode(body: bytes) -> JsonObject:
    """Read a JSON object.

    Raises `BadRequest` for malformed JSON, invalid UTF-8, nesting beyond `DEPTH_LIMIT`, a number out of range, a
    duplicated key at any depth, and for any value that is not an object.
    """
    try:
        value = _decode(body)
        # The decoder keeps the last of two equal keys in silence, and the loss shows as a missing colon: each member
        # has one, the encoder escapes none, and a string can hide one only as \u003a. Counting costs a microsecond.
        suspicious = encode(value).count(b":") != body.count(b":") or b"\\u003" in body
    except UnicodeDecodeError as error:
        raise BadRequest("the body is not valid UTF-8") from error
    except RecursionError as error:
        raise BadRequest(_TOO_DEEP) from error
    except msgspec.DecodeError as error:
        raise BadRequest(f"the body is not valid JSON: {_plainly(body, error)}") from error
    if body.count(b"[") + body.count(b"{") > DEPTH_LIMIT and _too_deep(value):
        raise BadRequest(_TOO_DEEP)
    if suspicious:
        json.loads(body, object_pairs_hook=_unique)
    if not isinstance(value, dict):
        raise BadRequest("the body must be a JSON object")
    return value


def _plainly(body: bytes, error: msgspec.DecodeError) -> str:
    """What is wrong with a body. The decoder calls some lone surrogates a truncation, which sends people astray."""
    if any(found[1] for found in _LONE_SURROGATE.finditer(body)):
        return "it holds invalid Unicode, a \\u escape of half a surrogate pair"
    return str(error)


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        inner = [each.values() if isinstance(each, dict) else each for each in level]
        level = [child for children in inner for child in children if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise BadRequest(f"the key {key[:100]!r} is given twice in one object", param=key[:100])
            seen.add(key)
    return members


def convert(value: Any, kind: type[T], *, within: str = "") -> T:
    """Give a decoded value the shape of `kind`; raises `BadRequest` whose `param` is the field as the caller knows it.

    `within` is where the value stands in the body, such as ``messages[0].content[1]``.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _named(str(error), within) from error


def _named(text: str, within: str) -> BadRequest:
    what, _, place = text.partition(" - at `")
    place = place.removesuffix("`").removeprefix("$").removeprefix(".")
    path = ".".join(step for step in (within, place) if step)
    if missing := _MISSING.fullmatch(what):
        path = f"{path}.{missing[1]}" if path else missing[1]
        return BadRequest(f"{path} is required", param=path)
    if unknown := _UNKNOWN.fullmatch(what):
        path = f"{path}.{unknown[1]}" if path else unknown[1]
        return BadRequest(f"{path} is not known here; leave it out, or correct its name", param=path)
    told = _TYPES.sub(lambda types: " or ".join(_IN_WORDS.get(each, each) for each in types[1].split(" | ")), what)
    return BadRequest(f"{path or 'the body'}: {told[:1].lower()}{told[1:]}", param=path or None)
