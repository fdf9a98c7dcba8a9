"""A record as its reader gets it: what was asked, what was decided and why, what it cost. Plain values for JSON."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from freehold.core.money import dollars

_NS = 1_000_000_000


def summary(row: sqlite3.Row) -> dict[str, Any]:
    """One exchange in a list. Money is in US dollars, as decimal text; durations are in milliseconds."""
    return {
        "id": row["id"],
        "started": moment(row["started_ns"]),
        "key": {"id": row["key_id"], "name": row["key_name"]},
        "team": row["team"],
        "model": row["alias"],
        "route": row["route"],
        "dialect": row["dialect"],
        "kind": row["kind"],
        "stream": bool(row["stream"]),
        "origin": row["origin"],
        "label": row["label"],
        "ending": row["ending"],
        "status": row["status"],
        "error": row["error"],
        "error_kind": row["error_kind"],
        "reason": row["reason"],
        "target": row["target"],
        "owned": _flag(row["owned"]),
        "escalated": _flag(row["escalated"]),
        "attempts": row["attempts"],
        "usage": _usage(row),
        "cost": _money(row["cost_nano"]),
        "baseline_cost": _money(row["baseline_nano"]),
        "first_ms": row["first_ms"],
        "total_ms": row["total_ms"],
    }


def decision(row: sqlite3.Row, attempts: Sequence[sqlite3.Row], feedback: Sequence[sqlite3.Row] = ()) -> dict[str, Any]:
    """One exchange with all that was decided: where its label came from, who might answer, who was asked.

    ``findings`` says what guards found: kind, field, rule, what was done, and how often. ``grounding`` is null, or
    holds the collections, the passages and the citations (`freehold.ledger.grounding`).
    ``forecast`` is null where no router was asked before generation; else its version, the chance that it told or why
    it told none, and what followed.
    """
    whole = summary(row)
    whole["label"] = {"value": row["label"], "sources": _decoded(row["sources"], [])}
    whole["permit"] = {
        "revision": row["revision"],
        "targets": _decoded(row["targets"], []),
        "refusals": _decoded(row["refusals"], []),
    }
    whole["grounding"] = _decoded(row["grounding"], None)
    whole["findings"] = _decoded(row["findings"], [])
    whole["forecast"] = _forecast(_decoded(row["forecast"], None), attempts)
    whole["attempts"] = [_attempt(attempt) for attempt in attempts]
    whole["feedback"] = [feedback_row(said) for said in feedback]
    return whole


def _forecast(told: dict[str, Any] | None, attempts: Sequence[sqlite3.Row]) -> dict[str, Any] | None:
    if told is None:
        return None
    first = next((attempt["note"] or "" for attempt in attempts), "")
    followed = "none" if told["chance"] is None else "weighed"
    if first.startswith("forecast "):
        followed = "escalated at once"
    return {
        "router": told["router"],
        "chance": told["chance"],
        "missing": told["missing"] or None,
        "followed": followed,
    }


def feedback_row(row: sqlite3.Row) -> dict[str, Any]:
    """What one key said of a request."""
    return {
        "id": row["id"],
        "request": row["exchange_id"],
        "key": {"id": row["key_id"]},
        "at": moment(row["at_ns"]),
        "thumb": row["thumb"],
        "score": row["score"],
        "outcome": row["outcome"],
        "corrected": row["corrected"],
        "comment": row["comment"],
    }


def moment(ns: int) -> str:
    """Nanoseconds since the epoch as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(ns / _NS, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _attempt(row: sqlite3.Row) -> dict[str, Any]:
    score = None
    if row["score_method"] is not None:
        score = {
            "method": row["score_method"],
            "value": row["score_value"],
            "kept": _flag(row["score_kept"]),
            "reasons": _decoded(row["score_reasons"], []),
        }
    return {
        "number": row["number"],
        "target": row["target"],
        "owned": bool(row["owned"]),
        "model": row["model"],
        "note": row["note"],
        "started": moment(row["started_ns"]),
        "first_ms": row["first_ms"],
        "total_ms": row["total_ms"],
        "usage": _usage(row),
        "cost": _money(row["cost_nano"]),
        "fault": row["fault"],
        "error": row["error"],
        "status": row["status"],
        "finish": row["finish"],
        "score": score,
        "shown": bool(row["shown"]),
        "dropped": _decoded(row["dropped"], []),
        "label": row["label"],
        "clearance": row["clearance"],
        "declassified": row["declassified"],
        "bytes_out": row["bytes_out"],
        "body_sha256": row["body_sha256"],
    }


def _usage(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "input_tokens": row["input_tokens"],
        "output_tokens": row["output_tokens"],
        "cached_input_tokens": row["cached_input_tokens"],
        "cache_write_tokens": row["cache_write_tokens"],
        "reasoning_tokens": row["reasoning_tokens"],
        "estimated": _flag(row["estimated"]),
    }


def _money(amount: int | None) -> str | None:
    return None if amount is None else dollars(amount)


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _decoded(text: str | None, default: Any) -> Any:
    return default if text is None else msgspec.json.decode(text)
