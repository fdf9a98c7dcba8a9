"""A scripted upstream of Anthropic's shape that holds its callers to Anthropic's rules."""

from __future__ import annotations

import json
from typing import Any

from anthropic.types.message_create_params import MessageCreateParamsBase

from support.upstream import Answer, Asked, Step, chunked
from support.vendor import CACHED, Breach, Prompt, Said, Vendor, as_json, refused_status, speak

KEY = "sk-ant-the-teams-own-key"
SIGNATURE = "c2lnbmVk"

SAMPLING = frozenset({"temperature", "top_k", "top_p"})
FIELDS = frozenset(MessageCreateParamsBase.__annotations__) | SAMPLING | {"stream"}
"""The members of a request, by Anthropic's own client, and those of the older version; all others are refused."""

VERSIONS = ("2023-06-01", "2026-10-21")
"""The second refuses the parameters of sampling."""

BETA = "context-management-2025-06-27"
"""A beta feature, and so a header without which its member is refused."""

_BLOCKS = {
    "user": {"text", "image", "document", "tool_result", "search_result"},
    "assistant": {"text", "tool_use", "thinking", "redacted_thinking"},
}


class AnthropicVendor(Vendor):
    """Serves ``/messages``."""

    def answer(self, asked: Asked, body: Any) -> Answer:
        if asked.header("x-api-key") != KEY or asked.header("authorization") is not None:
            return self.refusal(401, "invalid x-api-key")
        if asked.line != "POST /v1/messages HTTP/1.1":
            raise Breach(f"no such place: {asked.line}")
        versions = [value for name, value in asked.headers if name == "anthropic-version"]
        if len(versions) != 1 or versions[0] not in VERSIONS:
            raise Breach(f"anthropic-version: header is required, once; got {versions}")
        if versions[0] == VERSIONS[1] and (gone := body.keys() & SAMPLING):
            raise Breach(f"{', '.join(sorted(gone))}: Extra inputs are not permitted")
        check(body, BETA in (asked.header("anthropic-beta") or ""))
        prompt = _prompt(body)
        if status := refused_status(prompt.text):
            return self.refusal(status, f"you asked for {status}")
        said = speak(prompt)
        return _streamed(body, prompt, said) if body.get("stream") else as_json(_message(body, prompt, said))

    def refusal(self, status: int, message: str) -> Answer:
        kinds = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error"}
        kind = kinds.get(status, "api_error" if status >= 500 else "invalid_request_error")
        return as_json({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}, status)


def check(body: Any, beta: bool = False) -> None:
    """Raises `Breach` for what Anthropic's API refuses."""
    allowed = FIELDS | {"context_management"} if beta else FIELDS
    if unknown := body.keys() - allowed:
        raise Breach(f"{', '.join(sorted(unknown))}: Extra inputs are not permitted")
    if not isinstance(body.get("max_tokens"), int):
        raise Breach("max_tokens: Field required")
    if not 0 <= body.get("temperature", 0) <= 1:
        raise Breach("temperature: range: 0..1")
    if "temperature" in body and "top_p" in body:
        raise Breach("`temperature` and `top_p` cannot both be specified for this model")
    if any(not stop.strip() for stop in body.get("stop_sequences", ())):
        raise Breach("stop_sequences: each stop sequence must contain non-whitespace")
    if body.get("metadata", {}).keys() - {"user_id"}:
        raise Breach("metadata: Extra inputs are not permitted")
    if "tool_choice" in body and not body.get("tools"):
        raise Breach("tool_choice: may only be specified while providing tools")
    for tool in body.get("tools", ()):
        if tool.get("input_schema", {}).get("type") != "object":
            raise Breach("tools: input_schema.type must be object")
    _check_thinking(body)
    _check_turns(body["messages"])


def _check_thinking(body: Any) -> None:
    thinking = body.get("thinking") or {"type": "disabled"}
    if thinking["type"] == "disabled":
        return
    if thinking["type"] == "enabled" and not 1024 <= thinking["budget_tokens"] < body["max_tokens"]:
        raise Breach("thinking.budget_tokens: at least 1024 and less than max_tokens")
    if "temperature" in body or "top_k" in body:
        raise Breach("`temperature` may only be set to 1 when thinking is enabled")
    if body.get("tool_choice", {}).get("type") in {"any", "tool"}:
        raise Breach("Thinking may not be enabled when tool_choice forces tool use.")


def _check_turns(messages: list[Any]) -> None:
    if not messages or messages[0]["role"] != "user":
        raise Breach("messages: first message must use the user role")
    owed: set[str] = set()
    for place, message in enumerate(messages):
        blocks = _blocks(message["content"])
        if message["role"] not in _BLOCKS or not blocks:
            raise Breach(f"messages.{place}: role or content is not allowed")
        for block in blocks:
            if block["type"] not in _BLOCKS[message["role"]]:
                raise Breach(f"messages.{place}.content: {block['type']} is not allowed for {message['role']}")
            if block["type"] == "text" and not block["text"].strip():
                raise Breach(f"messages.{place}: text content blocks must contain non-whitespace text")
        answered = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        if owed != answered:
            raise Breach(f"messages.{place}: tool_use ids {owed} and tool_result ids {answered} do not match")
        kinds = [block["type"] for block in blocks]
        if answered and "tool_result" in kinds[len(answered) :]:
            raise Breach(f"messages.{place}: tool_result blocks must come first")
        owed = {block["id"] for block in blocks if block["type"] == "tool_use"}
    if owed:
        raise Breach(f"tool_use without tool_result: {owed}")


def _blocks(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def _text(content: Any) -> str:
    return " ".join(_said(block) for block in _blocks(content) if "thinking" not in block["type"])


def _said(block: Any) -> str:
    if block["type"] == "text":
        return str(block["text"])
    return _text(block["content"]) if "content" in block else f"<{block['type']}>"


def _prompt(body: Any) -> Prompt:
    messages, choice = body["messages"], body.get("tool_choice") or {}
    last = _blocks(messages[-1]["content"])
    results = [_text(block["content"]) for block in last if block["type"] == "tool_result"]
    texts = [*messages, {"content": body.get("system") or "system"}]
    form = (body.get("output_config") or {}).get("format")
    return Prompt(
        text=next(_text(each["content"]) for each in reversed(messages) if each["role"] == "user"),
        words=sum(len(_text(each["content"]).split()) + 3 for each in texts),
        tools={tool["name"]: tool for tool in body.get("tools", ())},
        results=results or None,
        schema=form["schema"] if form else None,
        stop=body.get("stop_sequences") or [],
        max_tokens=body["max_tokens"],
        thinks=(body.get("thinking") or {}).get("type") in {"enabled", "adaptive"},
        parallel=not choice.get("disable_parallel_tool_use", False),
        must={"any": "*", "none": "-"}.get(choice.get("type", ""), choice.get("name")),
    )


_STOP = {"stop": "end_turn", "length": "max_tokens", "tools": "tool_use", "sequence": "stop_sequence"}


def _usage(prompt: Prompt, output: int) -> dict[str, Any]:
    return {
        "input_tokens": prompt.words - CACHED,
        "cache_read_input_tokens": CACHED,
        "cache_creation_input_tokens": 0,
        "output_tokens": output,
        "service_tier": "standard",
    }


def _content(said: Said) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if said.thought:
        blocks.append({"type": "thinking", "thinking": said.thought, "signature": SIGNATURE})
    if said.text:
        blocks.append({"type": "text", "text": said.text})
    for number, name, arguments in said.calls:
        blocks.append({"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": json.loads(arguments)})
    return blocks


def _message(body: Any, prompt: Prompt, said: Said) -> dict[str, Any]:
    return {
        "id": "msg_scripted",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": _content(said),
        "stop_reason": _STOP[said.finish],
        "stop_sequence": said.sequence,
        "usage": _usage(prompt, said.tokens),
        "x_vendor": {"of": "its own"},
    }


def _streamed(body: Any, prompt: Prompt, said: Said) -> Answer:
    begun = _message(body, prompt, said) | {"content": [], "stop_reason": None, "stop_sequence": None}
    steps: list[Step] = [_event("message_start", message=begun | {"usage": _usage(prompt, 1)}), _event("ping")]
    for index, block in enumerate(_content(said)):
        steps += _block(index, block, said)
    ended = {"stop_reason": _STOP[said.finish], "stop_sequence": said.sequence}
    steps += [_event("message_delta", delta=ended, usage={"output_tokens": said.tokens}), _event("message_stop")]
    return chunked(*steps)


def _block(index: int, block: dict[str, Any], said: Said) -> list[Step]:
    match block["type"]:
        case "thinking":
            empty = {"type": "thinking", "thinking": "", "signature": ""}
            deltas = [{"type": "thinking_delta", "thinking": block["thinking"]}]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
        case "text":
            empty = {"type": "text", "text": ""}
            deltas = [{"type": "text_delta", "text": word} for word in said.words]
        case _:
            empty, given = block | {"input": {}}, json.dumps(block["input"])
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", given[:5], given[5:])]
    return [
        _event("content_block_start", index=index, content_block=empty),
        *(_event("content_block_delta", index=index, delta=delta) for delta in deltas),
        _event("content_block_stop", index=index),
    ]


def _event(kind: str, **more: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n".encode()
