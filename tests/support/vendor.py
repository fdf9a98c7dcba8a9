"""What the scripted vendors have in common: a model without a model, and a server that checks what it is sent.

The model is told what to do by the last thing its user says, so that one server serves every test: it repeats the
text, calls the tools it is offered when asked about the weather, reports what a tool said, keeps to a JSON schema,
thinks, stops where it is told to, and fails with the status it is asked for. A request that breaks the vendor's own
rules is refused as the vendor would refuse it, and noted in `breaches`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from support.upstream import Answer, Asked, Upstream, whole

THOUGHT = "The user wants an answer."
CACHED = 2
"""Prompt tokens that every answer says came from the vendor's cache."""

V = TypeVar("V", bound="Vendor")


class Breach(Exception):
    """A request that the vendor's documentation does not allow."""


@dataclass
class Prompt:
    """What a request comes to, in no vendor's words."""

    text: str
    words: int
    """Of the whole prompt; each counts as a token."""
    tools: dict[str, Any] = field(default_factory=dict)
    """Schemas by name."""
    results: list[str] | None = None
    """What tools have just reported, if that is what comes last."""
    schema: dict[str, Any] | None = None
    stop: list[str] = field(default_factory=list)
    max_tokens: int | None = None
    thinks: bool = False
    parallel: bool = True
    must: str | None = None
    """A tool that must be called, ``*`` for any; ``-`` forbids all."""


@dataclass
class Said:
    """What the model says."""

    text: str = ""
    thought: str = ""
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    """Id, name and JSON arguments."""
    finish: str = "stop"
    """``stop``, ``length``, ``tools`` or ``sequence``."""
    sequence: str | None = None

    @property
    def words(self) -> list[str]:
        """The text in the pieces in which it streams, one a token."""
        return re.findall(r"\s*\S+|\s+$", self.text)

    @property
    def tokens(self) -> int:
        thought = len(self.thought.split())
        return len(self.words) + thought + sum(1 + len(call[2]) // 4 for call in self.calls)


def speak(prompt: Prompt) -> Said:
    """The model's answer to a prompt."""
    thought = THOUGHT if prompt.thinks else ""
    wanted = re.findall(r"[A-Z]\w+", prompt.text.partition("weather")[2])
    if prompt.results is None and prompt.tools and prompt.must != "-" and (wanted or prompt.must):
        name = prompt.must if prompt.must in prompt.tools else next(iter(prompt.tools))
        cities = (wanted or ["Oslo"])[: None if prompt.parallel else 1]
        calls = [(f"call_{place}", name, json.dumps({"city": city})) for place, city in enumerate(cities)]
        return Said(thought=thought, calls=calls, finish="tools")
    if prompt.results is not None:
        return Said("Reported: " + "; ".join(prompt.results), thought)
    if prompt.schema is not None:
        return Said(json.dumps(instance(prompt.schema)), thought)
    return _cut(Said(f"You said: {prompt.text}", thought), prompt)


def _cut(said: Said, prompt: Prompt) -> Said:
    for sequence in prompt.stop:
        if sequence in said.text:
            said.text, said.finish, said.sequence = said.text.partition(sequence)[0], "sequence", sequence
    if prompt.max_tokens is not None and len(said.words) > prompt.max_tokens:
        said.text, said.finish, said.sequence = "".join(said.words[: prompt.max_tokens]), "length", None
    return said


def instance(schema: dict[str, Any]) -> Any:
    """The simplest value that fits a schema."""
    if "$ref" in schema or "anyOf" in schema:
        raise Breach(f"this model does not know the schema {schema}")
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: instance(inner) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [instance(schema["items"])]
        case "integer" | "number":
            return 7
        case "boolean":
            return True
        case _:
            return "text"


class Vendor(Upstream):
    """A server that answers every request by rule. Subclasses say how it speaks."""

    def __init__(self) -> None:
        super().__init__()
        self.breaches: list[str] = []
        self.scripts: dict[str, Callable[[Asked], Answer]] = {}
        """Answers in place of the rules', by the model that is asked for."""

    def take(self, asked: Asked) -> Answer:
        """Note a request, check it, and give its answer."""
        self.requests.append(asked)
        try:
            body = asked.json
            if body.get("model") in self.scripts:
                return self.scripts[body["model"]](asked)
            return self.answer(asked, body)
        except Breach as breach:
            self.breaches.append(str(breach))
            return self.refusal(400, str(breach))

    def answer(self, asked: Asked, body: Any) -> Answer:
        """The answer to a request; raises `Breach`."""
        raise NotImplementedError

    def refusal(self, status: int, message: str) -> Answer:
        """An error in the vendor's words."""
        raise NotImplementedError

    def asked_for(self, model: str) -> list[Asked]:
        """The requests for one model, in order."""
        return [asked for asked in self.requests if asked.json.get("model") == model]


def refused_status(text: str) -> int | None:
    """The status that a prompt asks to be refused with, as in "answer with status 429"."""
    found = re.search(r"answer with status (\d{3})", text)
    return int(found[1]) if found else None


def as_json(value: Any, status: int = 200, *headers: str) -> Answer:
    """A JSON answer of known length."""
    return whole(json.dumps(value).encode(), status, *headers)


@contextlib.contextmanager
def in_thread(upstream: V) -> Iterator[V]:
    """Serve on a thread with an event loop of its own, for tests and fixtures that have none."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(upstream.__aenter__(), loop).result(30)
        try:
            yield upstream
        finally:
            asyncio.run_coroutine_threadsafe(upstream.__aexit__(None, None, None), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()
