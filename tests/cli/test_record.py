"""A record in words."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.cli.record import story

USAGE = {"input_tokens": 12, "output_tokens": 3, "estimated": True}
ATTEMPT: dict[str, Any] = {
    "number": 1,
    "target": "home",
    "owned": True,
    "note": "first",
    "usage": USAGE,
    "cost": "0",
    "total_ms": 41.2,
    "fault": None,
    "error": None,
    "shown": False,
    "dropped": ["seed"],
    "declassified": None,
    "score": {"method": "confidence", "value": 0.614, "kept": False, "reasons": ["below 0.80"]},
}
RECORD: dict[str, Any] = {
    "id": "fh_1",
    "started": "2026-01-31T12:00:00Z",
    "team": "red",
    "model": "auto",
    "dialect": "anthropic",
    "kind": "chat",
    "stream": False,
    "key": {"id": "key_1", "name": "ada"},
    "label": {"value": "internal", "sources": [{"origin": "key", "label": "internal"}]},
    "findings": [
        {"field": "messages[0].parts[0].text", "family": "personal-data", "kind": "email", "rule": "a"}
        | {"action": "raise", "count": 2}
    ],
    "permit": {
        "revision": "abc",
        "targets": ["home", "away"],
        "refusals": [{"target": "far", "rule": "label", "reason": "level internal is above clearance public"}],
    },
    "forecast": None,
    "attempts": [
        ATTEMPT,
        {**ATTEMPT, "number": 2, "target": "away", "owned": False, "note": "escalated: confidence 0.61"}
        | {"score": None, "dropped": [], "shown": True, "cost": "0.0125"}
        | {"declassified": "pseudonymise personal-data: 2 email"},
    ],
    "reason": "escalated",
    "ending": "completed",
    "status": 200,
    "error": None,
    "total_ms": 1234.5,
    "cost": "0.0125",
    "baseline_cost": "0.05",
}


def test_an_escalation_reads_as_a_story() -> None:
    assert story(RECORD) == [
        "fh_1, 2026-01-31T12:00:00Z",
        "asked: ada (team red) asked for auto (anthropic chat)",
        "label: internal (internal from key)",
        "found: 2 email in messages[0].parts[0].text (raise)",
        "might answer: home, away (policy revision abc)",
        "refused: far (label): level internal is above clearance public",
        "attempt 1: home (at home, first): 12 tokens in, 3 out, estimated, $0, 41 ms",
        "  judged by confidence: not kept 0.61 (below 0.80)",
        "  left out, since it cannot be said there: seed",
        "attempt 2: away (outside, escalated: confidence 0.61): 12 tokens in, 3 out, estimated, $0.0125, 41 ms, shown",
        "  saw less: pseudonymise personal-data: 2 email",
        "why: escalated",
        "ended: completed with status 200 after 1234 ms",
        "cost: $0.0125; the baseline would have cost $0.05",
    ]


def test_what_never_got_far_has_a_story_too() -> None:
    open_row = RECORD | {"label": {"value": None, "sources": []}, "attempts": [], "reason": None, "total_ms": None}
    open_row |= {"permit": {"revision": None, "targets": [], "refusals": []}, "ending": "lost", "status": None}
    open_row |= {"findings": []}
    open_row |= {"error": "it was under way when Freehold ended", "cost": "0", "baseline_cost": None}
    assert story(open_row)[2:] == [
        "label: none",
        "ended: lost",
        "error: it was under way when Freehold ended",
        "cost: $0",
    ]


@pytest.mark.parametrize(
    ("chance", "missing", "followed", "line"),
    [
        (0.25, None, "weighed", "a chance of 0.25 that the owned answer will do (router rt_1), weighed together with"),
        (0.125, None, "escalated at once", "will do (router rt_1), so that the stronger target was asked at once"),
        (None, "not told within 50 ms", "none", "none by router rt_1: not told within 50 ms"),
        (None, "not told", "escalated at once", "not told, so that the stronger target was asked at once"),
    ],
)
def test_what_was_foreseen_is_told(chance: float | None, missing: str | None, followed: str, line: str) -> None:
    forecast = {"router": "rt_1", "chance": chance, "missing": missing, "followed": followed}
    [found] = [each for each in story(RECORD | {"forecast": forecast}) if each.startswith("forecast: ")]
    assert line in found
