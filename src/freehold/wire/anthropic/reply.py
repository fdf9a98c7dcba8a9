"""An answer in the Messages dialect, whole."""

from __future__ import annotations

from freehold.core.event import Answer, Choice, Thought, Usage
from freehold.core.request import AnyRequest, JsonObject
from freehold.wire import json
from freehold.wire.anthropic.citations import citation, place_of
from freehold.wire.anthropic.terms import STOP_REASONS
from freehold.wire.anthropic.turns import call_input


def whole(answer: Answer, request: AnyRequest, exchange_id: str) -> bytes:
    """The message. Only the first choice can be said; a tool call without an id gets one made from `exchange_id`."""
    choice = answer.choices[0] if answer.choices else Choice()
    return json.encode(
        head(exchange_id, answer.opened.model or request.model)
        | {
            "content": _content(choice, exchange_id),
            "stop_reason": stop_reason(choice),
            "stop_sequence": choice.stop_sequence,
            "usage": usage_fields(answer.usage or Usage()),
        }
    )


def head(exchange_id: str, model: str) -> JsonObject:
    """The members of a message that are known before its first word."""
    return {
        # The id leads back to the record of the exchange.
        "id": f"msg_{exchange_id}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def call_id(exchange_id: str, index: int) -> str:
    """An id for a call whose target gave none."""
    return f"toolu_{exchange_id}_{index}"


def stop_reason(choice: Choice) -> str:
    """Clients go on to run tools by this word alone, so calls count even where a target forgot to say so."""
    if choice.refusal and choice.finish in {None, "stop"}:
        return "refusal"
    if choice.calls and choice.finish in {None, "stop"}:
        return "tool_use"
    return STOP_REASONS[choice.finish or "stop"]


def usage_fields(usage: Usage) -> JsonObject:
    """``usage``: what was read from or written to the cache is not part of ``input_tokens`` here."""
    fields: JsonObject = {
        "input_tokens": max(0, usage.input - usage.cached_input - usage.cache_write),
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cached_input,
        "output_tokens": usage.output,
    }
    if usage.reasoning:
        fields["output_tokens_details"] = {"thinking_tokens": usage.reasoning}
    return fields


def _content(choice: Choice, exchange_id: str) -> list[JsonObject]:
    """The blocks, each kind where it first came."""
    kinds = {
        "thought": [thought_block(thought) for thought in choice.thoughts],
        "text": _text_blocks(choice),
        "refusal": [{"type": "text", "text": choice.refusal}],
        "call": [
            {
                "type": "tool_use",
                "id": call.id or call_id(exchange_id, index),
                "name": call.name,
                "input": call_input(call.arguments),
            }
            for index, call in enumerate(choice.calls)
        ],
    }
    return [block for kind in dict.fromkeys(choice.order) for block in kinds[kind]]


def thought_block(thought: Thought) -> JsonObject:
    """A ``thinking`` or ``redacted_thinking`` block; a signature is a required member, if only an empty one."""
    if thought.redacted is not None:
        return {"type": "redacted_thinking", "data": thought.redacted}
    return {"type": "thinking", "thinking": thought.text, "signature": thought.signature or ""}


def _text_blocks(choice: Choice) -> list[JsonObject]:
    """The text in blocks, each ending with what its citations are about."""
    cited: dict[int, list[JsonObject]] = {}
    for note in choice.annotations:
        if (said := citation(note)) is not None:
            place = place_of(note)
            cited.setdefault(len(choice.text) if place is None else min(place, len(choice.text)), []).append(said)
    blocks: list[JsonObject] = []
    start = 0
    for end in sorted({*cited, len(choice.text)}):
        if end in cited:
            blocks.append({"type": "text", "text": choice.text[start:end], "citations": cited[end]})
        elif end > start or not blocks:
            blocks.append({"type": "text", "text": choice.text[start:end]})
        start = end
    return blocks
