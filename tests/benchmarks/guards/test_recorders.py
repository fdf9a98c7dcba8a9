"""The upstreams of the leak test hand on what they are sent, answer in both dialects, and fail where they should."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest

from benchmarks.guards.leaks.recorders import Receipt, Recorder

HEAD = "POST {path} HTTP/1.1\r\nhost: x\r\nx-word: zq\r\ncontent-length: {length}\r\n\r\n"


async def asked(path: str, body: Any, *, failing: float = 0.0) -> tuple[bytes, list[Receipt]]:
    """What an upstream answers until it falls silent, and what it took."""
    taken: list[Receipt] = []
    async with Recorder(
        "home", taken.append, lambda _: "Well said. " * 20, random.Random(1), failing=failing
    ) as recorder:
        port = int(recorder.url.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        sent = json.dumps(body).encode()
        whole = HEAD.format(path=path, length=len(sent)).encode() + sent
        writer.write(whole[:30])
        await writer.drain()
        writer.write(whole[30:])
        said = b""
        try:
            async with asyncio.timeout(0.3):
                while piece := await reader.read(65536):
                    said += piece
        except (TimeoutError, ConnectionResetError):
            pass
        writer.close()
    return said, taken


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
async def test_it_answers_and_hands_on_every_byte(path: str, stream: bool) -> None:
    body = {"model": "m", "messages": [], "stream": stream}
    said, taken = await asked(path, body)
    assert said.startswith(b"HTTP/1.1 200")
    assert b"Well said." in said
    (receipt,) = taken
    assert (receipt.target, json.loads(receipt.body)) == ("home", body)
    assert b"x-word: zq" in receipt.head


@pytest.mark.parametrize(
    ("path", "body", "holds"),
    [
        ("/v1/embeddings", {"model": "m", "input": ["a", "b"]}, b'"embedding"'),
        ("/v1/rerank", {"model": "m", "query": "q", "documents": ["a"]}, b"relevance_score"),
    ],
)
async def test_it_embeds_and_ranks(path: str, body: Any, holds: bytes) -> None:
    said, _ = await asked(path, body)
    assert holds in said


async def test_it_fails_in_many_ways_and_hands_on_what_it_was_sent_all_the_same() -> None:
    said, taken = await asked("/v1/messages", {"model": "m", "messages": []}, failing=1.0)
    assert b"Well said." not in said
    assert len(taken) == 1
