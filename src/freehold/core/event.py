"""What comes back: a stream of small frozen events, the same for a streamed answer and for a whole one.

An event may carry `raw`, the provider's own bytes it was read from. Where caller and target speak one dialect and no
stage has changed anything, those bytes go out as they came. One raw unit may give several events; the first carries
the bytes, the others carry ``b""``, which says "already carried". `None` means there are no such bytes: encode afresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "refusal", "stop_sequence", "pause", "other"]


class TokenLogprob(msgspec.Struct, frozen=True):
    """One token's natural-log probability, with the runners-up as ``(token, logprob)``."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()
    bytes: tuple[int, ...] | None = None


class Opened(msgspec.Struct, frozen=True):
    """The target has begun to answer. `model` is its own name for itself; `created` is in Unix seconds."""

    id: str = ""
    model: str = ""
    created: int = 0
    raw: bytes | None = None
    fingerprint: str | None = None
    service_tier: str | None = None


class Text(msgspec.Struct, frozen=True):
    """A piece of the answer; with `refusal`, a piece of a refusal in place of one."""

    text: str
    choice: int = 0
    refusal: bool = False
    logprobs: tuple[TokenLogprob, ...] = ()
    raw: bytes | None = None
    annotations: tuple[dict[str, Any], ...] = ()


class Thought(msgspec.Struct, frozen=True):
    """A piece of reasoning, its provider's signature over it, or its redacted form."""

    text: str = ""
    choice: int = 0
    signature: str | None = None
    redacted: str | None = None
    raw: bytes | None = None


class ToolCall(msgspec.Struct, frozen=True):
    """A piece of a tool call. The first piece of call number `index` has its `id` and `name`; `arguments` add up."""

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""
    choice: int = 0
    raw: bytes | None = None


class Usage(msgspec.Struct, frozen=True):
    """Tokens so far, as totals: a later `Usage` replaces an earlier one.

    `input` counts all prompt tokens, `cached_input` and `cache_write` among them. `output` counts all tokens produced,
    `reasoning` among them. `estimated`: counted by us, because the target did not say or was cut short.
    """

    input: int = 0
    output: int = 0
    cached_input: int = 0
    cache_write: int = 0
    reasoning: int = 0
    images: int = 0
    input_audio: int = 0
    output_audio: int = 0
    estimated: bool = False
    raw: bytes | None = None


class Finished(msgspec.Struct, frozen=True):
    """One choice is whole. Without it an answer was cut short, whatever was delivered."""

    reason: FinishReason = "stop"
    choice: int = 0
    stop_sequence: str | None = None
    raw: bytes | None = None


class Aside(msgspec.Struct, frozen=True):
    """Provider bytes that mean nothing in neutral words (a ping, a dialect's own extra) yet belong in its stream."""

    raw: bytes


class Embedded(msgspec.Struct, frozen=True):
    """The answer to an embedding request: one vector an input, in order."""

    vectors: tuple[tuple[float, ...], ...] = ()
    raw: bytes | None = None


class Ranked(msgspec.Struct, frozen=True):
    """How well the document of this number, from 0, answers the query: higher is better. Models differ in scale."""

    index: int
    score: float


class Reranked(msgspec.Struct, frozen=True):
    """The answer to a rerank request, best first."""

    ranking: tuple[Ranked, ...] = ()
    raw: bytes | None = None


Event = Opened | Text | Thought | ToolCall | Usage | Finished | Aside | Embedded | Reranked


class Ready:
    """Events that have all come. Whoever can use them at once takes `events`; to everyone else it is a stream."""

    __slots__ = ("_left", "events")

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self._left = iter(events)

    def __aiter__(self) -> Ready:
        return self

    async def __anext__(self) -> Event:
        for event in self._left:
            return event
        raise StopAsyncIteration


class Call(msgspec.Struct):
    """A whole tool call, gathered."""

    id: str
    name: str
    arguments: str


class Choice(msgspec.Struct):
    """One whole answer, gathered."""

    text: str = ""
    refusal: str = ""
    thoughts: list[Thought] = []
    calls: list[Call] = []
    logprobs: list[TokenLogprob] = []
    annotations: list[dict[str, Any]] = []
    finish: FinishReason | None = None
    stop_sequence: str | None = None
    order: list[str] = []
    """The kinds of content in the order they began: ``text``, ``refusal``, ``thought``, ``call``."""


class Answer(msgspec.Struct):
    """Everything a stream said, gathered up."""

    opened: Opened = Opened()
    choices: list[Choice] = []
    usage: Usage | None = None
    vectors: tuple[tuple[float, ...], ...] | None = None
    ranking: tuple[Ranked, ...] | None = None
    cut: bool = False
    """Whether more came than was kept."""

    @property
    def whole(self) -> bool:
        """Whether every choice that began was finished, and at least one was."""
        if self.vectors is not None or self.ranking is not None:
            return True
        return bool(self.choices) and all(choice.finish is not None for choice in self.choices)


class Gatherer:
    """Adds events up to an `Answer`: the plain answer is the stream, gathered.

    Pieces are joined when the answer is looked at. Adding each to what came before would take time that grows with the
    square of a long stream.
    """

    def __init__(self) -> None:
        self._answer = Answer()
        self._pieces: dict[tuple[int, str], tuple[Choice | Call, list[str]]] = {}
        """By the identity of what has it and the name of its text: that, and the pieces to come."""
        self._thoughts: dict[int, list[str]] = {}
        """By choice, the pieces of its last thought."""

    @property
    def answer(self) -> Answer:
        """All that has been added so far. It is joined at each look, so look once, at the end."""
        for (_, name), (holder, pieces) in self._pieces.items():
            setattr(holder, name, getattr(holder, name) + "".join(pieces))
        self._pieces.clear()
        for index in list(self._thoughts):
            self._join_thought(index)
        return self._answer

    def add(self, event: Event) -> None:
        """Take one event into account."""
        answer = self._answer
        match event:
            case Text():
                self._add_text(self._choice(event.choice), event)
            case Thought():
                self._add_thought(self._choice(event.choice), event)
            case ToolCall():
                self._add_call(self._choice(event.choice), event)
            case Finished():
                choice = self._choice(event.choice)
                choice.finish, choice.stop_sequence = event.reason, event.stop_sequence
            case Usage():
                answer.usage = event
            case Opened():
                answer.opened = event
            case Embedded():
                answer.vectors = event.vectors
            case Reranked():
                answer.ranking = event.ranking
            case Aside():
                pass

    def cut(self) -> None:
        """Note that more came than is kept."""
        self._answer.cut = True

    def _choice(self, index: int) -> Choice:
        choices = self._answer.choices
        while len(choices) <= index:
            choices.append(Choice())
        return choices[index]

    @staticmethod
    def _begin(choice: Choice, kind: str) -> None:
        if not choice.order or choice.order[-1] != kind:
            choice.order.append(kind)

    def _put(self, holder: Choice | Call, name: str, piece: str) -> None:
        if piece:
            key = (id(holder), name)
            if key not in self._pieces:
                self._pieces[key] = (holder, [])
            self._pieces[key][1].append(piece)

    def _add_text(self, choice: Choice, event: Text) -> None:
        if event.text or event.logprobs or event.annotations:
            self._begin(choice, "refusal" if event.refusal else "text")
        self._put(choice, "refusal" if event.refusal else "text", event.text)
        choice.logprobs.extend(event.logprobs)
        choice.annotations.extend(event.annotations)

    def _add_thought(self, choice: Choice, event: Thought) -> None:
        if not (event.text or event.signature) and event.redacted is None:
            return
        going_on = choice.order[-1:] == ["thought"] and event.redacted is None
        self._begin(choice, "thought")
        last = choice.thoughts[-1] if going_on else None
        # A signature ends its thought, and a redacted one is whole as it comes.
        if last is None or last.signature or last.redacted is not None:
            self._join_thought(event.choice)
            choice.thoughts.append(Thought(event.text, event.choice, event.signature, event.redacted))
        else:
            self._thoughts.setdefault(event.choice, []).append(event.text)
            choice.thoughts[-1] = Thought(last.text, event.choice, event.signature)

    def _join_thought(self, index: int) -> None:
        if pieces := self._thoughts.pop(index, None):
            thoughts = self._answer.choices[index].thoughts
            thoughts[-1] = msgspec.structs.replace(thoughts[-1], text=thoughts[-1].text + "".join(pieces))

    def _add_call(self, choice: Choice, event: ToolCall) -> None:
        self._begin(choice, "call")
        while len(choice.calls) <= event.index:
            choice.calls.append(Call("", "", ""))
        call = choice.calls[event.index]
        call.id = event.id or call.id
        call.name = event.name or call.name
        self._put(call, "arguments", event.arguments)


def gather(events: Iterable[Event]) -> Answer:
    """The whole answer of a finished list of events."""
    gatherer = Gatherer()
    for event in events:
        gatherer.add(event)
    return gatherer.answer
