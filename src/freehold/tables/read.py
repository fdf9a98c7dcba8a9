"""Reads decoded TOML into structs, noting every fault instead of stopping at the first."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from freehold.catalog.words import mend_for
from freehold.tables.faults import Findings
from freehold.tables.lines import Path

S = TypeVar("S", bound=msgspec.Struct)

_NAMES: dict[Any, str] = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    bool: "true or false",
    type(None): "nothing",
}
_FOUND: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    Decimal: "a number with decimals",
    list: "a list",
    dict: "a table",
}


def read(kind: type[S], raw: object, place: Path, findings: Findings) -> S | None:
    """The struct of a table, or `None` when something in it was at fault.

    A struct that has `RANGES` names in it the least and the greatest value of each number that it checks.
    """
    if not isinstance(raw, Mapping):
        findings.add(place, f"{_say(place)} is {_found(raw)} where a table is expected", "write it as a table of keys")
        return None
    before = len(findings.found)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key in fields:
            values[fields[key].name] = _value(fields[key].type, value, (*place, key), findings)
        else:
            findings.add((*place, key), f"{key!r} is not a key of {_say(place)}", mend_for(key, fields))
    for name, field in fields.items():
        if field.required and name not in raw:
            findings.add(place, f"{_say(place)} has no {name!r}", f"add {name} = ...")
    for name, (low, high) in getattr(kind, "RANGES", {}).items():
        if values.get(name) is not None and not low <= values[name] <= high:
            findings.add((*place, name), f"{name} is {values[name]}", f"give a number from {low} to {high}")
    return kind(**values) if len(findings.found) == before else None


def read_plain(kind: type[S], raw: object, place: Path, findings: Findings) -> S:
    """The struct of a table that may be left out; what is at fault in it stands at its default."""
    return read(kind, raw, place, findings) or kind(**sound(kind, raw))


def rows_of(document: Mapping[str, Any], key: str, findings: Findings) -> Sequence[object]:
    """The items of an array of tables; none, and a finding, where it is something else."""
    rows = document.get(key, [])
    if isinstance(rows, list):
        return rows
    findings.add((key,), f"{key!r} is one table", f"write it as [[{key}]], once for each")
    return []


def sound(kind: type[msgspec.Struct], raw: object) -> dict[str, Any]:
    """The fields of a table that are as they should be, so that they can be looked into though others are at fault."""
    values = {}
    for field in msgspec.structs.fields(kind):
        if isinstance(raw, Mapping) and field.encode_name in raw:
            apart = Findings()
            value = _value(field.type, raw[field.encode_name], (), apart)
            if not apart.found:
                values[field.name] = value
    return values


def _value(kind: Any, value: object, place: Path, findings: Findings) -> Any:
    struct = next((option for option in options(kind) if _is_struct(option)), None)
    if struct is not None and (isinstance(value, Mapping) or len(options(kind)) == 1):
        return read(struct, value, place, findings)
    item = get_args(kind)[0] if get_origin(kind) is tuple else None
    if item is not None and _is_struct(item) and isinstance(value, list):
        return tuple(read(item, each, (*place, index), findings) for index, each in enumerate(value))
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        message, mend = _explain(kind, value, place)
        findings.add(place, message, mend)
        return None


def _explain(kind: Any, value: object, place: Path) -> tuple[str, str]:
    words = [word for option in options(kind) if get_origin(option) is Literal for word in get_args(option)]
    if words and isinstance(value, str):
        return f"{_say(place)} cannot be {value!r}", mend_for(value, words)
    return f"{_say(place)} is {_found(value)} where {expected(kind)} is expected", f"write {expected(kind)}"


def expected(kind: Any) -> str:
    """What a type asks for, in words.

    >>> expected(tuple[str, ...] | None)
    'a list of text in quotes'
    """
    said = []
    for option in options(kind):
        if get_origin(option) is Literal:
            said.append("one of " + ", ".join(repr(word) for word in get_args(option)))
        elif get_origin(option) is tuple:
            said.append(f"a list of {expected(get_args(option)[0])}")
        elif get_origin(option) is dict or _is_struct(option):
            said.append("a table")
        else:
            said.append(_NAMES[option])
    return " or ".join(said)


def options(kind: Any) -> tuple[Any, ...]:
    """The types that a union allows, ``None`` apart (TOML has no null)."""
    if get_origin(kind) in {Union, types.UnionType}:
        return tuple(option for option in typing.get_args(kind) if option is not type(None))
    return (kind,)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _found(value: object) -> str:
    return _FOUND.get(type(value), "a date or time")


def _say(place: Path) -> str:
    """A place as people write it: ``[server] port``, ``[[target]] price.input``."""
    if not place:
        return "the file"
    keys = ".".join(str(step) for step in place[1:] if isinstance(step, str))
    head = f"[[{place[0]}]]" if len(place) > 1 and isinstance(place[1], int) else f"[{place[0]}]"
    return f"{head} {keys}".rstrip()
