"""A chat completion request, from bytes to the neutral `Request`."""

from __future__ import annotations

from freehold.core.errors import BadRequest
from freehold.core.request import (
    JsonObject,
    OpaqueTool,
    Origin,
    OutputFormat,
    Reasoning,
    Request,
    Sampling,
    Tool,
    ToolChoice,
)
from freehold.wire.fields import check_model, read_metadata
from freehold.wire.json import convert, decode
from freehold.wire.openai import schema
from freehold.wire.openai.turns import read_messages

_UNSET = Sampling()


def parse(body: bytes) -> Request:
    """Read a request; raises `BadRequest` whose `param` names the field."""
    fields = decode(body)
    chat = convert(fields, schema.ChatBody)
    check_model(chat.model)
    extra = {name: fields[name] for name in fields.keys() - schema.KNOWN}
    stream = bool(chat.stream)
    if chat.stream_options and not stream:
        raise BadRequest("stream_options is only allowed when stream is true", param="stream_options")
    return Request(
        model=chat.model,
        messages=read_messages(chat.messages),
        dialect="openai",
        tools=_tools(chat),
        tool_choice=_tool_choice(chat, extra),
        parallel_tool_calls=chat.parallel_tool_calls,
        sampling=_sampling(chat),
        output=_output(chat, extra),
        reasoning=_reasoning(chat.reasoning_effort),
        stream=stream,
        stream_usage=bool(chat.stream_options and chat.stream_options.include_usage),
        user=chat.user,
        metadata=read_metadata(chat.metadata),
        service_tier=chat.service_tier,
        extra=extra,
        origin=Origin("openai", fields),
    )


def _sampling(chat: schema.ChatBody) -> Sampling:
    if chat.top_logprobs is not None and not chat.logprobs:
        raise BadRequest("top_logprobs needs logprobs to be true", param="top_logprobs")
    sampling = Sampling(
        max_tokens=chat.max_tokens if chat.max_completion_tokens is None else chat.max_completion_tokens,
        temperature=chat.temperature,
        top_p=chat.top_p,
        top_k=chat.top_k,
        frequency_penalty=chat.frequency_penalty,
        presence_penalty=chat.presence_penalty,
        seed=chat.seed,
        stop=(chat.stop,) if isinstance(chat.stop, str) else tuple(chat.stop or ()),
        n=chat.n or 1,
        logprobs=bool(chat.logprobs),
        top_logprobs=chat.top_logprobs,
        logit_bias=chat.logit_bias,
    )
    return _UNSET if sampling == _UNSET else sampling


def _tools(chat: schema.ChatBody) -> tuple[Tool | OpaqueTool, ...]:
    tools: list[Tool | OpaqueTool] = []
    for number, tool in enumerate(chat.tools or ()):
        within = f"tools[{number}]"
        kind = tool.get("type")
        if not isinstance(kind, str):
            raise BadRequest(f"{within}.type must be a string", param=f"{within}.type")
        if kind == "function":
            tools.append(_tool(convert(tool, schema.ToolBody, within=within).function))
        else:
            tools.append(OpaqueTool("openai", kind, tool))
    tools.extend(_tool(function) for function in chat.functions or ())
    return tuple(tools)


def _tool(function: schema.FunctionBody) -> Tool:
    return Tool(function.name, function.parameters or {}, function.description, function.strict)


def _tool_choice(chat: schema.ChatBody, extra: JsonObject) -> ToolChoice | None:
    """A choice that only OpenAI knows (``allowed_tools``, ``custom``) goes to `extra`."""
    choice = chat.tool_choice
    if choice is None:
        return _function_choice(chat)
    if isinstance(choice, dict):
        if choice.get("type") == "function":
            return ToolChoice("named", convert(choice, schema.NamedChoice, within="tool_choice").function.name)
        extra["tool_choice"] = choice
        return None
    return ToolChoice(choice)


def _function_choice(chat: schema.ChatBody) -> ToolChoice | None:
    match chat.function_call:
        case None:
            return None
        case schema.FunctionName(name=name):
            return ToolChoice("named", name)
        case mode:
            return ToolChoice(mode)


def _output(chat: schema.ChatBody, extra: JsonObject) -> OutputFormat | None:
    if chat.response_format is None:
        return None
    match chat.response_format.get("type"):
        case "text":
            return None
        case "json_object":
            return OutputFormat("json")
        case "json_schema":
            described = convert(chat.response_format, schema.SchemaFormat, within="response_format").json_schema
            return OutputFormat("schema", described.name, described.schema, described.strict, described.description)
        case str():
            extra["response_format"] = chat.response_format
            return None
        case _:
            raise BadRequest("response_format.type must be a string", param="response_format.type")


def _reasoning(effort: str | None) -> Reasoning | None:
    return None if effort is None else Reasoning(enabled=effort != "none", effort=effort)
