"""What goes wrong on a provider's side, as an `AttemptFailed`; the same for every dialect.

Both dialects, and most servers that imitate them, put the text at ``error.message``. It is shown to the caller, so it
is bounded, and whatever looks like a key is blotted out: some providers repeat the key that they refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec

from freehold.core.errors import AttemptFailed, Fault, LabelForbidden

MESSAGE_LENGTH = 500

_KEY_LIKE = re.compile(r"(?i)\b(?:bearer\s+\S+|(?:sk|pk|rk|gsk|xai|hf|key|fh)[-_][\w*.-]{4,}|AIza[\w-]{10,})")
_SHOWN_OF_KEY = "[key]"
_HTML = re.compile(rb"\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE)
_BUSY = frozenset({503, 529})
_TIRED = frozenset({408, 409, 425})
"""The target gave up or was not ready; the request itself is not at fault."""


def failure_of_status(status: int, body: bytes, retry_after: float | None) -> AttemptFailed:
    """What an HTTP error status means, by status before text. `retry_after` is in seconds."""
    if status == 403 and _code_in(body) == LabelForbidden.code:
        # The target is a Freehold, to which the key was good: it is the label that may not go where it was to go.
        return AttemptFailed(Fault.REJECTED, f"the target answered 403: {message_in(body)}", status=status)
    return refused(status, message_in(body), retry_after)


def refused(status: int, said: str, retry_after: float | None = None) -> AttemptFailed:
    """The failure that a status stands for; `said` is the target's own text, `clean`ed."""
    fault, safe = _fault(status)
    if fault is Fault.AUTH:
        said = "it refused the key it was sent"
    return AttemptFailed(
        fault,
        f"the target answered {status}" + (f": {said}" if said else ""),
        status=status,
        retry_after=retry_after,
        safe_to_retry=safe,
    )


def _fault(status: int) -> tuple[Fault, bool]:
    if status == 429:
        return Fault.RATE_LIMITED, True
    if status in {401, 402, 403}:
        return Fault.AUTH, False
    if status >= 500 or status in _TIRED:
        return Fault.SERVER, status in _BUSY
    if status >= 400:
        return Fault.REJECTED, False
    return Fault.PROTOCOL, False


class _MayFail(Protocol):
    @property
    def error(self) -> Any: ...


A = TypeVar("A", bound=_MayFail)


def answer_in(body: bytes, decode: Callable[[bytes], A]) -> A:
    """A whole answer, decoded; raises `AttemptFailed` (``PROTOCOL``) for what is none, or an error in place of one."""
    try:
        answer = decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise not_the_dialect(body, error) from error
    if answer.error is not None:
        raise AttemptFailed(Fault.PROTOCOL, f"the target sent an error as its answer: {message_of(answer.error)}")
    return answer


def message_in(body: bytes) -> str:
    """The human text of an error body, bounded and without keys; empty where it has none."""
    try:
        return message_of(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _code_in(body: bytes) -> str:
    """The code of an error body as OpenAI's dialect has it; empty where it has none."""
    try:
        return msgspec.json.decode(body, type=_Coded).error.code or ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


class _Code(msgspec.Struct):
    code: str | None = None


class _Coded(msgspec.Struct):
    error: _Code


def message_of(value: Any) -> str:
    """The human text of a decoded error object or of the object that holds it."""
    for _ in range(4):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            value = next((value[name] for name in ("error", "message", "detail", "msg") if value.get(name)), "")
    return clean(value) if isinstance(value, str) else ""


def clean(text: str) -> str:
    """Text from outside, on one line, bounded to `MESSAGE_LENGTH` characters and without anything like a key."""
    line = " ".join(text[: 4 * MESSAGE_LENGTH].split())
    line = _KEY_LIKE.sub(_SHOWN_OF_KEY, line)
    return line if len(line) <= MESSAGE_LENGTH else line[: MESSAGE_LENGTH - 1] + "…"


def not_the_dialect(body: bytes, error: Exception) -> AttemptFailed:
    """The failure for bytes that are not what the dialect promises; says when they are a web page."""
    if _HTML.match(body):
        return AttemptFailed(Fault.PROTOCOL, "the target answered with a web page in place of JSON")
    return AttemptFailed(Fault.PROTOCOL, f"the target's answer could not be read: {clean(str(error))}")
