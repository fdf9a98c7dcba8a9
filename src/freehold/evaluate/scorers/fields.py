"""The fields of a JSON answer, each compared with its own.

Only objects are gone into; a list is one value. Types count: ``"5"`` is not ``5``, and ``true`` is not ``1``; ``5`` and
``5.0`` are one number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from freehold.core.request import Json
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.plain import Plain
from freehold.evaluate.scorers.settings import refused

_FENCED = re.compile(r"```[ \t]*\w*[ \t]*\r?\n(.*?)```", re.DOTALL)
_MOST_FIELDS = 10_000
_MOST_DEEP = 100
_NAMED = 4
"""Fields that a reason names."""


def fields(settings: str, _around: Around) -> Plain:
    """``json``: the share of fields that are right, of those expected and those too many; ``json:a,b.c``: of these."""
    chosen = tuple(part.strip() for part in settings.split(",")) if settings else ()
    if any(not part for part in chosen):
        raise refused("json", settings, "name fields as in json:name,address.city")

    def judge(example: Example, result: Result) -> Scored:
        expected = _decoded(example.expected)
        if expected is None:
            return Scored(None, "no JSON is expected")
        said, found = _said(result)
        if not found:
            return Scored(0.0, "the answer holds no JSON")
        try:
            return _compared(expected, said, chosen)
        except (_TooMany, RecursionError):
            return Scored(None, f"more than {_MOST_FIELDS} fields, or deeper than {_MOST_DEEP}")

    return Plain(f"json:{settings}" if settings else "json", judge)


class _TooMany(Exception):
    """More than is compared."""


def _compared(expected: Json, said: Json, chosen: tuple[str, ...]) -> Scored:
    if not isinstance(expected, dict):
        right = _equal(expected, said)
        return Scored(float(right), "" if right else f"{_type(said)}, other than the {_type(expected)} expected")
    if not isinstance(said, dict):
        return Scored(0.0, f"{_type(said)} where an object is expected")
    wanted, given = dict(_leaves(expected)), dict(_leaves(said))
    if chosen:
        wanted = {path: value for path, value in wanted.items() if _within(path, chosen)}
        given = {path: value for path, value in given.items() if _within(path, chosen)}
        if not wanted:
            return Scored(None, f"none of the fields {', '.join(chosen)} is expected")
    return _told(wanted, given)


def _told(wanted: Mapping[str, Json], given: Mapping[str, Json]) -> Scored:
    missing = [path for path in wanted if path not in given]
    extra = [path for path in given if path not in wanted]
    wrong = [path for path in wanted if path in given and not _equal(wanted[path], given[path])]
    counted = len(wanted) + len(extra)
    right = len(wanted) - len(missing) - len(wrong)
    said = [
        _named("missing", missing),
        _named("extra", extra),
        *(f"{path[:60]}: {_difference(wanted[path], given[path])}" for path in wrong[:_NAMED]),
    ]
    detail = {"missing": float(len(missing)), "extra": float(len(extra)), "wrong": float(len(wrong))}
    return Scored(right / counted if counted else 1.0, "; ".join(part for part in said if part), detail=detail)


def _named(what: str, paths: list[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"{what}: {', '.join(path[:60] for path in paths[:_NAMED])}{more}" if paths else ""


def _difference(wanted: Json, given: Json) -> str:
    if _type(wanted) != _type(given):
        return f"{_type(given)} where {_type(wanted)} is expected"
    return "another value than expected"


def _leaves(value: Mapping[str, Json], above: tuple[str, ...] = ()) -> Iterator[tuple[str, Json]]:
    """Every field that is no object, or an empty one, by its path with dots."""
    if len(above) > _MOST_DEEP:
        raise _TooMany
    count = 0
    for name, each in value.items():
        path = (*above, name.replace(".", "\\."))
        inner = _leaves(each, path) if isinstance(each, dict) and each else iter([(".".join(path), each)])
        for leaf in inner:
            count += 1
            if count > _MOST_FIELDS:
                raise _TooMany
            yield leaf


def _within(path: str, chosen: tuple[str, ...]) -> bool:
    return any(path == each or path.startswith(f"{each}.") for each in chosen)


def _equal(one: Json, other: Json) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[name], other[name]) for name in one)
    return bool(one == other)


def _type(value: Json) -> str:
    names = {bool: "true or false", int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return names.get(type(value), "null")


def _decoded(expected: Json) -> Json:
    """What is expected, as a JSON value: a dataset of text columns has it as text."""
    if not isinstance(expected, str):
        return expected
    value, found = _parsed(expected)
    return value if found and isinstance(value, dict | list) else None


def _said(result: Result) -> tuple[Json, bool]:
    """The JSON of an answer: its text, what stands in a fence, the first brace to the last, a tool call's arguments."""
    text = result.text.strip()
    spans = [text, *reversed(_FENCED.findall(text)[-10:])]
    spans += [text[text.find(one) : text.rfind(other) + 1] for one, other in ("{}", "[]") if one in text]
    for span in spans:
        value, found = _parsed(span)
        if found:
            return value, True
    calls = result.answer.choices[0].calls if result.answer is not None and result.answer.choices else []
    return _parsed(calls[0].arguments) if len(calls) == 1 and not text else (None, False)


def _parsed(text: str) -> tuple[Json, bool]:
    try:
        return msgspec.json.decode(text.strip()), True
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None, False
