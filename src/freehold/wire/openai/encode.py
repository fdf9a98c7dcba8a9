"""A neutral request, written as the body of a chat completion request.

A request that an OpenAI caller sent and no stage changed goes on as it came, member for member; only what the target's
profile demands is different. Any other is written from its neutral fields. What this dialect cannot say is refused by
name where it would change the answer, and left out and listed where it would not.
"""

from __future__ import annotations

from freehold.core.request import JsonObject, OpaqueTool, OutputFormat, Reasoning, Request, Tool, ToolChoice
from freehold.core.target import Target
from freehold.wire.codec import Encoded
from freehold.wire.json import encode
from freehold.wire.openai.fit import fit
from freehold.wire.openai.render import cannot_say, write_messages

PATH = "/chat/completions"

_STRICT_PROVIDERS = frozenset({"openai", "azure"})
"""These refuse members that OpenAI's own API does not define; the many servers of its shape take ``top_k`` too."""

_MEANINGFUL = frozenset({"mcp_servers", "container"})
"""Fields of the Messages API without which the answer would be another one."""

_EFFORTS = ((2048, "low"), (8192, "medium"))


def encode_chat(request: Request, target: Target) -> Encoded:
    """Write a request for one target; raises `AttemptFailed` (``UNTRANSLATABLE``) naming the field."""
    dropped: set[str] = set()
    if request.origin is not None and request.origin.dialect == "openai":
        body = dict(request.origin.body)
    else:
        body = _afresh(request, target, dropped)
    body["model"] = target.model
    fit(body, request, target.profile, dropped)
    return Encoded(PATH, encode(body), tuple(sorted(dropped)))


def _afresh(request: Request, target: Target, dropped: set[str]) -> JsonObject:
    body: JsonObject = {
        "messages": write_messages(request, dropped),
        "tools": [_tool(tool, place, dropped) for place, tool in enumerate(request.tools)] or None,
        "tool_choice": _tool_choice(request.tool_choice),
        "parallel_tool_calls": request.parallel_tool_calls if request.tools else None,
        "response_format": _response_format(request.output),
        "reasoning_effort": _effort(request.reasoning, dropped),
        "stream": True if request.stream else None,
        "user": request.user,
        **_sampling(request, target, dropped),
        **_of_dialect(request, dropped),
    }
    return {name: value for name, value in body.items() if value is not None}


def _sampling(request: Request, target: Target, dropped: set[str]) -> JsonObject:
    sampling = request.sampling
    top_k = sampling.top_k
    if top_k is not None and target.provider in _STRICT_PROVIDERS:
        dropped.add("top_k")
        top_k = None
    return {
        "max_completion_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": top_k,
        "frequency_penalty": sampling.frequency_penalty,
        "presence_penalty": sampling.presence_penalty,
        "seed": sampling.seed,
        "stop": list(sampling.stop) or None,
        "n": sampling.n if sampling.n > 1 else None,
        "logprobs": True if sampling.logprobs else None,
        "top_logprobs": sampling.top_logprobs,
        "logit_bias": sampling.logit_bias,
    }


def _of_dialect(request: Request, dropped: set[str]) -> JsonObject:
    """The members whose meaning belongs to the caller's dialect: they go on to a target of the same one alone."""
    if request.dialect == "openai":
        return {**request.extra, "metadata": request.metadata or None, "service_tier": request.service_tier}
    for name in sorted(request.extra):
        if name in _MEANINGFUL:
            raise cannot_say(name, name)
        dropped.add(name)
    if request.metadata.keys() - {"freehold"}:
        dropped.add("metadata")
    if request.service_tier not in {None, "auto"}:
        dropped.add("service_tier")
    return {}


def _tool(tool: Tool | OpaqueTool, place: int, dropped: set[str]) -> JsonObject:
    if isinstance(tool, OpaqueTool):
        if tool.dialect != "openai":
            raise cannot_say(f"a tool of kind {tool.kind[:100]!r}", f"tools[{place}]")
        return tool.raw
    if tool.cache:
        dropped.add("cache_control")
    function: JsonObject = {"name": tool.name, "parameters": tool.schema}
    if tool.description is not None:
        function["description"] = tool.description
    if tool.strict is not None:
        function["strict"] = tool.strict
    return {"type": "function", "function": function}


def _tool_choice(choice: ToolChoice | None) -> str | JsonObject | None:
    if choice is None:
        return None
    if choice.mode == "named":
        return {"type": "function", "function": {"name": choice.name}}
    return choice.mode


def _response_format(output: OutputFormat | None) -> JsonObject | None:
    if output is None:
        return None
    if output.mode == "json":
        return {"type": "json_object"}
    described = {
        "name": output.name or "answer",
        "schema": output.schema,
        "strict": output.strict,
        "description": output.description,
    }
    return {"type": "json_schema", "json_schema": {k: v for k, v in described.items() if v is not None}}


def _effort(reasoning: Reasoning | None, dropped: set[str]) -> str | None:
    """A budget of tokens becomes the effort word of its size; our own steps, for no provider publishes an equivalence.

    Thinking switched on or off without a measure, as the Messages API can, has no word here.
    """
    if reasoning is None:
        return None
    if reasoning.display is not None:
        dropped.add("thinking.display")
    if reasoning.effort is not None and reasoning.enabled == (reasoning.effort != "none"):
        return reasoning.effort
    if reasoning.enabled and reasoning.budget is not None:
        return next((word for most, word in _EFFORTS if reasoning.budget <= most), "high")
    dropped.add("thinking")
    return None
