"""What tests of decisions are made of: small targets, requests and answers, and a driver for flows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from freehold.core.caller import Caller
from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Answer, Call, Choice, TokenLogprob
from freehold.core.exchange import Permit
from freehold.core.flow import Flow, Outcome, Try
from freehold.core.label import Label
from freehold.core.record import Attempt
from freehold.core.request import Message, Request, TextPart
from freehold.core.target import Target

ANYONE = Caller("key-1", "anyone")


def a_target(name: str = "local", clearance: str = "restricted", **fields: Any) -> Target:
    """A target with that clearance; OpenAI-shaped unless told otherwise."""
    fields.setdefault("dialect", "openai")
    return Target(name, model=name, base_url="http://127.0.0.1:9/v1", clearance=Label.parse(clearance), **fields)


def a_request(*parts: Any, **fields: Any) -> Request:
    """A request of one user turn."""
    messages = (Message("user", parts or (TextPart("What is the capital of France?"),)),)
    fields.setdefault("dialect", "openai")
    fields.setdefault("messages", messages)
    return Request(model=fields.pop("model", "auto"), **fields)


def an_answer(
    text: str = "Paris.", *, logprobs: tuple[float, ...] = (), calls: tuple[Call, ...] = (), **fields: Any
) -> Answer:
    """A whole answer of one choice."""
    fields.setdefault("finish", "tool_calls" if calls else "stop")
    tokens = [TokenLogprob("t", logprob) for logprob in logprobs]
    return Answer(choices=[Choice(text=text, calls=list(calls), logprobs=tokens, **fields)])


def a_permit(*targets: Target, label: str = "internal", **fields: Any) -> Permit:
    """A permit for these targets on the route ``auto``."""
    return Permit("auto", targets, Label.parse(label), **fields)


def came(target: Target, answer: Answer | None = None) -> Outcome:
    """The outcome of a try that went well."""
    return Outcome(Attempt(target.name, 1), answer=answer)


def fell(target: Target, fault: Fault = Fault.SERVER) -> Outcome:
    """The outcome of a try that failed."""
    return Outcome(Attempt(target.name, 1, fault=fault), failure=AttemptFailed(fault, "it failed"))


def drive(flow: Flow, world: Callable[[Try], Outcome], *, limit: int = 100) -> tuple[list[Try], Outcome | None]:
    """Run a flow in a world that answers every try: the tries it made, and what it returned."""
    tries: list[Try] = []
    try:
        step = next(flow)
        while True:
            tries.append(step)
            if len(tries) > limit:
                raise AssertionError(f"the flow does not end: {len(tries)} tries")
            step = flow.send(world(step))
    except StopIteration as stop:
        return tries, stop.value
