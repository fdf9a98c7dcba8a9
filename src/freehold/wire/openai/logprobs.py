"""Token probabilities, both ways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from freehold.core.event import TokenLogprob
from freehold.core.request import JsonObject

IMPOSSIBLE = -9999.0
"""What OpenAI writes for a token outside the most likely ones, and what stands in for a missing number."""


class TopToken(msgspec.Struct):
    token: str
    logprob: float | None = None


class TokenBody(msgspec.Struct):
    token: str
    logprob: float | None = None
    bytes: list[int] | None = None
    top_logprobs: list[TopToken] | None = None


class LogprobsBody(msgspec.Struct):
    """The ``logprobs`` of a choice: one list for its text, one for its refusal."""

    content: list[TokenBody] | None = None
    refusal: list[TokenBody] | None = None


def read_tokens(tokens: list[TokenBody] | None) -> tuple[TokenLogprob, ...]:
    """Tokens of one list, in order."""
    return tuple(
        TokenLogprob(
            token.token,
            _number(token.logprob),
            tuple((top.token, _number(top.logprob)) for top in token.top_logprobs or ()),
            None if token.bytes is None else tuple(token.bytes),
        )
        for token in tokens or ()
    )


def _number(logprob: float | None) -> float:
    return IMPOSSIBLE if logprob is None else logprob


def without_logprobs(body: bytes) -> bytes:
    """A whole answer or a chunk of one, without the ``logprobs`` of its choices; raises as a decoder of JSON does.

    For those that are not as OpenAI defines them: an answer is worth more than its probabilities, for which its caller
    may never have asked.
    """
    answer = msgspec.json.decode(body, type=dict[str, Any])
    choices = answer.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict):
            choice.pop("logprobs", None)
    return msgspec.json.encode(answer)


def write_logprobs(tokens: Iterable[TokenLogprob], *, refusal: bool) -> JsonObject | None:
    """The ``logprobs`` member of a choice; `None` where there are no tokens."""
    written = [
        {
            "token": token.token,
            "logprob": token.logprob,
            "bytes": list(token.token.encode() if token.bytes is None else token.bytes),
            "top_logprobs": [
                {"token": top, "logprob": logprob, "bytes": list(top.encode())} for top, logprob in token.top
            ],
        }
        for token in tokens
    ]
    if not written:
        return None
    return {"content": None, "refusal": written} if refusal else {"content": written, "refusal": None}
