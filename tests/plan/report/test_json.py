"""A plan as JSON."""

from __future__ import annotations

import msgspec

from freehold.plan.report.json import to_json
from freehold.plan.result import Plan
from support.plans import moderate


def test_it_reads_back_as_it_was_and_is_the_same_each_time() -> None:
    written = to_json(moderate())
    assert msgspec.json.decode(written, type=Plan) == moderate()
    assert to_json(moderate()) == written
    assert written.startswith(b'{\n  "scenario": "moderate",\n  "title"')
    assert written.endswith(b"}\n")
