"""A neutral request, written as a body of ``POST /messages``.

A body that came in this dialect and that no stage has changed goes on as it came, but for the model's name, Freehold's
own member of ``metadata``, and thoughts that nobody has signed. Everything else is written afresh. What this dialect
cannot say stands in `terms.UNSAID`, with the reason why it is refused or dropped.
"""

from __future__ import annotations

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.request import (
    AnyRequest,
    ImagePart,
    JsonObject,
    OpaqueTool,
    Origin,
    Reasoning,
    Request,
    Tool,
    ToolChoice,
    ToolResult,
)
from freehold.core.target import Target
from freehold.wire import json
from freehold.wire.anthropic.draft import Draft
from freehold.wire.anthropic.terms import (
    BUDGETS,
    DEFAULT_MAX_TOKENS,
    EFFORTS,
    GRAVE_EXTRA,
    LEAST_BUDGET,
    TIERS,
    UNSAID,
)
from freehold.wire.anthropic.turns import cache_control, write_turns
from freehold.wire.codec import Encoded
from freehold.wire.fields import strip_directions

PATH = "/messages"

_CHOICES = {"auto": "auto", "none": "none", "required": "any", "named": "tool"}


def encode(request: AnyRequest, target: Target) -> Encoded:
    """Write a request; raises `AttemptFailed` (``UNTRANSLATABLE``, with `param`) for what cannot be said."""
    if not isinstance(request, Request):
        raise AttemptFailed(Fault.UNTRANSLATABLE, f"{target.name} makes no embeddings", param="model")
    draft = Draft(request, target)
    _refuse_unable(draft)
    if request.origin is not None and request.origin.dialect == "anthropic":
        return Encoded(PATH, json.encode(_as_it_came(request.origin, draft)), tuple(draft.dropped))
    body = _written(draft)
    return Encoded(PATH, json.encode(body), tuple(draft.dropped))


def _as_it_came(origin: Origin, draft: Draft) -> JsonObject:
    body = {**origin.body, "model": draft.target.model}
    strip_directions(body)
    if any(_is_unsigned(block) for turn in body["messages"] for block in _blocks(turn)):
        draft.drop(draft.place(0, "thinking"))
        body["messages"] = [signed for turn in body["messages"] if (signed := _signed(turn))]
    return body


def _blocks(turn: JsonObject) -> list[JsonObject]:
    return turn["content"] if isinstance(turn["content"], list) else []


def _is_unsigned(block: JsonObject) -> bool:
    """Whether it is a thought of a model of another dialect, as Freehold shows it: the API would refuse its turn."""
    return block.get("type") == "thinking" and not block.get("signature")


def _signed(turn: JsonObject) -> JsonObject | None:
    """A turn without its unsigned thoughts, or `None` where it had nothing else to say."""
    blocks = _blocks(turn)
    kept = [block for block in blocks if not _is_unsigned(block)]
    if len(kept) == len(blocks):
        return turn
    return turn | {"content": kept} if kept else None


def _refuse_unable(draft: Draft) -> None:
    """Refuse what was asked and the profile says the target cannot do, whatever road the body takes."""
    request, profile = draft.request, draft.target.profile
    if request.tools and not profile.tools:
        raise draft.refusal("tools", "it calls no tools")
    if request.output is not None and not profile.json_schema:
        field = "output_config.format" if draft.native else "response_format"
        raise draft.refusal(field, "it holds no output to a schema")
    if profile.images:
        return
    for index, message in enumerate(request.messages):
        for part in message.parts:
            inner = part.parts if isinstance(part, ToolResult) else (part,)
            if any(isinstance(one, ImagePart) for one in inner):
                raise draft.refusal(draft.place(index, "content"), "it reads no images")


def _written(draft: Draft) -> JsonObject:
    request, target = draft.request, draft.target
    _leave_out(draft)
    system, turns = write_turns(draft)
    most = request.sampling.max_tokens
    body: JsonObject = {
        "model": target.model,
        # Zero is a wish of its own: fill the prompt cache and answer nothing.
        "max_tokens": (target.limits.max_output or DEFAULT_MAX_TOKENS) if most is None else most,
        "messages": [_plain(turn) for turn in turns],
    }
    if system:
        body["system"] = _plain({"content": system})["content"]
    _add_tools(body, draft)
    _add_output(body, draft)
    _add_reasoning(body, draft)
    _add_sampling(body, draft)
    if request.user is not None:
        body["metadata"] = {"user_id": request.user}
    _add_tier(body, draft)
    if request.stream:
        body["stream"] = True
    if draft.native:
        _add_extra(body, request.extra)
    return body


def _plain(turn: JsonObject) -> JsonObject:
    """A turn that is one plain text, in the short form."""
    content = turn["content"]
    if len(content) == 1 and content[0].keys() == {"type", "text"}:
        return turn | {"content": content[0]["text"]}
    return turn


def _leave_out(draft: Draft) -> None:
    for unsaid in UNSAID:
        if not unsaid.given(draft.request):
            continue
        if unsaid.refused:
            raise draft.refusal(unsaid.field, unsaid.reason)
        draft.drop(unsaid.field)
    if not draft.native:
        for field in draft.request.extra:
            if field in GRAVE_EXTRA:
                raise draft.refusal(field, "its dialect has no such field")
            draft.drop(field)


def _add_tools(body: JsonObject, draft: Draft) -> None:
    request = draft.request
    if not request.tools:
        return
    body["tools"] = [_tool(tool, draft) for tool in request.tools]
    choice, parallel = request.tool_choice, request.parallel_tool_calls
    if choice is not None or parallel is False:
        body["tool_choice"] = _choice(choice or ToolChoice(), parallel)


def _choice(choice: ToolChoice, parallel: bool | None) -> JsonObject:
    written: JsonObject = {"type": _CHOICES[choice.mode]}
    if choice.mode == "named":
        written["name"] = choice.name
    if parallel is not None and choice.mode != "none":
        written["disable_parallel_tool_use"] = not parallel
    return written


def _tool(tool: Tool | OpaqueTool, draft: Draft) -> JsonObject:
    if isinstance(tool, OpaqueTool):
        if tool.dialect != "anthropic":
            raise draft.refusal("tools", f"its dialect has no {tool.kind} tool")
        return tool.raw
    written: JsonObject = {"name": tool.name}
    if tool.description is not None:
        written["description"] = tool.description
    written["input_schema"] = tool.schema if "type" in tool.schema else {"type": "object", **tool.schema}
    if tool.strict is not None:
        written["strict"] = tool.strict
    return written | cache_control(tool.cache)


def _add_output(body: JsonObject, draft: Draft) -> None:
    output = draft.request.output
    if output is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": output.schema}}


def _add_reasoning(body: JsonObject, draft: Draft) -> None:
    """``thinking`` and ``output_config.effort``; see `terms.EFFORTS` and `terms.BUDGETS`."""
    reasoning = draft.request.reasoning
    if reasoning is None:
        return
    if not draft.target.profile.reasoning:
        draft.drop("reasoning_effort")
        return
    if not reasoning.enabled:
        body["thinking"] = {"type": "disabled"}
        return
    thinking = _thinking(reasoning, draft, body["max_tokens"])
    if thinking and not draft.native and body.get("tool_choice", {}).get("type") in {"any", "tool"}:
        # The API refuses thinking where a tool is forced; the tool is what the caller cannot do without.
        draft.drop("reasoning_effort")
        thinking = None
    if thinking:
        body["thinking"] = thinking | ({"display": reasoning.display} if reasoning.display else {})
    if reasoning.effort is None or draft.target.profile.thinking == "budget":
        return
    effort = reasoning.effort if draft.native else EFFORTS.get(reasoning.effort)
    if effort is None:
        draft.drop("reasoning_effort")
    else:
        body["output_config"] = {**body.get("output_config", {}), "effort": effort}


def _thinking(reasoning: Reasoning, draft: Draft, max_tokens: int) -> JsonObject | None:
    """How to think. The caller's own budget stands; otherwise as the target's profile says.

    OpenAI's effort asks for thinking by itself; this dialect's does so only beside ``adaptive``.
    """
    if reasoning.budget is not None:
        return {"type": "enabled", "budget_tokens": reasoning.budget}
    if draft.native and not reasoning.adaptive:
        return None
    if draft.target.profile.thinking == "adaptive":
        return {"type": "adaptive"}
    # Thinking counts towards max_tokens; half of them are kept for the answer.
    budget = min(BUDGETS.get(reasoning.effort or "medium", BUDGETS["medium"]), max_tokens // 2)
    if budget < LEAST_BUDGET:
        draft.drop("reasoning_effort")
        return None
    return {"type": "enabled", "budget_tokens": budget}


def _add_sampling(body: JsonObject, draft: Draft) -> None:
    sampling = draft.request.sampling
    wanted: JsonObject = {"temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": sampling.top_k}
    if not draft.native:
        _fit_sampling(wanted, draft, thinks="thinking" in body and body["thinking"]["type"] != "disabled")
    body.update({field: value for field, value in wanted.items() if value is not None})
    if sampling.stop:
        if not draft.native and any(not stop.strip() for stop in sampling.stop):
            raise draft.refusal("stop", "the API takes no stop sequence that is only white space")
        body["stop_sequences"] = list(sampling.stop)


def _fit_sampling(wanted: JsonObject, draft: Draft, *, thinks: bool) -> None:
    """Bring another dialect's sampling within this one's rules; what is lost or bent is listed.

    Temperature ends at 1, not 2. A model that thinks takes no ``temperature`` or ``top_k``, and ``top_p`` only from
    0.95. Newer models refuse ``temperature`` and ``top_p`` together; a temperature of 1 is the default and gives way.
    """

    def without(field: str) -> None:
        if wanted[field] is not None:
            draft.drop(field)
            wanted[field] = None

    if not draft.target.profile.sampling:
        for field in wanted:
            without(field)
    if wanted["top_p"] == 1:
        wanted["top_p"] = None
    if wanted["temperature"] == 1:
        wanted["temperature"] = None
    if (wanted["temperature"] or 0) > 1:
        draft.drop("temperature")
        wanted["temperature"] = None
    if thinks:
        without("temperature")
        without("top_k")
        if (wanted["top_p"] or 1) < 0.95:
            without("top_p")
    if wanted["temperature"] is not None:
        without("top_p")


def _add_tier(body: JsonObject, draft: Draft) -> None:
    tier = draft.request.service_tier
    if tier is None:
        return
    if draft.native:
        body["service_tier"] = tier
    elif tier in TIERS:
        body["service_tier"] = TIERS[tier]
    else:
        draft.drop("service_tier")


def _add_extra(body: JsonObject, extra: JsonObject) -> None:
    """Fields of this dialect that have no neutral word; ``output_config`` may hold some of both kinds."""
    for field, value in extra.items():
        known = body.get(field)
        body[field] = {**value, **known} if isinstance(known, dict) and isinstance(value, dict) else value
