"""Chat completions from a provider: a whole answer, or the frames of a streamed one, as events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Aside, Event, Opened
from freehold.wire.openai.answers import Chunk, Completion, Said
from freehold.wire.openai.logprobs import without_logprobs
from freehold.wire.openai.usage import read_usage
from freehold.wire.openai.voice import Voice
from freehold.wire.sse import Frame
from freehold.wire.upstream import clean, message_in, message_of, not_the_dialect

S = TypeVar("S", Chunk, Completion)

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_HELD_LIMIT = 64 * 1024
"""Bytes kept of chunks that come before the answer begins, such as Azure's verdict on the prompt."""

_decode_chunk = msgspec.json.Decoder(Chunk).decode
_decode_completion = msgspec.json.Decoder(Completion).decode
_NOTHING = Said()


def read_whole(body: bytes) -> list[Event]:
    """The events of an answer that was not streamed; raises `AttemptFailed` (``PROTOCOL``) for anything else."""
    answer, body = _read(_decode_completion, body)
    if answer.error is not None:
        raise AttemptFailed(Fault.PROTOCOL, f"the target sent an error as its answer: {message_of(answer.error)}")
    if not answer.choices:
        raise AttemptFailed(Fault.PROTOCOL, "the target's answer holds no choices")
    events: list[Event] = [_opened(answer, body)]
    for choice in answer.choices:
        voice = Voice(choice.index, _answer_id(answer))
        voice.hear(choice.message or _NOTHING, choice.logprobs, choice.finish_reason or "stop", body, events)
    if usage := read_usage(answer.usage, b""):
        events.append(usage)
    return events


class ChatReader:
    """Reads the frames of one streamed answer. The answer opens with the first chunk that has a choice.

    What comes before, a comment to keep the connection alive among it, gives no event: an event would commit the
    answer, and a target that has only said that it is still there may yet fail.
    """

    def __init__(self) -> None:
        self._voices: dict[int, Voice] = {}
        self._answer_id = ""
        self._held = b""
        self._done = False

    def read(self, frame: Frame) -> Sequence[Event]:
        """The events of one frame; raises `AttemptFailed` for an error, or for what is no chunk."""
        data, raw = frame.data, frame.raw
        if self._done:
            return ()
        if not data:
            return (Aside(raw),) if self._voices else ()
        if data.startswith(b"[DONE]"):
            self._done = True
            return ()
        chunk, read = self._chunk(frame)
        if read is not data:
            raw = b"data: " + read + b"\n\n"
        choices = chunk.choices
        events: list[Event] = []
        if not self._voices:
            if not choices:
                self._hold(raw)
                return ()
            raw = self._held + raw
            self._answer_id = _answer_id(chunk)
            events.append(_opened(chunk, raw))
        for choice in choices or ():
            voice = self._voices.get(choice.index)
            if voice is None:
                voice = self._voices[choice.index] = Voice(choice.index, self._answer_id)
            voice.hear(choice.delta or _NOTHING, choice.logprobs, choice.finish_reason, raw, events)
        if chunk.usage is not None and (usage := read_usage(chunk.usage, b"" if events else raw)):
            events.append(usage)
        return events or (Aside(raw),)

    def end(self) -> Sequence[Event]:
        """Nothing more, for an answer that is whole. After ``[DONE]`` a choice without a reason counts as stopped.

        Raises `AttemptFailed`: ``PROTOCOL`` where no answer ever began, ``BROKEN`` where one was cut short.
        """
        if not self._voices:
            raise AttemptFailed(Fault.PROTOCOL, "the target's stream ended without an answer")
        unfinished = [voice for voice in self._voices.values() if not voice.finished]
        if unfinished and not self._done:
            raise AttemptFailed(Fault.BROKEN, "the target's stream ended before the answer was whole")
        return [voice.finish("stop", None) for voice in unfinished]

    def _chunk(self, frame: Frame) -> tuple[Chunk, bytes]:
        """The chunk of a frame, and its text as far as it could be read."""
        failed = Fault.BROKEN if self._voices else Fault.PROTOCOL
        if frame.event == "error":
            said = message_in(frame.data) or clean(frame.data[:2000].decode("utf-8", "replace"))
            raise AttemptFailed(failed, f"the target sent an error in its stream: {said}")
        chunk, read = _read(_decode_chunk, frame.data)
        if chunk.error is not None:
            raise AttemptFailed(failed, f"the target sent an error in its stream: {message_of(chunk.error)}")
        return chunk, read

    def _hold(self, raw: bytes) -> None:
        if len(self._held) + len(raw) <= _HELD_LIMIT:
            self._held += raw


def _read(decode: Callable[[bytes], S], body: bytes) -> tuple[S, bytes]:
    """What a body says, and the body itself; token probabilities that make no sense are left out of both.

    Raises `AttemptFailed` (``PROTOCOL``) for whatever else is not the dialect.
    """
    try:
        try:
            return decode(body), body
        except msgspec.ValidationError as error:
            if ".logprobs" not in str(error):
                raise
            body = without_logprobs(body)
            return decode(body), body
    except _UNREADABLE as error:
        raise not_the_dialect(body, error) from error


def _opened(answer: Chunk | Completion, raw: bytes) -> Opened:
    return Opened(
        id=answer.id or "",
        model=answer.model or "",
        created=_seconds(answer.created),
        raw=raw,
        fingerprint=answer.system_fingerprint,
        service_tier=answer.service_tier,
    )


def _answer_id(answer: Chunk | Completion) -> str:
    return f"{answer.id}/{answer.created}"


def _seconds(created: Any) -> int:
    return int(created) if isinstance(created, int | float) and 0 <= created < 2**53 else 0
