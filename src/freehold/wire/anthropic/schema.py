"""What travels in the Messages dialect, as types: requests and their blocks going in, stream events coming out.

Requests are read in two steps: the body into `MessagesRequest`, whose turns and tools stay plain objects, then each
block into the struct of its kind, because a block of a kind we do not know must travel on rather than fail. Answers are
read with one flat struct a frame, `StreamEvent`: members of kinds we do not know are then simply absent.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from freehold.core.errors import BadRequest
from freehold.core.request import JsonObject
from freehold.wire.bounds import MOST_MESSAGES, MOST_PARTS, MOST_STOPS, MOST_TOOLS

Unit = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Name = Annotated[str, Meta(min_length=1)]
Blocks = Annotated[list[JsonObject], Meta(max_length=MOST_PARTS)]


class Turn(msgspec.Struct):
    """One entry of ``messages``. A ``system`` turn may stand in mid-conversation (newer models take it there)."""

    role: Literal["user", "assistant", "system"]
    content: str | Blocks


class ChoiceSpec(msgspec.Struct):
    """``tool_choice``."""

    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class FormatSpec(msgspec.Struct):
    """``output_config.format``."""

    type: Literal["json_schema"]
    schema: JsonObject


class OutputConfig(msgspec.Struct):
    """``output_config``."""

    effort: str | None = None
    format: FormatSpec | None = None


class ThinkingSpec(msgspec.Struct):
    """``thinking``, of the types that have neutral words."""

    type: str
    budget_tokens: Annotated[int, Meta(ge=1024)] | None = None
    display: str | None = None


class MetadataSpec(msgspec.Struct):
    """``metadata``."""

    user_id: str | None = None


class MessagesRequest(msgspec.Struct):
    """A body of ``POST /v1/messages`` or ``/v1/messages/count_tokens``."""

    model: str
    messages: Annotated[list[Turn], Meta(min_length=1, max_length=MOST_MESSAGES)]
    max_tokens: Count | None = None
    system: str | Blocks | None = None
    tools: Annotated[list[JsonObject], Meta(max_length=MOST_TOOLS)] | None = None
    tool_choice: ChoiceSpec | None = None
    stop_sequences: Annotated[list[str], Meta(max_length=MOST_STOPS)] | None = None
    temperature: Unit | None = None
    top_p: Unit | None = None
    top_k: Count | None = None
    stream: bool | None = None
    metadata: MetadataSpec | None = None
    thinking: ThinkingSpec | None = None
    output_config: OutputConfig | None = None
    output_format: FormatSpec | None = None
    service_tier: str | None = None


class CacheControl(msgspec.Struct):
    """``cache_control``."""

    type: Literal["ephemeral"]
    ttl: str | None = None


class TextBlock(msgspec.Struct):
    text: str
    cache_control: CacheControl | None = None


class Source(msgspec.Struct):
    """Where an image or a document comes from; which members it has depends on `type`."""

    type: str
    media_type: str | None = None
    data: str | None = None
    url: str | None = None
    file_id: str | None = None
    content: str | list[JsonObject] | None = None


class SourcedBlock(msgspec.Struct):
    """An ``image`` or a ``document``."""

    source: Source
    title: str | None = None
    cache_control: CacheControl | None = None


class ThinkingBlock(msgspec.Struct):
    thinking: str
    signature: str | None = None


class RedactedBlock(msgspec.Struct):
    data: str


class ToolUseBlock(msgspec.Struct):
    id: Name
    name: Name
    input: JsonObject
    cache_control: CacheControl | None = None


class ToolResultBlock(msgspec.Struct):
    tool_use_id: Name
    content: str | Blocks | None = None
    is_error: bool | None = None
    cache_control: CacheControl | None = None


class ToolSpec(msgspec.Struct):
    """A tool the caller runs itself."""

    name: Name
    input_schema: JsonObject
    description: str | None = None
    strict: bool | None = None
    cache_control: CacheControl | None = None


class OutputDetails(msgspec.Struct, gc=False):
    thinking_tokens: int | None = None


class UsageCount(msgspec.Struct):
    """``usage``. In a stream it comes twice; the second time only what has changed need be given."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens_details: OutputDetails | None = None


class Block(msgspec.Struct, gc=False):
    """A block of an answer, of any kind."""

    type: str = ""
    text: str = ""
    citations: list[JsonObject] | None = None
    thinking: str = ""
    signature: str | None = None
    data: str | None = None
    id: str | None = None
    name: str | None = None
    input: Any = None


class Head(msgspec.Struct):
    """A message: whole, or as ``message_start`` announces it."""

    id: str = ""
    model: str = ""
    type: str = ""
    content: list[Block] | None = None
    stop_reason: str | None = None
    stop_sequence: str | None = None
    usage: UsageCount | None = None
    error: WireError | None = None


class Delta(msgspec.Struct, gc=False):
    """What a ``content_block_delta`` or a ``message_delta`` adds."""

    type: str = ""
    text: str = ""
    partial_json: str = ""
    thinking: str = ""
    signature: str | None = None
    citation: JsonObject | None = None
    stop_reason: str | None = None
    stop_sequence: str | None = None


class WireError(msgspec.Struct, gc=False):
    type: str = "api_error"
    message: str = ""


class StreamEvent(msgspec.Struct, gc=False):
    """The data of one frame."""

    type: str
    index: int = 0
    delta: Delta | None = None
    content_block: Block | None = None
    message: Head | None = None
    usage: UsageCount | None = None
    error: WireError | None = None


Struct = TypeVar("Struct", bound=msgspec.Struct)

_PLACE = re.compile(r"^(.*?)(?: - at `\$(.*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(\w+)`$")


def convert(value: Any, kind: type[Struct], where: str = "") -> Struct:
    """Read a decoded value as a struct; raises `BadRequest` naming the field as ``messages.0.content``."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error), where) from None


def refuse(field: str, problem: str) -> BadRequest:
    """A refusal that names the field as this dialect does."""
    return BadRequest(f"{field}: {problem}", param=field)


def _refusal(text: str, where: str) -> BadRequest:
    found = _PLACE.match(text)
    problem, path = (found[1], found[2] or "") if found else (text, "")
    field = where + re.sub(r"\[(\d+)\]", r".\1", path)
    if missing := _MISSING.match(problem):
        field, problem = f"{field}.{missing[1]}", "Field required"
    return refuse(field.removeprefix("."), problem)
