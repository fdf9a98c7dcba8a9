"""The table of formats holds together: every pattern compiles, and is bounded."""

from __future__ import annotations

import re

import pytest

from freehold.guards.secrets.rule import Rule, compiled
from freehold.guards.secrets.vendors import VENDORS


@pytest.mark.parametrize("rule", VENDORS, ids=lambda rule: f"{rule.kind} {rule.leads[0]}")
def test_a_row_is_a_format(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.kind)
    assert all(rule.leads)
    assert 0.5 <= rule.sure < 1
    compiled(rule.body)
    assert not re.search(r"[*+](?![^\[]*\])", rule.body.replace(r"\+", "")), "repetitions are bounded"


def test_no_row_stands_twice() -> None:
    rows = [(lead, rule.body) for rule in VENDORS for lead in rule.leads]
    assert len(rows) == len(set(rows))
