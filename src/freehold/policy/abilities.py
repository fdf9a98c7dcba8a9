"""What a request needs that a target may lack, so that a target is passed over before it is asked in vain.

Only what would spoil the answer counts. A hint that a target cannot take, such as how hard to think, is left out by its
codec and listed in the record; what a dialect cannot say at all is the codec's to refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from freehold.core.request import (
    AnyRequest,
    EmbeddingRequest,
    ImagePart,
    OpaquePart,
    OpaqueTool,
    Part,
    Request,
    RerankRequest,
    ToolResult,
    ToolUse,
)
from freehold.core.target import Target


class Lack(msgspec.Struct, frozen=True):
    """One ability that is missing, and the field of the request that needs it, in the caller's dialect."""

    param: str
    reason: str


_OUTPUT_FIELD = {"openai": "response_format", "anthropic": "output_config"}


def lacks(request: AnyRequest, target: Target, tokens: int | None = None) -> Lack | None:
    """The first ability that this request needs and this target lacks; `None` if it can answer.

    `tokens` is an estimate of the prompt's length; it is compared with the target's context window, where both are
    known. Room for the answer is not asked for: what is left of the window bounds it.
    """
    if isinstance(request, EmbeddingRequest):
        return None if target.profile.embeddings else Lack("model", "makes no embeddings")
    if isinstance(request, RerankRequest):
        return None if target.profile.rerank else Lack("model", "does not rerank")
    if not target.profile.chat:
        return Lack("model", "does not chat")
    window = target.limits.context
    if tokens is not None and window is not None and tokens >= window:
        return Lack("messages", f"holds {window} tokens, and the prompt has about {tokens}")
    return next(_chat_lacks(request, target), None)


def _chat_lacks(request: Request, target: Target) -> Iterator[Lack]:
    profile = target.profile
    parts = list(_parts(part for message in request.messages for part in message.parts))
    if not profile.tools:
        if request.tools:
            yield Lack("tools", "takes no tools")
        if any(isinstance(part, ToolUse | ToolResult) for part in parts):
            yield Lack("messages", "takes no tool calls or results")
    if not profile.images and any(isinstance(part, ImagePart) for part in parts):
        yield Lack("messages", "takes no images")
    if request.sampling.logprobs and not profile.logprobs:
        yield Lack("logprobs", "gives no token probabilities")
    if request.output is not None and request.output.mode == "schema" and not profile.json_schema:
        yield Lack(_OUTPUT_FIELD[request.dialect], "takes no JSON schema for its output")
    foreign = [tool.kind for tool in request.tools if isinstance(tool, OpaqueTool) and tool.dialect != target.dialect]
    if foreign:
        yield Lack("tools", f"does not know the tool {foreign[0]}")
    if any(isinstance(part, OpaquePart) and part.dialect != target.dialect for part in parts):
        yield Lack("messages", "does not know a part that only another dialect has")


def _parts(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, ToolResult):
            yield from _parts(part.parts)
