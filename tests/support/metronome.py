"""A server of OpenAI's shape that answers at a known pace, however many ask at once."""

from __future__ import annotations

from typing import Any

from support.upstream import Answer, Asked, chunked, frames, whole
from support.vendor import Vendor


class Metronome(Vendor):
    """Begins to answer after `first_s` and each `word_s` for a word of the prompt; a token comes each `gap_s`."""

    def __init__(self, first_s: float = 0.005, word_s: float = 2e-5, gap_s: float = 0.004, counts: bool = True) -> None:
        super().__init__()
        self.first_s, self.word_s, self.gap_s, self.counts = first_s, word_s, gap_s, counts

    def answer(self, asked: Asked, body: Any) -> Answer:
        words = len(body["messages"][0]["content"].split())
        tokens = body["max_tokens"]
        pieces = frames(*(_chunk({"content": "tick "}) for _ in range(tokens)))
        steps: list[Any] = [self.first_s + words * self.word_s, pieces[0]]
        for piece in pieces[1:]:
            steps += [self.gap_s, piece]
        steps += frames(_chunk({}, finish="length"))
        if self.counts:
            usage = {"prompt_tokens": words, "completion_tokens": tokens, "total_tokens": words + tokens}
            steps += frames({**_chunk({}), "choices": [], "usage": usage})
        return chunked(*steps, b"data: [DONE]\n\n")

    def refusal(self, status: int, message: str) -> Answer:
        return whole(b'{"error": {"message": "no", "type": "server_error"}}', status)


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "steady",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
