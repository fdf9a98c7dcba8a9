"""What OpenAI-shaped servers answer, as typed structs: a whole completion, or one chunk of a streamed one.

Only what is read is named, and it is typed as loosely as real servers need: every member may be missing or null. The
structs are not tracked by the garbage collector, for they are made by the thousand each second and never form a cycle.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from freehold.wire.openai.logprobs import LogprobsBody

ChoiceIndex = Annotated[int, msgspec.Meta(ge=0, le=127)]
"""Bounded, for whoever gathers an answer makes room for every choice up to it."""


class FunctionPiece(msgspec.Struct, gc=False):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None
    """JSON text; some servers give the object itself."""


class CallPiece(msgspec.Struct, gc=False):
    index: int | None = None
    id: str | None = None
    function: FunctionPiece | None = None


class Said(msgspec.Struct, gc=False):
    """A whole ``message``, or a ``delta`` of one."""

    content: str | list[Any] | None = None
    """Text; Mistral's reasoning models give a list of parts."""
    refusal: str | None = None
    reasoning_content: str | None = None
    """DeepSeek's name; vLLM, SGLang and llama-server use it too."""
    reasoning: Any = None
    """OpenRouter's and Groq's name."""
    tool_calls: list[CallPiece] | None = None
    function_call: FunctionPiece | None = None
    annotations: list[dict[str, Any]] | None = None


class ChunkChoice(msgspec.Struct, gc=False):
    index: ChoiceIndex = 0
    delta: Said | None = None
    finish_reason: str | None = None
    logprobs: LogprobsBody | float | None = None


class Chunk(msgspec.Struct, gc=False):
    id: str | None = None
    model: str | None = None
    created: Any = None
    choices: list[ChunkChoice] | None = None
    usage: Any = None
    system_fingerprint: str | None = None
    service_tier: str | None = None
    error: Any = None


class WholeChoice(msgspec.Struct, gc=False):
    index: ChoiceIndex = 0
    message: Said | None = None
    finish_reason: str | None = None
    logprobs: LogprobsBody | float | None = None


class Completion(msgspec.Struct, gc=False):
    id: str | None = None
    model: str | None = None
    created: Any = None
    choices: list[WholeChoice] | None = None
    usage: Any = None
    system_fingerprint: str | None = None
    service_tier: str | None = None
    error: Any = None
