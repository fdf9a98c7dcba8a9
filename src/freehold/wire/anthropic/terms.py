"""What the two sides of this dialect call alike things, and what it cannot say: tables, each entry with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from freehold.core.event import FinishReason
from freehold.core.request import Request

STOP_REASONS: dict[FinishReason, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "refusal": "refusal",
    "stop_sequence": "stop_sequence",
    "pause": "pause_turn",
    "other": "end_turn",
}
"""A finish reason as ``stop_reason``. A filter's stop is a refusal here, which is how this dialect reports its own."""

FINISH_REASONS: dict[str, FinishReason] = {
    "end_turn": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "stop_sequence": "stop_sequence",
    "pause_turn": "pause",
    "refusal": "refusal",
    "model_context_window_exceeded": "length",
}
"""A ``stop_reason`` as a finish reason; one we do not know is ``other``."""

EFFORTS = {
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}
"""An effort word as ``output_config.effort``. OpenAI's ``none`` is ``thinking: disabled``."""

BUDGETS = {
    "minimal": 1_024,
    "low": 2_048,
    "medium": 8_192,
    "high": 16_384,
    "xhigh": 24_576,
    "max": 32_000,
}
"""An effort word as ``thinking.budget_tokens``, for models that take no effort. 1,024 is the least the API accepts;
beyond 32,000 it advises batch processing. The steps between are a choice, not a measurement."""

LEAST_BUDGET = 1_024

DEFAULT_MAX_TOKENS = 4_096
"""``max_tokens``, which this dialect requires, where neither the caller nor the target's limits say one."""

TIERS = {"auto": "auto", "default": "standard_only"}
"""OpenAI's ``service_tier`` as this dialect's; ``flex`` and ``priority`` have no counterpart here."""


class Unsaid(msgspec.Struct, frozen=True):
    """A field of another dialect that has no counterpart. `refused`: leaving it out would change what was asked for."""

    field: str
    given: Callable[[Request], Any]
    refused: bool
    reason: str


UNSAID: tuple[Unsaid, ...] = (
    Unsaid("n", lambda r: r.sampling.n > 1, True, "a message is one answer, and the caller counts on several"),
    Unsaid("logprobs", lambda r: r.sampling.logprobs, True, "token probabilities are never given"),
    Unsaid("logit_bias", lambda r: r.sampling.logit_bias, True, "tokens cannot be banned or forced"),
    Unsaid(
        "response_format",
        lambda r: r.output is not None and (r.output.mode == "json" or r.output.schema is None),
        True,
        "JSON output needs a schema here; an instruction in its place would promise what it cannot keep",
    ),
    Unsaid("seed", lambda r: r.sampling.seed is not None, False, "best effort even where it is known"),
    Unsaid("frequency_penalty", lambda r: r.sampling.frequency_penalty, False, "shifts style, not meaning"),
    Unsaid("presence_penalty", lambda r: r.sampling.presence_penalty, False, "shifts style, not meaning"),
    Unsaid(
        "metadata",
        lambda r: any(name != "freehold" for name in r.metadata),
        False,
        "only a user's id may be given; other metadata is for the caller's own records",
    ),
    Unsaid(
        "response_format.description",
        lambda r: r.output is not None and r.output.description,
        False,
        "a schema holds descriptions of its own",
    ),
)
"""Decided field by field. What is refused can be asked of another target; what is dropped is listed in the record."""

GRAVE_EXTRA = frozenset({"tool_choice", "response_format", "web_search_options", "audio", "prompt", "function_call"})
"""OpenAI's fields without a neutral word that change what kind of answer comes back: refused, where others drop."""
