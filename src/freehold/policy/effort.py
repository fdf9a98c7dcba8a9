"""How much work it can be to check a value against a JSON Schema, told before any of it is done.

A schema of a few lines can ask for a validation without end: each ``$ref`` that stands twice doubles the work of what
it points to, and a schema that refers to itself does so anew at each level of the value. Work is counted in visits of a
schema to a value. A visit leads on to the schemas that look at the same value (``allOf``, ``$ref``, ...), all of them,
and to those that look at a value within (``properties``, ``items``, ...). Along one path into the value the visits add
up to a figure that can be computed in time that grows with the schema alone, because no schema is counted twice for one
level. All visits are at most that figure for each value within the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

DEPTH_LIMIT = 64
"""Levels of objects and lists in a value that is checked."""
BUDGET = 1_000_000
"""Visits, some tenths of a second at worst."""
_PATTERN = 200
"""Visits that a regular expression counts for."""
_CHARACTERS = 16
"""Characters of a string that count as a value of their own."""
_SCHEMA_SIZE, _COMPILED_PATTERN = 10_000, 50
"""Values in a schema at most, and what a regular expression counts for among them, as each must be compiled. A chain of
references as long as this stays far from the end of the compiler's stack."""
_STEPS = 20_000
"""Schemas that are looked at to count; what needs more is beyond any budget."""
_HOPS = 150
"""Schemas within one another on the way down; each takes a few frames of the interpreter's stack."""

_SAME_ALL = ("allOf", "anyOf", "oneOf")
_SAME_ONE = ("not", "if", "then", "else")
_SAME_NAMED = ("dependentSchemas", "dependencies")
_WITHIN_ONE = (
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "items",
    "contentSchema",
)
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class Beyond(Exception):
    """Checking takes more than the budget, or what it takes cannot be told."""


def visits(schema: Any, value: Any, budget: int = BUDGET) -> int:
    """How often schemas visit values at most when `value` is checked; raises `Beyond` where that is over `budget`.

    Only references by JSON pointer, ``#/$defs/x``, can be followed; a schema with others is beyond any budget.
    """
    _check_size(schema)
    values, depth = _extent(value, budget)
    return values * _Count(schema, budget // values).along(schema, depth)


def _check_size(schema: Any) -> None:
    size = 0
    for level in _levels(schema):
        patterns = [each for each in level if isinstance(each, dict)]
        size += len(level) + _COMPILED_PATTERN * sum(
            ("pattern" in each) + len(_named(each.get("patternProperties"))) for each in patterns
        )
        if size > _SCHEMA_SIZE:
            raise Beyond


def _extent(value: Any, budget: int) -> tuple[int, int]:
    """How many values there are in a value, itself among them and long strings as several, and levels below it."""
    count, depth = 0, -1
    for level in _levels(value):
        depth += 1
        count += len(level) + sum(_length(each) // _CHARACTERS for each in level)
        if depth > DEPTH_LIMIT or count > budget:
            raise Beyond
    return count, depth


def _levels(value: Any) -> Iterator[list[Any]]:
    """The value, then all that is directly within it, and so on down."""
    level = [value]
    while level:
        yield level
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]


def _length(value: Any) -> int:
    """The characters of a string, or of all keys of an object."""
    if isinstance(value, dict):
        return sum(map(len, value))
    return len(value) if isinstance(value, str) else 0


class _Count:
    """Counts the visits along one path into a value."""

    def __init__(self, root: Any, budget: int) -> None:
        self._root = root
        self._budget = budget
        self._steps = 0
        self._hops = 0
        self._known: dict[tuple[int, int], int | None] = {}
        """By schema and levels of the value that are left; `None` while it is being counted."""

    def along(self, schema: Any, depth: int) -> int:
        """The visits that begin with this schema, on a value of so many levels."""
        self._steps += 1
        if self._steps > _STEPS:
            raise Beyond
        if not isinstance(schema, dict):
            return 1
        key = (id(schema), depth)
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._counted(schema, depth)
        found = self._known[key]
        if found is None:
            raise Beyond  # It refers to itself without going into the value, and so has no end.
        return found

    def _counted(self, schema: dict[str, Any], depth: int) -> int:
        self._hops += 1
        if self._hops > _HOPS or ("$id" in schema and schema is not self._root):
            raise Beyond  # Below another ``$id``, references are read from there.
        # What a schema lists (names, allowed values) is gone through at each visit.
        total = 1 + sum(len(each) for each in schema.values() if isinstance(each, dict | list))
        total += _PATTERN * ("pattern" in schema)
        total += sum(self.along(each, depth) for each in self._beside(schema))
        if depth:
            total += self._within(schema, depth - 1)
        if total > self._budget:
            raise Beyond
        self._hops -= 1
        return total

    def _beside(self, schema: dict[str, Any]) -> Iterator[Any]:
        """The schemas that look at the same value."""
        for name in _SAME_ALL:
            yield from _listed(schema.get(name))
        for name in _SAME_ONE:
            if name in schema:
                yield schema[name]
        for name in _SAME_NAMED:
            yield from _named(schema.get(name))
        for name in _REFERENCES:
            if name in schema:
                yield self._at(schema[name])

    def _within(self, schema: dict[str, Any], depth: int) -> int:
        """The visits to one value within: it is one named member or one listed item, and may match any pattern."""
        total = max([self.along(each, depth) for each in _named(schema.get("properties"))], default=0)
        places = [*_listed(schema.get("prefixItems")), *_listed(schema.get("items"))]
        total += max([self.along(each, depth) for each in places], default=0)
        total += sum(_PATTERN + self.along(each, depth) for each in _named(schema.get("patternProperties")))
        return total + sum(self.along(schema[name], depth) for name in _WITHIN_ONE if name in schema)

    def _at(self, reference: Any) -> Any:
        """The schema that a reference points to."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise Beyond
        place = self._root
        for step in unquote(reference[1:]).split("/")[1:]:
            if isinstance(place, dict) and "$id" in place and place is not self._root:
                raise Beyond
            name = step.replace("~1", "/").replace("~0", "~")
            try:
                place = place[int(name)] if isinstance(place, list) else place[name]
            except (LookupError, TypeError, ValueError):
                raise Beyond from None
        if reference != "#" and place is self._root:
            raise Beyond
        return place


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _named(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []
