"""A body of ``POST /v1/messages``, read as a neutral request.

A user turn that brings tool results becomes one ``tool`` message for each of them and then a ``user`` message with what
is left. Blocks and tools that only this dialect knows are kept as they are; top-level fields that we do not know go
into `Request.extra`. What has no neutral word (citations wanted, a tool's examples) survives in `Request.origin` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from freehold.core.request import (
    CacheMark,
    FilePart,
    ImagePart,
    JsonObject,
    Message,
    OpaquePart,
    OpaqueTool,
    Origin,
    OutputFormat,
    Part,
    Reasoning,
    Request,
    Sampling,
    TextPart,
    ThoughtPart,
    Tool,
    ToolChoice,
    ToolResult,
    ToolUse,
)
from freehold.wire import json
from freehold.wire.anthropic import schema
from freehold.wire.anthropic.schema import convert, refuse
from freehold.wire.bounds import check_parts
from freehold.wire.fields import check_model, read_metadata

_KNOWN = frozenset(schema.MessagesRequest.__struct_fields__)
_MODES: dict[str, ToolChoice] = {
    "auto": ToolChoice("auto"),
    "none": ToolChoice("none"),
    "any": ToolChoice("required"),
}
_PLACES = {
    "tool_result": "user",
    "tool_use": "assistant",
    "thinking": "assistant",
    "redacted_thinking": "assistant",
}
"""Blocks that belong to one role alone."""


def parse(body: bytes, *, counting: bool = False) -> Request:
    """Read a request; with `counting` one for ``count_tokens``, which needs no ``max_tokens``.

    Raises `BadRequest`; its `param` names the field as ``messages.0.content``.
    """
    decoded = json.decode(body)
    asked = convert(decoded, schema.MessagesRequest)
    check_model(asked.model)
    if asked.max_tokens is None and not counting:
        raise refuse("max_tokens", "Field required")
    extra = {name: decoded[name] for name in decoded if name not in _KNOWN}
    if extra.get("n", 1) != 1:
        raise refuse("n", "the Messages API gives one answer")
    messages = tuple(_messages(asked))
    check_parts(messages)
    return Request(
        model=asked.model,
        messages=messages,
        dialect="anthropic",
        tools=tuple(_tool(tool, f"tools.{i}") for i, tool in enumerate(asked.tools)) if asked.tools else (),
        tool_choice=_choice(asked.tool_choice),
        parallel_tool_calls=_parallel(asked.tool_choice),
        sampling=Sampling(
            max_tokens=asked.max_tokens,
            temperature=asked.temperature,
            top_p=asked.top_p,
            top_k=asked.top_k,
            stop=tuple(asked.stop_sequences or ()),
        ),
        output=_output(asked),
        reasoning=_reasoning(asked, decoded, extra),
        stream=bool(asked.stream),
        stream_usage=True,
        user=asked.metadata.user_id if asked.metadata else None,
        metadata=_metadata(decoded.get("metadata")),
        service_tier=asked.service_tier,
        extra=extra,
        origin=Origin("anthropic", decoded),
    )


def _messages(asked: schema.MessagesRequest) -> Iterator[Message]:
    if asked.system:
        yield Message("system", _texts(asked.system, "system"))
    for index, turn in enumerate(asked.messages):
        content = turn.content
        if isinstance(content, str):
            yield Message(turn.role, (TextPart(content),))
        elif turn.role == "system":
            yield Message("system", _texts(content, f"messages.{index}.content"))
        else:
            parts = _parts(content, f"messages.{index}.content", turn.role)
            if turn.role == "user":
                yield from _user_turn(parts)
            else:
                yield Message(turn.role, parts)


def _user_turn(parts: tuple[Part, ...]) -> Iterator[Message]:
    rest = tuple(part for part in parts if not isinstance(part, ToolResult))
    for part in parts:
        if isinstance(part, ToolResult):
            yield Message("tool", (part,))
    if rest or not parts:
        yield Message("user", rest)


def _texts(content: str | list[JsonObject], where: str) -> tuple[Part, ...]:
    if isinstance(content, str):
        return (TextPart(content),)
    parts = _parts(content, where, "system")
    for i, part in enumerate(parts):
        if not isinstance(part, TextPart):
            raise refuse(f"{where}.{i}.type", "a system prompt holds text blocks only")
    return parts


def _parts(content: list[JsonObject], where: str, role: str) -> tuple[Part, ...]:
    return tuple([_part(block, f"{where}.{i}", role) for i, block in enumerate(content)])


def _part(block: JsonObject, where: str, role: str) -> Part:
    kind = block.get("type")
    if not isinstance(kind, str):
        raise refuse(f"{where}.type", "Field required" if kind is None else "expected a string")
    if _PLACES.get(kind, role) != role:
        raise refuse(f"{where}.type", f"a {kind} block stands in {_PLACES[kind]} turns only")
    read = _READERS.get(kind)
    return read(block, where) if read else OpaquePart("anthropic", kind, block)


def _mark(control: schema.CacheControl | None) -> CacheMark | None:
    return None if control is None else CacheMark(control.ttl)


def _text(block: JsonObject, where: str) -> Part:
    text = convert(block, schema.TextBlock, where)
    return TextPart(text.text, _mark(text.cache_control))


def _image(block: JsonObject, where: str) -> Part:
    image = convert(block, schema.SourcedBlock, where)
    source, cache = image.source, _mark(image.cache_control)
    match source.type:
        case "base64":
            data, media_type = _need(source, "data", where), _need(source, "media_type", where)
            return ImagePart(data=data, media_type=media_type, cache=cache)
        case "url":
            return ImagePart(url=_need(source, "url", where), cache=cache)
        case _:
            return OpaquePart("anthropic", "image", block)


def _document(block: JsonObject, where: str) -> Part:
    document = convert(block, schema.SourcedBlock, where)
    source, title, cache = document.source, document.title, _mark(document.cache_control)
    match source.type:
        case "base64":
            data, media_type = _need(source, "data", where), _need(source, "media_type", where)
            return FilePart(data=data, media_type=media_type, filename=title, cache=cache)
        case "text":
            text = _need(source, "data", where)
            return FilePart(text=text, media_type="text/plain", filename=title, cache=cache)
        case "url":
            return FilePart(url=_need(source, "url", where), filename=title, cache=cache)
        case "file":
            return FilePart(file_id=_need(source, "file_id", where), filename=title, cache=cache)
        case "content" if isinstance(source.content, str):
            return FilePart(text=source.content, media_type="text/plain", filename=title, cache=cache)
        case _:
            return OpaquePart("anthropic", "document", block)


def _need(source: schema.Source, member: str, where: str) -> str:
    value = getattr(source, member)
    if not isinstance(value, str):
        raise refuse(f"{where}.source.{member}", "Field required")
    return value


def _thinking(block: JsonObject, where: str) -> Part:
    thinking = convert(block, schema.ThinkingBlock, where)
    return ThoughtPart(thinking.thinking, thinking.signature)


def _redacted(block: JsonObject, where: str) -> Part:
    return ThoughtPart(redacted=convert(block, schema.RedactedBlock, where).data)


def _tool_use(block: JsonObject, where: str) -> Part:
    use = convert(block, schema.ToolUseBlock, where)
    return ToolUse(use.id, use.name, json.encode(use.input).decode(), _mark(use.cache_control))


def _tool_result(block: JsonObject, where: str) -> Part:
    result = convert(block, schema.ToolResultBlock, where)
    content = result.content or []
    inner = (TextPart(content),) if isinstance(content, str) else _parts(content, f"{where}.content", "tool")
    return ToolResult(result.tool_use_id, inner, bool(result.is_error), _mark(result.cache_control))


_READERS: dict[str, Callable[[JsonObject, str], Part]] = {
    "text": _text,
    "image": _image,
    "document": _document,
    "thinking": _thinking,
    "redacted_thinking": _redacted,
    "tool_use": _tool_use,
    "tool_result": _tool_result,
}


def _tool(tool: JsonObject, where: str) -> Tool | OpaqueTool:
    kind = tool.get("type")
    if kind is not None and not isinstance(kind, str):
        raise refuse(f"{where}.type", "expected a string")
    if kind not in {None, "custom"}:
        return OpaqueTool("anthropic", kind, tool)
    spec = convert(tool, schema.ToolSpec, where)
    return Tool(spec.name, spec.input_schema, spec.description, spec.strict, _mark(spec.cache_control))


def _choice(choice: schema.ChoiceSpec | None) -> ToolChoice | None:
    if choice is None:
        return None
    if choice.type != "tool":
        return _MODES[choice.type]
    if choice.name is None:
        raise refuse("tool_choice.name", "Field required")
    return ToolChoice("named", choice.name)


def _parallel(choice: schema.ChoiceSpec | None) -> bool | None:
    if choice is None or choice.disable_parallel_tool_use is None:
        return None
    return not choice.disable_parallel_tool_use


def _output(asked: schema.MessagesRequest) -> OutputFormat | None:
    """``output_config.format``, or its older name ``output_format``. This dialect always holds output to the schema."""
    spec = (asked.output_config and asked.output_config.format) or asked.output_format
    return OutputFormat("schema", schema=spec.schema, strict=True) if spec else None


def _reasoning(asked: schema.MessagesRequest, decoded: JsonObject, extra: JsonObject) -> Reasoning | None:
    """How much to think; what has no neutral word of ``thinking`` and ``output_config`` goes into `extra`."""
    config, thinking = asked.output_config, asked.thinking
    effort = config.effort if config else None
    if config and (rest := {k: v for k, v in decoded["output_config"].items() if k not in {"effort", "format"}}):
        extra["output_config"] = rest
    if thinking is None:
        return Reasoning(effort=effort) if effort else None
    match thinking.type:
        case "enabled":
            if thinking.budget_tokens is None:
                raise refuse("thinking.budget_tokens", "Field required")
            return Reasoning(effort=effort, budget=thinking.budget_tokens, display=thinking.display)
        case "adaptive":
            return Reasoning(effort=effort, display=thinking.display, adaptive=True)
        case "disabled":
            return Reasoning(enabled=False, effort=effort)
        case _:
            extra["thinking"] = decoded["thinking"]
            return Reasoning(effort=effort) if effort else None


def _metadata(metadata: JsonObject | None) -> dict[str, str]:
    """All but the user's id, which has its own place."""
    return read_metadata({name: value for name, value in metadata.items() if name != "user_id"}) if metadata else {}
