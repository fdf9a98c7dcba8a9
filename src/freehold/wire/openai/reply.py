"""Answers in OpenAI's words: a ``chat.completion``, or a stream of ``chat.completion.chunk``."""

from __future__ import annotations

import time

from freehold.core.errors import RequestError
from freehold.core.event import (
    Answer,
    Call,
    Choice,
    Embedded,
    Event,
    Finished,
    FinishReason,
    Opened,
    Reranked,
    Text,
    Thought,
    ToolCall,
    Usage,
)
from freehold.core.request import JsonObject, Request
from freehold.wire.faults import error_body
from freehold.wire.json import encode
from freehold.wire.openai.logprobs import write_logprobs
from freehold.wire.openai.usage import write_usage

DONE = b"data: [DONE]\n\n"


def completion_id(exchange_id: str) -> str:
    """The id an answer is given, which leads back to the record of its exchange."""
    return f"chatcmpl-{exchange_id}"


def finish_word(reason: FinishReason | None, *, refused: bool) -> str | None:
    """OpenAI's word for how a choice ended. A refusal that has a text ended by itself; one without was cut off."""
    match reason:
        case None | "length" | "tool_calls" | "content_filter":
            return reason
        case "refusal" if not refused:
            return "content_filter"
        case _:
            return "stop"


def write_whole(answer: Answer, request: Request, exchange_id: str) -> bytes:
    """An answer that is not streamed. A choice that was cut short has no finish reason."""
    legacy = asked_the_old_way(request)
    body: JsonObject = {
        "id": completion_id(exchange_id),
        "object": "chat.completion",
        "created": answer.opened.created or int(time.time()),
        "model": answer.opened.model or request.model,
        "choices": [_choice(choice, index, legacy=legacy) for index, choice in enumerate(answer.choices)],
    }
    if answer.usage is not None:
        body["usage"] = write_usage(answer.usage)
    return encode(body | _about(answer.opened))


def asked_the_old_way(request: Request) -> bool:
    """Whether the caller used the deprecated ``functions``, and so looks for ``function_call`` in the answer."""
    return request.origin is not None and bool(request.origin.body.get("functions"))


def _about(opened: Opened) -> JsonObject:
    about = {"system_fingerprint": opened.fingerprint, "service_tier": opened.service_tier}
    return {name: value for name, value in about.items() if value is not None}


def _choice(choice: Choice, index: int, *, legacy: bool) -> JsonObject:
    finish = finish_word(choice.finish, refused=bool(choice.refusal))
    if legacy and finish == "tool_calls":
        finish = "function_call"
    refused = bool(choice.refusal) and not choice.text
    return {
        "index": index,
        "message": _message(choice, legacy=legacy),
        "logprobs": write_logprobs(choice.logprobs, refusal=refused),
        "finish_reason": finish,
    }


def _message(choice: Choice, *, legacy: bool) -> JsonObject:
    silent = bool(choice.calls or choice.refusal)
    message: JsonObject = {
        "role": "assistant",
        "content": choice.text or (None if silent else ""),
        "refusal": choice.refusal or None,
        "annotations": choice.annotations,
    }
    if thoughts := "".join(thought.text for thought in choice.thoughts):
        message["reasoning_content"] = thoughts
    if choice.calls and legacy:
        first = choice.calls[0]
        message["function_call"] = {"name": first.name, "arguments": first.arguments}
    elif choice.calls:
        message["tool_calls"] = [_call(call) for call in choice.calls]
    return message


def _call(call: Call) -> JsonObject:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


class ChatWriter:
    """Writes one streamed answer; see `StreamWriter` of `freehold.wire.codec`.

    Verbatim, the one thing kept back is a frame with nothing but usage, which Freehold asks of every provider, from a
    caller who did not: the reader makes `Usage` the first event, and so the holder of `raw`, of no other frame.
    """

    def __init__(self, request: Request, exchange_id: str, *, verbatim: bool) -> None:
        self._verbatim = verbatim
        self._wants_usage = request.stream_usage
        self._legacy = asked_the_old_way(request)
        self._head: JsonObject = {
            "id": completion_id(exchange_id),
            "object": "chat.completion.chunk",
            "created": 0,
            "model": request.model,
        }
        self._exchange_id = exchange_id
        self._usage: Usage | None = None
        self._begun: set[int] = set()
        self._refused: set[int] = set()

    def write(self, event: Event) -> bytes:
        """The bytes this event adds to the stream; often none."""
        raw = None if isinstance(event, Embedded | Reranked) else event.raw
        if raw is None or not self._verbatim:
            return self._afresh(event)
        match event:
            case Opened():
                self._open(event)
            case Text() | Thought() | ToolCall() | Finished():
                self._begun.add(event.choice)
            case Usage() if raw and not self._wants_usage:
                return b""
        return raw

    def close(self) -> bytes:
        """The usage, if it was asked for and did not go out in a frame of its own, and the end mark."""
        if self._usage is None or not self._wants_usage:
            return DONE
        return self._chunk([], usage=write_usage(self._usage)) + DONE

    def fail(self, error: RequestError) -> bytes:
        """An error in place of the rest, without the end mark; the official clients raise it."""
        return _frame(error_body(error, "openai", self._exchange_id))

    def _open(self, event: Opened) -> None:
        if self._verbatim and event.id:
            self._head["id"] = event.id
        self._head["created"] = event.created or int(time.time())
        self._head["model"] = event.model or self._head["model"]
        self._head |= _about(event)

    def _afresh(self, event: Event) -> bytes:
        match event:
            case Opened():
                self._open(event)
                return self._delta(0, {"content": ""})
            case Text():
                return self._text(event)
            case Thought():
                return self._delta(event.choice, {"reasoning_content": event.text}) if event.text else b""
            case ToolCall():
                return self._delta(event.choice, self._call(event))
            case Finished():
                return self._finish(event)
            case Usage():
                self._usage = event
        return b""

    def _text(self, event: Text) -> bytes:
        if event.refusal:
            self._refused.add(event.choice)
        delta: JsonObject = {"refusal" if event.refusal else "content": event.text}
        if event.annotations:
            delta["annotations"] = event.annotations
        return self._delta(event.choice, delta, logprobs=write_logprobs(event.logprobs, refusal=event.refusal))

    def _call(self, event: ToolCall) -> JsonObject:
        function: JsonObject = {"arguments": event.arguments}
        if event.name is not None:
            function = {"name": event.name, **function}
        if self._legacy:
            return {"function_call": function}
        call: JsonObject = {"index": event.index}
        if event.id is not None:
            call |= {"id": event.id, "type": "function"}
        return {"tool_calls": [{**call, "function": function}]}

    def _finish(self, event: Finished) -> bytes:
        word = finish_word(event.reason, refused=event.choice in self._refused)
        if self._legacy and word == "tool_calls":
            word = "function_call"
        return self._delta(event.choice, {}, finish=word)

    def _delta(
        self, choice: int, delta: JsonObject, *, logprobs: JsonObject | None = None, finish: str | None = None
    ) -> bytes:
        if choice not in self._begun:
            self._begun.add(choice)
            delta = {"role": "assistant", **delta}
        return self._chunk([{"index": choice, "delta": delta, "logprobs": logprobs, "finish_reason": finish}])

    def _chunk(self, choices: list[JsonObject], usage: JsonObject | None = None) -> bytes:
        chunk = {**self._head, "choices": choices}
        if self._wants_usage:
            chunk["usage"] = usage
        return _frame(encode(chunk))


def _frame(data: bytes) -> bytes:
    return b"data: " + data + b"\n\n"
