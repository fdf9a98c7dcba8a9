"""The shipped test double: a provider that plays what it is told and remembers what it was asked.

An equal of the HTTP provider (both pass ``tests/contract/test_provider.py``). In a test, give it scenes; in a
configuration, ``provider = "scripted"`` takes the scene from the target's model:

    echo               the last user text, word by word (the default)
    say:TEXT           TEXT, word by word
    call:NAME ARGS     a call of the tool NAME with the JSON text ARGS
    fail:FAULT         fails before the first event with that `core.errors.Fault`
    break:TEXT         TEXT, then fails in mid-answer
    play:FILE#FIELD    what a file of JSON lines answers to the last user text (`freehold.providers.playback`)
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import (
    Embedded,
    Event,
    Finished,
    Opened,
    Ranked,
    Reranked,
    Text,
    TokenLogprob,
    ToolCall,
    Usage,
)
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, EmbeddingRequest, Request, RerankRequest, TextPart
from freehold.core.target import Target
from freehold.providers.playback import Unplayable, played

_DIMENSIONS = 8

_MOST_ASKED = 64
"""Requests that are remembered: enough for any test, and bounded where a configuration names the double."""


class Scene(msgspec.Struct, frozen=True):
    """One answer to play. Waits are in seconds."""

    events: tuple[Event, ...] = ()
    refuses: Fault | None = None
    """Fail so before the first event."""
    breaks: Fault | None = None
    """Fail so after the last event."""
    wait: float = 0.0
    """Before the first event."""
    gap: float = 0.0
    """Between events."""
    retry_after: float | None = None
    why: str = ""
    """What to say of a refusal."""


class Asked(msgspec.Struct, frozen=True):
    """What it was asked."""

    target: str
    request: AnyRequest


Script = Callable[[Target, AnyRequest], Scene]


class Scripted:
    """Plays scenes. A `core.ports.Provider`."""

    def __init__(self, script: Script | Iterable[Scene] | None = None) -> None:
        self.asked: list[Asked] = []
        """The last requests, oldest first."""
        self.open = 0
        """Answers being played now; zero once every reader has left."""
        if script is None:
            self._script: Script = scene_of_model
        elif callable(script):
            self._script = script
        else:
            scenes = iter(script)
            self._script = lambda _target, _request: next(scenes)

    @asynccontextmanager
    async def __call__(self, target: Target, request: AnyRequest, attempt: Attempt) -> AsyncIterator[Events]:
        self.asked.append(Asked(target.name, request))
        del self.asked[:-_MOST_ASKED]
        scene = self._script(target, request)
        self.open += 1
        try:
            if scene.wait:
                await asyncio.sleep(scene.wait)
            if scene.refuses is not None:
                raise _failure(scene.refuses, scene.retry_after, scene.why)
            attempt.status = 200
            yield _play(scene)
        finally:
            self.open -= 1


def saying(text: str, *, finish: bool = True, prompt: int = 1, confidence: float | None = None) -> tuple[Event, ...]:
    """The events of an answer that is `text`, a word an event, with a token counted for each word.

    With `confidence`, each word comes with that probability.
    """
    words = re.findall(r"\S+\s*|\s+", text)
    log = None if confidence is None else math.log(confidence)
    logs = [() if log is None else (TokenLogprob(word, log),) for word in words]
    head: list[Event] = [Opened(id="scripted-1", model="scripted")]
    head += [Text(word, logprobs=given) for word, given in zip(words, logs, strict=True)]
    if finish:
        head += [Usage(input=prompt, output=len(words)), Finished("stop")]
    return tuple(head)


def scene_of_model(target: Target, request: AnyRequest) -> Scene:
    """The scene that the target's model names; see the module's text."""
    if isinstance(request, EmbeddingRequest):
        return Scene(_vectors(request))
    if isinstance(request, RerankRequest):
        return Scene(_ranking(request))
    verb, _, rest = target.model.partition(":")
    prompt = sum(len(text.split()) for text in _texts(request))
    if verb == "say":
        return Scene(saying(rest, prompt=prompt))
    if verb == "break":
        return Scene(saying(rest, finish=False), breaks=Fault.BROKEN)
    if verb == "fail":
        return Scene(refuses=Fault(rest))
    if verb == "call":
        name, _, arguments = rest.partition(" ")
        call = ToolCall(0, "call_scripted", name, arguments or "{}")
        return Scene((Opened(model="scripted"), call, Usage(input=prompt, output=1), Finished("tool_calls")))
    said = [text for message in request.messages if message.role == "user" for text in _texts_of(message.parts)]
    last = said[-1] if said else ""
    return _played(rest, last, request, prompt) if verb == "play" else Scene(saying(last, prompt=prompt))


def _played(script: str, asked: str, request: Request, prompt: int) -> Scene:
    try:
        found = played(script, asked)
    except Unplayable as error:
        return Scene(refuses=Fault.REJECTED, why=str(error))
    confidence = found.confidence if request.sampling.logprobs else None
    return Scene(saying(found.text, prompt=prompt, confidence=confidence))


def _texts(request: Request) -> list[str]:
    return [text for message in request.messages for text in _texts_of(message.parts)]


def _texts_of(parts: Iterable[object]) -> list[str]:
    return [part.text for part in parts if isinstance(part, TextPart)]


def _vectors(request: EmbeddingRequest) -> tuple[Event, ...]:
    """A vector for each input that depends on nothing but the input."""
    digests = [hashlib.sha256(str(each).encode()).digest() for each in request.inputs]
    vectors = tuple(tuple(byte / 255 for byte in digest[:_DIMENSIONS]) for digest in digests)
    return (Opened(model="scripted"), Embedded(vectors), Usage(input=len(request.inputs)))


def _ranking(request: RerankRequest) -> tuple[Event, ...]:
    """The documents by the share of the query's words that they hold."""
    asked = set(request.query.lower().split())
    shares = [len(asked & set(text.lower().split())) / max(1, len(asked)) for text in request.documents]
    ranking = sorted((Ranked(index, share) for index, share in enumerate(shares)), key=lambda ranked: -ranked.score)
    usage = Usage(input=len(request.documents))
    return (Opened(model="scripted"), Reranked(tuple(ranking[: request.top])), usage)


async def _play(scene: Scene) -> AsyncIterator[Event]:
    for number, event in enumerate(scene.events):
        if number and scene.gap:
            await asyncio.sleep(scene.gap)
        yield event
    if scene.breaks is not None:
        raise _failure(scene.breaks, None)


def _failure(fault: Fault, retry_after: float | None, why: str = "") -> AttemptFailed:
    safe = fault in (Fault.CONNECT, Fault.RATE_LIMITED)
    return AttemptFailed(fault, why or f"scripted failure: {fault}", safe_to_retry=safe, retry_after=retry_after)
