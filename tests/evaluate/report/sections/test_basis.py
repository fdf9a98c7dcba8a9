"""Notes, rules and methods on the page."""

from __future__ import annotations

import msgspec

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.rules.verdict import Verdict
from freehold.evaluate.report.sections.basis import known, methods, rules
from support.evaluations import run_data


def test_notes_come_with_a_mark_where_something_is_partial():
    found = compare([run_data("a", size=12)])
    assert "badge warn" not in known(found)[0]
    assert "badge warn" in known(msgspec.structs.replace(found, partial=True))[0]
    assert known(msgspec.structs.replace(found, notes=())) == []


def test_rules_say_why():
    made = rules([Verdict("cost > 1", "b", False, "2 > 1 holds")])[0]
    assert '<span class="badge bad">failed</span>' in made
    assert "<td>cost &gt; 1</td>" in made
    assert rules([]) == []


def test_methods_come_with_their_sources():
    found = compare([run_data("a", size=12)])
    assert "Wilson 1927" in methods(found)[0]
    assert methods(msgspec.structs.replace(found, methods={})) == []
