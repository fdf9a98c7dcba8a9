"""Where caller and model speak one dialect and nothing was changed, what the model said goes out byte for byte."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any

import pytest

from support.household import Vendors
from support.server import Server
from support.upstream import Answer, Asked, chunked, whole

CHAT: Any = {"model": "gpt", "messages": [{"role": "user", "content": "Hello"}]}
MESSAGE: Any = {"model": "claude", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}


def test_a_whole_completion_comes_byte_for_byte(server: Server, vendors: Vendors) -> None:
    """Odd white space and an odd order of members are the vendor's to choose."""
    body = b"""{ "x" : 1e2, "choices":[ {"finish_reason":"stop","index":0,"message":{"content":"h\\u00e9","role":
    "assistant"}} ] , "usage":{"prompt_tokens":3,"completion_tokens":1}, "id":"c1","model":"m","created":1}\n"""
    vendors.away.scripts["gpt-scripted"] = lambda _: whole(body)
    assert server.ask("POST", "/v1/chat/completions", CHAT).body == body


def test_a_whole_message_comes_byte_for_byte(server: Server, vendors: Vendors) -> None:
    body = b"""{ "type":"message","id":"m1","role":"assistant","model":"m", "content":[ {"type":"text","text":"hi"},
    {"type":"server_tool_use","id":"s","name":"web_search","input":{}} ],"stop_reason":"end_turn","stop_sequence":null,
    "usage":{"input_tokens":3,"output_tokens":1}, "later": [] }"""
    vendors.claude.scripts["claude-scripted"] = lambda _: whole(body)
    assert server.ask("POST", "/v1/messages", MESSAGE).body == body


CHUNKS = (
    b'data: {"id":"c1","model":"m","created":1,"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n',
    b": keep alive\n\n",
    b'data: {"id":"c1","choices":[{"index":0,"delta":{"content":"h\\u00e9"},"x_own":[1,  2]}]}\n\n',
    b'data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
)
COUNTED = b'data: {"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}\n\n'
DONE = b"data: [DONE]\n\n"


def event(kind: bytes, rest: bytes = b"") -> bytes:
    """An event of Anthropic's, with white space that no encoder of ours would leave."""
    return b'event: %b\ndata: {"type": "%b"%b}\n\n' % (kind, kind, rest)


EVENTS = (
    event(b"message_start", b', "message":{"id":"m1","type":"message","role":"assistant","model":"m","content":[]}'),
    event(b"ping"),
    event(b"content_block_start", b',"index":0,"content_block":{"type":"text","text":""}'),
    event(b"content_block_delta", b',"index":0,"delta":{"type":"text_delta","text":"h\\u00e9"},"x_own":[1,  2]'),
    event(b"content_block_stop", b',"index":0'),
    event(b"of_tomorrow"),
    event(b"message_delta", b',"delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":3,"output_tokens":1}'),
    event(b"message_stop"),
)


def in_pieces(data: bytes, size: int) -> Answer:
    """The same stream, split without regard to its frames."""
    return chunked(*(data[at : at + size] for at in range(0, len(data), size)))


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_stream_of_chunks_comes_byte_for_byte_however_it_is_split(
    server: Server, vendors: Vendors, size: int
) -> None:
    said = b"".join((*CHUNKS, COUNTED, DONE))
    vendors.away.scripts["gpt-scripted"] = lambda _: in_pieces(said, size)
    options = {"stream": True, "stream_options": {"include_usage": True}}
    assert server.ask("POST", "/v1/chat/completions", CHAT | options).body == said


def test_usage_that_only_freehold_asked_for_is_kept_back(server: Server, vendors: Vendors) -> None:
    vendors.away.scripts["gpt-scripted"] = lambda _: chunked(*CHUNKS, COUNTED, DONE)
    answer = server.ask("POST", "/v1/chat/completions", CHAT | {"stream": True})
    assert answer.body == b"".join((*CHUNKS, DONE))
    assert server.record(answer.headers["x-freehold-id"])["usage"]["input_tokens"] == 3


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_stream_of_events_comes_byte_for_byte_however_it_is_split(
    server: Server, vendors: Vendors, size: int
) -> None:
    said = b"".join(EVENTS)
    vendors.claude.scripts["claude-scripted"] = lambda _: in_pieces(said, size)
    assert server.ask("POST", "/v1/messages", MESSAGE | {"stream": True}).body == said


def test_a_body_travels_as_it_came_but_for_the_models_name(server: Server, vendors: Vendors) -> None:
    body = CHAT | {"x_own": {"b": [1.5, None], "a": "é"}, "metadata": {"freehold": '{"label": "public"}', "mine": "1"}}
    assert server.ask("POST", "/v1/chat/completions", body).status == 200
    assert vendors.away.requests[0].json == CHAT | {
        "model": "gpt-scripted",
        "x_own": {"b": [1.5, None], "a": "é"},
        "metadata": {"mine": "1"},
    }


def test_nothing_is_held_back(server: Server, vendors: Vendors) -> None:
    """The vendor waits for word that its first chunk has arrived before it sends the second."""
    arrived = threading.Event()
    heard: list[bool] = []

    def slowly(_: Asked) -> Answer:
        steps = list(chunked(*CHUNKS, DONE))
        yield from steps[:2]
        for _ in range(1000):
            if arrived.is_set():
                break
            yield 0.02
        heard.append(arrived.is_set())
        yield from steps[2:]

    vendors.away.scripts["gpt-scripted"] = slowly
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    sent = {"authorization": f"Bearer {server.key}"}
    connection.request("POST", "/v1/chat/completions", json.dumps(CHAT | {"stream": True}), sent)
    with connection.getresponse() as response:
        assert response.read(len(CHUNKS[0])) == CHUNKS[0]
        arrived.set()
        assert response.read() == b"".join((*CHUNKS[1:], DONE))
    connection.close()
    assert heard == [True]
