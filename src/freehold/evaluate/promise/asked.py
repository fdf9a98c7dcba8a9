"""What is asked of a calibration, as it comes from outside, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from freehold.core.errors import BadRequest
from freehold.core.money import Nanodollars, from_dollars
from freehold.evaluate.model import Settings
from freehold.evaluate.promise.service import Plan

HARM = 0.02
"""The share that is promised where none is said."""


def plan_of(said: Mapping[str, Any]) -> Plan:
    """The plan of a request's members; raises `BadRequest`, naming the member that cannot be."""
    for name in ("harm", "confidence"):
        if said[name] is not None and not 0 < said[name] < 1:
            raise BadRequest(f"{name} is a share between 0 and 1, such as 0.02, not {said[name]:g}", param=name)
    for name in ("escalate", "budget_share"):
        if said[name] is not None and not 0 <= said[name] <= 1:
            raise BadRequest(f"{name} is a share from 0 to 1, such as 0.2, not {said[name]:g}", param=name)
    if said["escalate"] is not None and said["budget_share"] is not None:
        raise BadRequest("choose escalate or budget_share, not both", param="escalate")
    if said["harm"] is not None and (said["escalate"] is not None or said["budget_share"] is not None):
        raise BadRequest(
            "harm is what is promised, escalate or budget_share what is spent with the least harm: choose one",
            param="harm",
        )
    if said["right_at"] is not None and not 0 < said["right_at"] <= 1:
        raise BadRequest(f"right_at is a score above 0, up to 1, not {said['right_at']:g}", param="right_at")
    if said["horizon"] < 0:
        raise BadRequest("horizon is 0 or more requests", param="horizon")
    return Plan(
        data=said["data"],
        scorer=said["scorer"],
        harm=HARM if said["harm"] is None else said["harm"],
        confidence=said["confidence"],
        escalate=said["escalate"],
        budget_share=said["budget_share"],
        horizon=said["horizon"],
        voices=tuple(said["voices"]),
        stronger=said["stronger"],
        slices=tuple(said["slices"]),
        router=said["router"],
        right_at=said["right_at"],
        settings=Settings(
            parallel=said["parallel"],
            limit=said["limit"],
            fresh=said["fresh"],
            budget=None if said["budget"] is None else _amount(said["budget"]),
        ),
    )


def _amount(text: str) -> Nanodollars:
    try:
        return from_dollars(text)
    except ValueError as error:
        raise BadRequest(f"{error}; say US dollars, such as 2.50", param="budget") from error
