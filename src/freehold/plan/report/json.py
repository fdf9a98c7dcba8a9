"""A plan for programs."""

from __future__ import annotations

import msgspec

from freehold.plan.result import Plan


def to_json(plan: Plan) -> bytes:
    """The plan as JSON, indented; the same plan gives the same bytes. `Plan` says what its fields are."""
    return msgspec.json.format(msgspec.json.encode(plan, order="deterministic"), indent=2) + b"\n"
