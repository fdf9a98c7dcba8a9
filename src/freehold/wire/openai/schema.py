"""The body of a chat completion request as the OpenAI API defines it, as far as Freehold looks into it.

Structs for `msgspec.convert`: wrong types and values out of range are found here. Members that are not named are left
alone; at the top level they become the request's `extra`. Source: the request types of the official `openai` package.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from freehold.wire.bounds import MOST_MESSAGES, MOST_PARTS, MOST_STOPS, MOST_TOOLS

PositiveInt = Annotated[int, Meta(ge=1)]
Penalty = Annotated[float, Meta(ge=-2, le=2)]
Content = str | Annotated[list[dict[str, Any]], Meta(max_length=MOST_PARTS)]
Tools = Annotated[list[dict[str, Any]], Meta(max_length=MOST_TOOLS)]


class TextBody(Struct):
    text: str
    cache_control: CacheBody | None = None


class CacheBody(Struct):
    """Not OpenAI's own: routers that serve Anthropic's models behind this API take it on a part."""

    ttl: str | None = None


class ImageAddress(Struct):
    url: str
    detail: str | None = None


class ImageBody(Struct):
    image_url: ImageAddress


class AudioData(Struct):
    data: str
    format: str


class AudioBody(Struct):
    input_audio: AudioData


class FileData(Struct):
    file_data: str | None = None
    file_id: str | None = None
    filename: str | None = None


class FileBody(Struct):
    file: FileData


class RefusalBody(Struct):
    refusal: str


class FunctionCall(Struct):
    name: str
    arguments: str


class CallBody(Struct):
    """A tool call in an assistant's turn; `function` is `None` for kinds that only OpenAI knows."""

    id: str
    type: str = "function"
    function: FunctionCall | None = None


class SystemMessage(Struct, tag_field="role", tag="system"):
    content: Content
    name: str | None = None


class DeveloperMessage(Struct, tag_field="role", tag="developer"):
    content: Content
    name: str | None = None


class UserMessage(Struct, tag_field="role", tag="user"):
    content: Content
    name: str | None = None


class AssistantMessage(Struct, tag_field="role", tag="assistant"):
    """`reasoning_content` is DeepSeek's member, which vLLM, SGLang and llama-server have taken over."""

    content: Content | None = None
    name: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    tool_calls: Annotated[list[dict[str, Any]], Meta(max_length=MOST_PARTS)] | None = None
    function_call: FunctionCall | None = None
    audio: dict[str, Any] | None = None


class ToolMessage(Struct, tag_field="role", tag="tool"):
    tool_call_id: str
    content: Content


class FunctionMessage(Struct, tag_field="role", tag="function"):
    """The deprecated form of a tool message: it names the function, not the call."""

    name: str
    content: str | None = None


AnyMessage = SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage


class FunctionBody(Struct):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class ToolBody(Struct):
    function: FunctionBody


class FunctionName(Struct):
    name: str


class NamedChoice(Struct):
    function: FunctionName


class SchemaBody(Struct):
    name: str
    schema: dict[str, Any] | None = None
    strict: bool | None = None
    description: str | None = None


class SchemaFormat(Struct):
    json_schema: SchemaBody


class StreamOptions(Struct):
    include_usage: bool | None = None


class ChatBody(Struct):
    """The whole body. Every optional member may also be null, which means "not given"."""

    model: str
    messages: Annotated[list[AnyMessage], Meta(min_length=1, max_length=MOST_MESSAGES)]
    max_tokens: PositiveInt | None = None
    max_completion_tokens: PositiveInt | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    top_k: int | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    seed: int | None = None
    stop: str | Annotated[list[str], Meta(max_length=MOST_STOPS)] | None = None
    n: Annotated[int, Meta(ge=1, le=128)] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    logit_bias: dict[str, float] | None = None
    tools: Tools | None = None
    tool_choice: Literal["none", "auto", "required"] | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    functions: Annotated[list[FunctionBody], Meta(max_length=MOST_TOOLS)] | None = None
    function_call: Literal["none", "auto"] | FunctionName | None = None
    response_format: dict[str, Any] | None = None
    reasoning_effort: str | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    user: str | None = None
    metadata: dict[str, Any] | None = None
    service_tier: str | None = None


KNOWN = frozenset(ChatBody.__struct_encode_fields__)
"""The members that are read here; all others are `extra`."""
