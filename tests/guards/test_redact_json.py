"""Values in the arguments of a call are read behind their names, wherever the JSON is cut, and it stays JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from freehold.core.finding import Span
from freehold.guards.redact_json import redacting_json

_NAMED = re.compile(r"(password|pin): (\w+)")


def find(text: str) -> Iterator[Span]:
    for match in _NAMED.finditer(text):
        yield Span(match.start(2), match.end(2), match[1], 0.8, "test", "secrets")


def through(pieces: list[str]) -> Any:
    stream = redacting_json(find, {})
    return json.loads("".join([*map(stream.feed, pieces), stream.flush()]))


@pytest.mark.parametrize("indent", [None, 2])
def test_a_value_is_read_behind_its_name(indent: int | None):
    said = json.dumps({"user": "ann", "password": "hunter2", "pin": 4711, "x": ["hunter2", 4711]}, indent=indent)
    due = {"user": "ann", "password": "[password]", "pin": "[pin]", "x": ["hunter2", 4711]}
    for place in range(len(said) + 1):
        assert through([said[:place], said[place:]]) == due
    assert through(list(said)) == due


@pytest.mark.parametrize(
    "said",
    [
        {"a": "password", "b": "hunter2"},
        ["password", "hunter2"],
        {"password": ["hunter2"]},
        {"password": "", "x": "hunter2"},
        {"password": {"": "hunter2"}},
        {"password": None, "x": 4711},
    ],
)
def test_what_is_not_the_name_of_a_value_is_not_read_with_it(said: Any):
    assert through([json.dumps(said)]) == said
