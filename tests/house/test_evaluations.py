"""The page of evaluations as JSON names every field, and its rules are rules."""

from __future__ import annotations

import re

from freehold.evaluate.report.rules.grammar import parse
from freehold.evaluate.report.rules.words import METRICS
from tools import reference
from tools.evaluations import COMPARED, EXCHANGED, PLAIN

PAGE = reference.PAGES["evaluation-json.md"]()


def test_every_field_has_a_meaning() -> None:
    for kind in (*COMPARED, *EXCHANGED):
        for field in kind.__struct_fields__:
            assert re.search(rf"\| `{field}` \| `[^`]+` \| \S.* \|", PAGE), field


def test_nothing_is_told_of_fields_that_there_are_not() -> None:
    assert set(PLAIN) <= {field for kind in (*COMPARED, *EXCHANGED) for field in kind.__struct_fields__}


def test_every_rule_that_is_shown_is_one() -> None:
    rules = re.findall(r"^\| `([^`]+[<>][^`]+)` \|", PAGE, re.MULTILINE)
    assert len(rules) > 6
    for rule in rules:
        parse(rule)


def test_every_metric_is_told() -> None:
    assert all(f"| `{name}` |" in PAGE for name in METRICS)
