"""How much work a check is, told beforehand: what is ordinary is within bounds, and what explodes is not."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.core.request import OutputFormat
from freehold.policy.effort import Beyond, visits
from freehold.policy.judge import Accept, judge
from freehold.policy.structure import LONGEST_CHECKED, breach
from support.decisions import a_request, an_answer

TREE = {
    "type": "object",
    "properties": {"name": {"type": "string", "pattern": "^[a-z]+$"}, "children": {"items": {"$ref": "#"}}},
    "required": ["name"],
}


def chain(links: int, link: Any) -> dict[str, Any]:
    """A schema whose definitions lead to one another; `link` makes each from the reference to the next."""
    steps = {f"d{place}": link({"$ref": f"#/$defs/d{place + 1}"}) for place in range(links)}
    return {"$ref": "#/$defs/d0", "$defs": {**steps, f"d{links}": {"type": "object"}}}


def doubling(link: dict[str, Any]) -> dict[str, Any]:
    return {"allOf": [link, link]}


def deep(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def a_tree(levels: int) -> Any:
    return {"name": "x", "children": [a_tree(levels - 1), a_tree(levels - 1)] if levels else []}


def test_visits_are_counted_through_references() -> None:
    counts = [visits(chain(links, doubling), {}) for links in (4, 8, 12)]
    assert counts[1] > 12 * counts[0]
    assert counts[2] > 12 * counts[1]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (chain(40, doubling), {}),
        (chain(40, lambda link: {"anyOf": [link, {"not": link}]}), {}),
        ({"allOf": [{"properties": {"a": {"$ref": "#"}}}] * 2}, deep(40)),
        (chain(20_000, lambda link: link), {}),
        (chain(20_000, lambda link: {"properties": {"a": link}}), {}),
        (chain(1_000, lambda link: link), {}),
        ({"$ref": "#"}, {}),
        ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}}, {}),
        ({"$id": "x", "allOf": [{"$id": "y", "$ref": "#/$defs/a"}]}, {}),
        ({"$ref": "#/$defs/a/$defs/b", "$defs": {"a": {"$id": "y", "$defs": {"b": {}}}}}, {}),
        ({"$ref": "#anchor"}, {}),
        ({"$ref": "#/nowhere"}, {}),
        ({"$ref": "elsewhere.json"}, {}),
        ({"items": {"enum": list(range(9_000))}}, list(range(9_000))),
        ({"anyOf": [{"type": "integer"}] * 4_000}, ["x"] * 1_000),
        ({"patternProperties": {f"a{number}": {} for number in range(300)}}, {}),
        ({"pattern": "[ab]*a[ab]{900}c"}, "ab" * 100_000),
        ({}, deep(65)),
    ],
)
def test_what_would_hold_the_process_is_beyond_the_budget_and_not_held_against_the_answer(
    schema: dict[str, Any], value: Any
) -> None:
    with pytest.raises(Beyond):
        visits(schema, value)
    assert breach(schema, value) is None


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (TREE, a_tree(8)),
        (TREE, {"name": "x", "children": [{"name": "y"}] * 500}),
        (chain(60, lambda link: link), {}),
        (
            {"properties": {f"p{number}": {"type": "string", "enum": ["a", "b"]} for number in range(1_000)}},
            {"p1": "a"},
        ),
        ({"items": {"pattern": "^a", "maxLength": 40}}, ["a" * 30] * 1_000),
        ({"$ref": "#/$defs/a~1b/allOf/0", "$defs": {"a/b": {"allOf": [{"type": "object"}]}}}, {}),
    ],
)
def test_what_is_ordinary_is_within_it(schema: dict[str, Any], value: Any) -> None:
    assert visits(schema, value) > 0
    assert breach(schema, value) is None
    assert breach({**schema, "type": "null"}, value) is not None


def test_the_score_says_what_was_not_checked() -> None:
    costly = a_request(output=OutputFormat("schema", name="x", schema=chain(40, doubling)))
    plain = a_request(output=OutputFormat("json"))
    accept = Accept(score="structure")
    assert "was not checked" in judge(costly, an_answer("{}"), accept).reasons[-1]
    assert judge(costly, an_answer("{}"), accept).kept
    long = '{"a": "' + "\\n" * LONGEST_CHECKED + '"}'
    assert "was not checked" in judge(plain, an_answer(long), accept).reasons[-1]
    assert judge(plain, an_answer("{}"), accept).reasons == ("sound in form",)
