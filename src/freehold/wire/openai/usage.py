"""Token counts, both ways between OpenAI's ``usage`` object and the neutral `Usage`.

Servers of this shape differ here more than anywhere, and some count wrongly, so nothing is trusted to be present or to
be a number; a wrong count must not cost the caller the answer.
"""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.core.event import Usage
from freehold.core.request import JsonObject

_MOST = 2**53
"""JSON numbers beyond this are not exact, and no count of tokens is."""


def read_usage(body: Any, raw: bytes | None) -> Usage | None:
    """The counts of a ``usage`` object; `None` for what is not one.

    Cached tokens are also found where DeepSeek (``prompt_cache_hit_tokens``) and Moonshot (``cached_tokens``) put them.
    """
    if not isinstance(body, dict):
        return None
    prompt, completion = _count(body, "prompt_tokens"), _count(body, "completion_tokens")
    into, out = _details(body, "prompt_tokens_details"), _details(body, "completion_tokens_details")
    output, reasoning = _with_hidden(prompt, completion, _count(out, "reasoning_tokens"), _count(body, "total_tokens"))
    cached = _count(into, "cached_tokens") or _count(body, "prompt_cache_hit_tokens") or _count(body, "cached_tokens")
    return Usage(
        input=prompt,
        output=output,
        cached_input=min(cached, prompt),
        cache_write=min(_count(into, "cache_write_tokens"), prompt),
        reasoning=reasoning,
        input_audio=_count(into, "audio_tokens"),
        output_audio=_count(out, "audio_tokens"),
        raw=raw,
    )


def read_input_usage(body: Any, raw: bytes | None) -> Usage | None:
    """As `read_usage`, for an answer that no tokens are produced for: vectors, or a ranking."""
    usage = read_usage(body, raw)
    return None if usage is None else msgspec.structs.replace(usage, output=0, reasoning=0)


def _with_hidden(prompt: int, completion: int, reasoning: int, total: int) -> tuple[int, int]:
    """All tokens produced, and those of reasoning among them.

    OpenAI counts reasoning within the completion. xAI counts it beside, and Google's OpenAI-shaped API shows it only as
    what the total has more than the sum.
    """
    hidden = total - prompt - completion
    if hidden > 0 and reasoning in {0, hidden}:
        return completion + hidden, hidden
    return completion, min(reasoning, completion)


def _count(body: JsonObject, name: str) -> int:
    value = body.get(name)
    return value if type(value) is int and 0 <= value < _MOST else 0


def _details(body: JsonObject, name: str) -> JsonObject:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def write_usage(usage: Usage) -> JsonObject:
    """Counts as OpenAI's ``usage`` object."""
    into = {"cached_tokens": usage.cached_input, "audio_tokens": usage.input_audio}
    if usage.cache_write:
        into["cache_write_tokens"] = usage.cache_write
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": into,
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": usage.output_audio,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
