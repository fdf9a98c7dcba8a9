"""What was asked, in no vendor's dialect. Frozen; a stage that changes it makes another with `Request.rewritten`."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from freehold.core.passage import Passage

Json = Any
"""A decoded JSON value."""

JsonObject = dict[str, Any]

Role = Literal["system", "developer", "user", "assistant", "tool"]
Dialect = Literal["openai", "anthropic"]


class CacheMark(msgspec.Struct, frozen=True):
    """The caller asks the provider to cache the prompt up to here (Anthropic's ``cache_control``)."""

    ttl: str | None = None


class TextPart(msgspec.Struct, frozen=True, tag="text"):
    text: str
    cache: CacheMark | None = None


class ImagePart(msgspec.Struct, frozen=True, tag="image"):
    """An image by address, or inline as base64 `data` with its media type. Exactly one of `url` and `data` is set."""

    url: str | None = None
    data: str | None = None
    media_type: str | None = None
    detail: str | None = None
    cache: CacheMark | None = None


class AudioPart(msgspec.Struct, frozen=True, tag="audio"):
    """Inline audio, base64."""

    data: str
    format: str


class FilePart(msgspec.Struct, frozen=True, tag="file"):
    """A document: inline base64 `data`, plain `text`, a `url`, or the provider's own `file_id`."""

    data: str | None = None
    media_type: str | None = None
    url: str | None = None
    file_id: str | None = None
    text: str | None = None
    filename: str | None = None
    cache: CacheMark | None = None


class ThoughtPart(msgspec.Struct, frozen=True, tag="thought"):
    """Reasoning an assistant turn showed. `signature` lets its provider verify it; `redacted` is its opaque form."""

    text: str = ""
    signature: str | None = None
    redacted: str | None = None


class RefusalPart(msgspec.Struct, frozen=True, tag="refusal"):
    text: str


class ToolUse(msgspec.Struct, frozen=True, tag="tool_use"):
    """A tool call an assistant turn made. `arguments` is JSON text, as the model wrote it."""

    id: str
    name: str
    arguments: str
    cache: CacheMark | None = None


class ToolResult(msgspec.Struct, frozen=True, tag="tool_result"):
    """What a tool answered to the call `id`."""

    id: str
    parts: tuple[Part, ...] = ()
    is_error: bool = False
    cache: CacheMark | None = None


class OpaquePart(msgspec.Struct, frozen=True, tag="opaque"):
    """A part only its own dialect knows. Cannot be inspected, so it carries the key's label; cannot be translated."""

    dialect: str
    kind: str
    raw: JsonObject


Part = TextPart | ImagePart | AudioPart | FilePart | ThoughtPart | RefusalPart | ToolUse | ToolResult | OpaquePart

INSPECTABLE = (TextPart, ThoughtPart, RefusalPart, ToolUse)
"""Parts whose whole content is text that a guard can read."""


class Message(msgspec.Struct, frozen=True):
    """One turn. A ``tool`` message holds exactly one `ToolResult`; a ``user`` message may hold none."""

    role: Role
    parts: tuple[Part, ...]
    name: str | None = None


class Tool(msgspec.Struct, frozen=True):
    """A function the model may call. `schema` is JSON Schema of its arguments object."""

    name: str
    schema: JsonObject
    description: str | None = None
    strict: bool | None = None
    cache: CacheMark | None = None


class OpaqueTool(msgspec.Struct, frozen=True):
    """A tool only its own dialect knows, such as a provider's web search."""

    dialect: str
    kind: str
    raw: JsonObject


class ToolChoice(msgspec.Struct, frozen=True):
    """Which tool the model may or must use; `name` with mode ``named``."""

    mode: Literal["auto", "none", "required", "named"] = "auto"
    name: str | None = None


class Sampling(msgspec.Struct, frozen=True):
    """How to draw tokens. `None`: not given."""

    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    n: int = 1
    logprobs: bool = False
    top_logprobs: int | None = None
    logit_bias: dict[str, float] | None = None


class OutputFormat(msgspec.Struct, frozen=True):
    """JSON as output: ``json`` is any object, ``schema`` one that fits `schema`."""

    mode: Literal["json", "schema"]
    name: str | None = None
    schema: JsonObject | None = None
    strict: bool | None = None
    description: str | None = None


class Reasoning(msgspec.Struct, frozen=True):
    """How much to think before answering: an `effort` word (OpenAI) or a `budget` in tokens (Anthropic)."""

    enabled: bool = True
    effort: str | None = None
    budget: int | None = None
    display: str | None = None
    adaptive: bool = False
    """Anthropic's ``adaptive``: think as the model sees fit. There, an effort alone asks for no thinking."""


class Origin(msgspec.Struct, frozen=True):
    """The caller's own body, decoded once. Sent as it came to a target of the same dialect, the model's name apart."""

    dialect: Dialect
    body: JsonObject
    headers: tuple[tuple[str, str], ...] = ()
    """The dialect's own headers that a target of the same dialect gets too, such as ``anthropic-beta``."""


class Grounds(msgspec.Struct, frozen=True):
    """What a request is answered from, for a target that reads passages and no prompt.

    The messages of the request hold the same passages as text; `asked` are the messages as the caller wrote them.
    """

    question: str
    """What is asked, made to stand by itself where it leant on earlier turns."""
    passages: tuple[Passage, ...]
    asked: tuple[Message, ...]
    chosen: bool = True
    """Somebody chose the documents; otherwise they are what the built-in reader falls back on."""


class Request(msgspec.Struct, frozen=True):
    """A chat request.

    `extra` holds top-level fields that our dialects do not know; they travel on to a target of the same dialect.
    """

    model: str
    messages: tuple[Message, ...]
    dialect: Dialect
    tools: tuple[Tool | OpaqueTool, ...] = ()
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    sampling: Sampling = Sampling()
    output: OutputFormat | None = None
    reasoning: Reasoning | None = None
    stream: bool = False
    stream_usage: bool = False
    """The caller wants usage in its stream (OpenAI's ``stream_options.include_usage``)."""
    user: str | None = None
    metadata: dict[str, str] = {}
    service_tier: str | None = None
    extra: JsonObject = {}
    origin: Origin | None = None
    grounds: Grounds | None = None

    @property
    def written(self) -> tuple[Message, ...]:
        """The messages without the passages that were found for them."""
        return self.messages if self.grounds is None else self.grounds.asked

    def rewritten(self, **changes: Any) -> Request:
        """A changed copy. It no longer has an `origin`, so it is encoded afresh for whatever target it goes to."""
        return msgspec.structs.replace(self, origin=None, **changes)


class EmbeddingRequest(msgspec.Struct, frozen=True):
    """Texts, or token ids, to embed."""

    model: str
    inputs: tuple[str, ...] | tuple[tuple[int, ...], ...]
    dialect: Dialect = "openai"
    dimensions: int | None = None
    encoding: Literal["float", "base64"] = "float"
    user: str | None = None
    metadata: dict[str, str] = {}
    extra: JsonObject = {}
    origin: Origin | None = None
    stream: bool = False


class RerankRequest(msgspec.Struct, frozen=True):
    """Texts to be judged by how well each answers a query."""

    model: str
    query: str
    documents: tuple[str, ...]
    dialect: Dialect = "openai"
    top: int | None = None
    """How many of the best to name; `None`: all."""
    return_documents: bool = False
    """The caller wants the texts again beside their scores."""
    user: str | None = None
    metadata: dict[str, str] = {}
    extra: JsonObject = {}
    origin: Origin | None = None
    stream: bool = False


AnyRequest = Request | EmbeddingRequest | RerankRequest
