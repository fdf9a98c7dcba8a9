"""A scripted upstream of OpenAI's shape that holds its callers to OpenAI's rules."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from typing import Any

from openai.types.chat.completion_create_params import CompletionCreateParamsBase

from support.upstream import Answer, Asked, chunked, frames
from support.vendor import CACHED, Breach, Prompt, Said, Vendor, as_json, refused_status, speak

KEY = "sk-the-teams-own-openai-key"
CREATED = 1_790_000_000

FIELDS = frozenset(CompletionCreateParamsBase.__annotations__) | {"stream"}
"""The members of a chat completion request, by OpenAI's own client. A test's own begin with ``x_``."""

_PARTS = {
    "system": {"text"},
    "developer": {"text"},
    "user": {"text", "image_url", "input_audio", "file"},
    "assistant": {"text", "refusal"},
    "tool": {"text"},
}


class OpenAIVendor(Vendor):
    """Serves ``/chat/completions`` and ``/embeddings``. A prompt with "hard" in it makes its model unsure."""

    def answer(self, asked: Asked, body: Any) -> Answer:
        if asked.header("authorization") != f"Bearer {KEY}":
            return self.refusal(401, "Incorrect API key provided")
        if asked.line == "POST /v1/embeddings HTTP/1.1":
            return _embeddings(body)
        if asked.line != "POST /v1/chat/completions HTTP/1.1":
            raise Breach(f"no such place: {asked.line}")
        check(body)
        prompt = _prompt(body)
        if status := refused_status(prompt.text):
            return self.refusal(status, f"you asked for {status}")
        said = speak(prompt)
        return _streamed(body, prompt, said) if body.get("stream") else as_json(_completion(body, prompt, said))

    def refusal(self, status: int, message: str) -> Answer:
        kind = {401: "authentication_error", 429: "rate_limit_error"}.get(status, "invalid_request_error")
        return as_json({"error": {"message": message, "type": kind, "param": None, "code": None}}, status)


def check(body: Any) -> None:
    """Raises `Breach` for what OpenAI's API refuses."""
    if unknown := [name for name in body if name not in FIELDS and not name.startswith("x_")]:
        raise Breach(f"Unrecognized request arguments supplied: {', '.join(unknown)}")
    if "stream_options" in body and not body.get("stream"):
        raise Breach("The 'stream_options' parameter is only allowed when 'stream' is enabled.")
    if "top_logprobs" in body and not body.get("logprobs"):
        raise Breach("logprobs must be true for top_logprobs")
    if ("tool_choice" in body or "parallel_tool_calls" in body) and not body.get("tools"):
        raise Breach("'tool_choice' and 'parallel_tool_calls' are only allowed when 'tools' are specified.")
    if "max_tokens" in body and "max_completion_tokens" in body:
        raise Breach("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    if any(not isinstance(value, str) for value in body.get("metadata", {}).values()):
        raise Breach("metadata values are strings")
    _check_turns(body["messages"])


def _check_turns(messages: list[Any]) -> None:
    owed: set[str] = set()
    for place, message in enumerate(messages):
        role = message["role"]
        if role not in _PARTS:
            raise Breach(f"messages[{place}].role: {role!r} is not one of the roles")
        if owed and role != "tool":
            raise Breach(f"An assistant message with 'tool_calls' must be followed by tool messages; missing: {owed}")
        if role == "tool":
            if message["tool_call_id"] not in owed:
                raise Breach("messages with role 'tool' must be a response to a preceding message with 'tool_calls'")
            owed.discard(message["tool_call_id"])
        calls = message.get("tool_calls")
        if calls == [] or (role != "assistant" and calls):
            raise Breach(f"messages[{place}].tool_calls is empty, or not the assistant's")
        owed |= {call["id"] for call in calls or () if call["type"] == "function" and call["function"]["arguments"]}
        _check_content(message, f"messages[{place}].content", _PARTS[role])
    if owed:
        raise Breach(f"tool calls without an answer: {owed}")


def _check_content(message: Any, where: str, kinds: set[str]) -> None:
    content = message.get("content")
    if content is None:
        if message["role"] != "assistant" or not (message.get("tool_calls") or message.get("refusal")):
            raise Breach(f"{where} is required")
    elif isinstance(content, list):
        if not content:
            raise Breach(f"{where} is an empty list")
        for part in content:
            if part["type"] not in kinds:
                raise Breach(f"{where}: no {part['type']!r} is allowed for {message['role']}")
            if part["type"] == "image_url" and not isinstance(part["image_url"]["url"], str):
                raise Breach(f"{where}: an image has a url")


def _text(content: Any) -> str:
    if isinstance(content, str) or content is None:
        return content or ""
    return " ".join(part["text"] if part["type"] == "text" else f"<{part['type']}>" for part in content)


def _prompt(body: Any) -> Prompt:
    messages = body["messages"]
    results: list[str] = []
    for message in reversed(messages):
        if message["role"] != "tool":
            break
        results.insert(0, _text(message["content"]))
    form, choice, stop = body.get("response_format") or {}, body.get("tool_choice"), body.get("stop") or []
    return Prompt(
        text=next((_text(each["content"]) for each in reversed(messages) if each["role"] == "user"), ""),
        words=sum(len(_text(message.get("content")).split()) + 3 for message in messages),
        tools={tool["function"]["name"]: tool["function"] for tool in body.get("tools", ())},
        results=results or None,
        schema=form["json_schema"]["schema"] if form.get("type") == "json_schema" else None,
        stop=[stop] if isinstance(stop, str) else stop,
        max_tokens=body.get("max_completion_tokens", body.get("max_tokens")),
        thinks=body.get("reasoning_effort", "none") != "none",
        parallel=body.get("parallel_tool_calls", True),
        must={"required": "*", "none": "-"}.get(choice) if not isinstance(choice, dict) else choice["function"]["name"],
    )


def _usage(prompt: Prompt, said: Said, choices: int) -> dict[str, Any]:
    output = said.tokens * choices
    return {
        "prompt_tokens": prompt.words,
        "completion_tokens": output,
        "total_tokens": prompt.words + output,
        "prompt_tokens_details": {"cached_tokens": CACHED, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": len(said.thought.split())},
    }


def _logprob(token: str, prompt: Prompt) -> dict[str, Any]:
    likely = 0.3 if "hard" in prompt.text else 0.97
    raw = list(token.encode())
    runner_up = {"token": "?", "logprob": math.log((1 - likely) / 2), "bytes": [63]}
    first = {"token": token, "logprob": math.log(likely), "bytes": raw}
    return {**first, "top_logprobs": [first, runner_up]}


def _logprobs(tokens: list[str], body: Any, prompt: Prompt) -> dict[str, Any] | None:
    if not body.get("logprobs"):
        return None
    return {"content": [_logprob(token, prompt) for token in tokens], "refusal": None}


def _calls(said: Said) -> list[dict[str, Any]]:
    return [
        {"id": each[0], "type": "function", "function": {"name": each[1], "arguments": each[2]}} for each in said.calls
    ]


_FINISH = {"stop": "stop", "length": "length", "tools": "tool_calls", "sequence": "stop"}


def _completion(body: Any, prompt: Prompt, said: Said) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": said.text or None, "refusal": None, "annotations": []}
    if said.calls:
        message["tool_calls"] = _calls(said)
    if said.thought:
        message["reasoning_content"] = said.thought
    count = body.get("n") or 1
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": CREATED,
        "model": body["model"],
        "choices": [
            {
                "index": index,
                "message": message,
                "logprobs": _logprobs(said.words, body, prompt),
                "finish_reason": _FINISH[said.finish],
            }
            for index in range(count)
        ],
        "usage": _usage(prompt, said, count),
        "service_tier": "default",
        "x_vendor": {"of": "its own"},
    }


def _streamed(body: Any, prompt: Prompt, said: Said) -> Answer:
    count = body.get("n") or 1
    chunks = [chunk for index in range(count) for chunk in _choice_chunks(index, body, prompt, said)]
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks = [{**chunk, "usage": None} for chunk in chunks]
        chunks.append({"choices": [], "usage": _usage(prompt, said, count)})
    head = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": body["model"],
        "system_fingerprint": "fp_scripted",
        "x_vendor": "its own",
    }
    return chunked(*frames(*({**head, **chunk} for chunk in chunks), b"data: [DONE]\n\n"))


def _choice_chunks(index: int, body: Any, prompt: Prompt, said: Said) -> list[dict[str, Any]]:
    deltas: list[tuple[dict[str, Any], Any]] = [({"role": "assistant", "content": "", "refusal": None}, None)]
    deltas += [({"reasoning_content": piece}, None) for piece in (said.thought[:9], said.thought[9:]) if piece]
    deltas += [({"content": word}, _logprobs([word], body, prompt)) for word in said.words]
    for place, (name, call) in enumerate(zip([call[1] for call in said.calls], said.calls, strict=True)):
        begun = {"index": place, "id": call[0], "type": "function", "function": {"name": name, "arguments": ""}}
        deltas.append(({"tool_calls": [begun]}, None))
        for piece in (call[2][:5], call[2][5:]):
            deltas.append(({"tool_calls": [{"index": place, "function": {"arguments": piece}}]}, None))
    chunks = [
        {"choices": [{"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": None}]}
        for delta, logprobs in deltas
    ]
    last = {"index": index, "delta": {}, "logprobs": None, "finish_reason": _FINISH[said.finish]}
    return [*chunks, {"choices": [last]}]


def vector(text: str, dimensions: int = 8) -> list[float]:
    """The vector that the vendor gives a text: numbers that a 32-bit float holds exactly."""
    return [byte / 256 for byte in hashlib.sha256(text.encode()).digest()[:dimensions]]


def _embeddings(body: Any) -> Answer:
    if unknown := body.keys() - {"model", "input", "encoding_format", "dimensions", "user"}:
        raise Breach(f"Unrecognized request arguments supplied: {unknown}")
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    if not texts or "" in texts:
        raise Breach("input cannot be an empty string")
    vectors: list[Any] = [vector(str(text), body.get("dimensions") or 8) for text in texts]
    if body.get("encoding_format") == "base64":
        vectors = [base64.b64encode(struct.pack(f"<{len(each)}f", *each)).decode() for each in vectors]
    count = sum(len(str(text).split()) for text in texts)
    return as_json(
        {
            "object": "list",
            "data": [{"object": "embedding", "index": place, "embedding": each} for place, each in enumerate(vectors)],
            "model": body["model"],
            "usage": {"prompt_tokens": count, "total_tokens": count},
        }
    )
