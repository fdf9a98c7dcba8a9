"""Asks a model through Freehold and reads what comes: the text as it streams, and afterwards how it came about."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from freehold.cli.client import Client, Reply, segment
from freehold.cli.errors import CommandFailed
from freehold.core.errors import AttemptFailed
from freehold.wire.sse import Splitter

Message = dict[str, str]

PATH = "/v1/chat/completions"
_SETTLED_WITHIN = 2.0
_LOOK_AGAIN = 0.05


class Question(msgspec.Struct, frozen=True):
    """What is asked: of which model, under which label, and with which messages before."""

    messages: Sequence[Message]
    model: str = "auto"
    label: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What is said beyond the dialect."""
        return {} if self.label is None else {"x-freehold-label": self.label}

    def body(self, *, stream: bool) -> dict[str, Any]:
        """The request in OpenAI's dialect."""
        return {"model": self.model, "messages": list(self.messages), "stream": stream}


class Facts(msgspec.Struct, frozen=True):
    """How an answer came about. `cost`: US dollars, as decimal text; `None` while it is not known."""

    id: str
    target: str
    label: str
    attempts: int
    cost: str | None

    def sentence(self) -> str:
        """All of it on one line."""
        cost = "cost not known yet" if self.cost is None else f"${self.cost}"
        tries = "" if self.attempts <= 1 else f" after {self.attempts} attempts"
        return f"{self.target}{tries} · {self.label} · {cost} · {self.id}"


class Answer:
    """An answer under way. `pieces` is to be read once; `facts` is known afterwards."""

    def __init__(self, client: Client, reply: Reply) -> None:
        self._client = client
        self._reply = reply

    def pieces(self) -> Iterator[str]:
        """The text as it comes. Raises `CommandFailed` where the stream breaks, with what Freehold says of it."""
        splitter, whole = Splitter(), False
        for frame in _frames(splitter, self._reply.pieces):
            if frame == b"[DONE]":
                whole = True
            elif frame:
                yield _text(frame)
        if not whole:
            raise CommandFailed("the answer broke off before its end; ask again")

    def facts(self) -> Facts:
        """From the headers, and what a stream's head could not know from the record, once it is settled."""
        said = self._reply.headers
        known = _facts(said)
        if known.cost is not None or not known.id:
            return known
        record = self._settled(known.id)
        return Facts(
            id=known.id,
            target=record["target"] or known.target,
            label=record["label"]["value"] or known.label,
            attempts=len(record["attempts"]),
            cost=None if record["ending"] == "open" else record["cost"],
        )

    def _settled(self, exchange_id: str) -> Any:
        """The record of a stream that has just ended, which is written a moment after its last byte."""
        until = time.monotonic() + _SETTLED_WITHIN
        while True:
            record = self._client.get(f"/api/requests/{segment(exchange_id)}")
            if record["ending"] != "open" or time.monotonic() > until:
                return record
            time.sleep(_LOOK_AGAIN)


def whole(client: Client, question: Question) -> tuple[str, Facts]:
    """The whole answer, without streaming."""
    with client.ask(PATH, question.body(stream=False), question.headers) as reply:
        answer = _decoded(reply.body())
        return "".join(_said(choice["message"]) for choice in answer.get("choices", [])), _facts(reply.headers)


def _facts(headers: Mapping[str, str]) -> Facts:
    return Facts(
        id=headers.get("x-freehold-id", ""),
        target=headers.get("x-freehold-target", "none"),
        label=headers.get("x-freehold-label", "none"),
        attempts=int(headers.get("x-freehold-attempts", "0")),
        cost=headers.get("x-freehold-cost"),
    )


def _frames(splitter: Splitter, pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        for piece in pieces:
            for frame in splitter.feed(piece):
                yield frame.data
    except AttemptFailed as failure:
        raise CommandFailed(failure.message) from failure


def _text(frame: bytes) -> str:
    event = _decoded(frame)
    if "error" in event:
        raise CommandFailed(str(event["error"].get("message", "the answer failed midway")))
    return "".join(_said(choice.get("delta") or {}) for choice in event.get("choices", []))


def _decoded(data: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise CommandFailed("what came is no answer in OpenAI's dialect; correct FREEHOLD_URL") from error


def _said(message: Mapping[str, Any]) -> str:
    """The text of a message or of a piece of one; a refusal is text too."""
    return f"{message.get('content') or ''}{message.get('refusal') or ''}"
