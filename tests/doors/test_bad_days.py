"""Models that fail in every way there is: each gets a clear answer, a true record, and hurts nobody else."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from support import anthropic_vendor, openai_vendor
from support.anthropic_vendor import AnthropicVendor
from support.live import ADMIN_KEY
from support.openai_vendor import OpenAIVendor
from support.server import Reply, Server, freehold
from support.upstream import ABORT, CLOSE, SILENCE, Answer, Asked, Step, chunked, frames, head, piece, whole
from support.vendor import as_json, in_thread

TARGET = """
[[target]]
name = "{name}"
base_url = "{url}"
dialect = "{dialect}"
model = "{name}"
api_key = "{key}"
retries = {retries}
price = {{ input = 1.0, output = 1000.0 }}
timeouts = {{ connect = 5.0, first = {first}, silence = {silence}, total = {total} }}
"""

ANY = 60.0
"""Seconds: longer than any test."""


class Bad:
    """A Freehold whose targets each have a bad day of their own, and the vendors that give it to them."""

    def __init__(self, server: Server, gpt: OpenAIVendor, claude: AnthropicVendor) -> None:
        self.server, self.gpt, self.claude = server, gpt, claude

    def play(self, name: str, *steps: Step, again: Answer | None = None) -> None:
        """Have a target answer with these steps; with `again`, those the second time."""
        turns = iter([list(steps), again] if again is not None else [list(steps)])
        last: list[Answer] = []

        def answer(_: Asked) -> Answer:
            last.append(next(turns, last[-1] if last else []))
            return last[-1]

        for vendor in (self.gpt, self.claude):
            vendor.scripts[name] = answer

    def asked(self, name: str) -> int:
        return len(self.gpt.asked_for(name)) + len(self.claude.asked_for(name))


NAMES: dict[str, dict[str, Any]] = {
    "slow": {"first": 0.3},
    "slow-claude": {"first": 0.3, "dialect": "anthropic"},
    "half-open": {"first": 0.3},
    "stalls": {"silence": 0.3},
    "endless": {"total": 1.0},
    "limited": {"retries": 2},
    "limited-long": {"retries": 2},
    "claude-dies": {"dialect": "anthropic"},
    "claude-in-error": {"dialect": "anthropic"},
    "claude-overloaded": {"dialect": "anthropic", "retries": 0},
    **{name: {} for name in ("html", "error-in-200", "nonsense", "empty", "choices-missing", "redirects")},
    **{name: {} for name in ("dies", "dies-at-once", "aborts", "hangs-up", "wrong-kind", "in-error", "no-mark")},
    **{name: {} for name in ("liar", "left", "left-late", "wide", "breaker", "crowd", "cookie")},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bad]:
    with in_thread(OpenAIVendor()) as gpt, in_thread(AnthropicVendor()) as claude:
        tables = []
        for name, more in NAMES.items():
            settings = {"retries": 0, "first": ANY, "silence": ANY, "total": ANY, "dialect": "openai", **more}
            spoken = gpt if settings["dialect"] == "openai" else claude
            key = openai_vendor.KEY if spoken is gpt else anthropic_vendor.KEY
            tables.append(TARGET.format(name=name, url=spoken.url, key=key, **settings))
        with freehold(tmp_path_factory.mktemp("bad-days"), "\n".join(tables)) as server:
            yield Bad(server, gpt, claude)


def delta(text: str = "", **more: Any) -> dict[str, Any]:
    """One chunk of an answer."""
    return {"id": "c", "model": "m", "created": 1, "choices": [{"index": 0, "delta": {"content": text}, **more}]}


BEGUN = [delta("a"), delta(" b"), delta(" c")]


def told(world: Bad, reply: Reply | httpx2.Response) -> dict[str, Any]:
    return world.server.record(reply.headers["x-freehold-id"])


HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("name", "steps", "fault"),
    [
        ("html", whole(HTML, 200, kind="text/html"), "protocol"),
        ("html", whole(HTML, 502, kind="text/html"), "server"),
        ("error-in-200", as_json({"error": {"message": "no capacity", "code": 503}}), "protocol"),
        ("nonsense", whole(b'{"choices": 7'), "protocol"),
        ("empty", whole(b""), "protocol"),
        ("choices-missing", whole(b"{}"), "protocol"),
        ("hangs-up", [CLOSE], "connect"),
        ("aborts", [ABORT], "connect"),
        ("dies-at-once", [head(200, "content-length: 999") + b'{"cho', CLOSE], "broken"),
        ("redirects", whole(b"", 307, "location: http://127.0.0.1:9/"), "protocol"),
        ("wrong-kind", [b"SSH-2.0-OpenSSH_9.9\r\n", CLOSE], "protocol"),
    ],
)
def test_what_is_no_answer_is_a_502_that_names_the_attempt(
    world: Bad, name: str, steps: list[Step], fault: str, streamed: bool
) -> None:
    world.play(name, *steps)
    refused = world.server.chat("Hello", name, stream=streamed)
    assert refused.status == 502
    error = refused.json["error"]
    assert error["code"] == "upstream_failed"
    (attempt,) = error["freehold"]["attempts"]
    assert (attempt["target"], attempt["fault"]) == (name, fault)
    assert "<html>" not in error["message"]
    record = told(world, refused)
    assert (record["ending"], record["status"], record["cost"]) == ("failed", 502, "0")
    assert record["attempts"][0]["fault"] == fault


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("name", ["slow", "half-open"])
def test_a_model_that_says_nothing_is_a_504(world: Bad, name: str, streamed: bool) -> None:
    world.play(name, *([SILENCE] if name == "half-open" else [head(200), SILENCE]))
    refused = world.server.chat("Hello", name, stream=streamed)
    assert refused.status == 504
    assert refused.json["error"]["freehold"]["attempts"][0]["fault"] == "timeout_first_byte"


def test_a_timeout_is_told_in_anthropics_words(world: Bad) -> None:
    world.play("slow-claude", SILENCE)
    with (
        anthropic.Anthropic(base_url=world.server.url, api_key=ADMIN_KEY, max_retries=0) as client,
        pytest.raises(anthropic.APIStatusError) as caught,
    ):
        client.messages.create(model="slow-claude", max_tokens=9, messages=[{"role": "user", "content": "x"}])
    assert caught.value.status_code == 504
    body: Any = caught.value.body
    assert body["error"]["type"] == "timeout_error"


@pytest.mark.parametrize(
    ("name", "last", "fault"),
    [
        ("dies", CLOSE, "broken"),
        ("dies", ABORT, "broken"),
        ("stalls", SILENCE, "timeout_silence"),
        ("no-mark", None, "broken"),
        ("in-error", b'data: {"error": {"message": "no capacity"}}\n\n', "broken"),
    ],
)
def test_a_stream_that_breaks_ends_with_an_error_and_is_billed_for_what_came(
    world: Bad, name: str, last: Step | None, fault: str
) -> None:
    world.play(name, *chunked(*frames(*BEGUN), *([last] if last is not None else [])))
    answer = world.server.chat("Hello there", name, stream=True)
    assert answer.status == 200
    *_, end, nothing = answer.body.split(b"\n\n")
    assert nothing == b""
    assert json.loads(end.removeprefix(b"data: "))["error"]["message"]
    assert b"[DONE]" not in answer.body
    record = told(world, answer)
    assert (record["ending"], record["attempts"][0]["fault"]) == ("failed", fault)
    assert record["usage"]["output_tokens"] == 3
    assert record["usage"]["estimated"]
    assert record["cost"] != "0"


def test_openais_client_raises_what_goes_wrong_in_mid_stream(world: Bad) -> None:
    world.play("dies", *chunked(*frames(*BEGUN), CLOSE))
    turns: Any = [{"role": "user", "content": "x"}]
    heard: list[str] = []
    with openai.OpenAI(base_url=f"{world.server.url}/v1", api_key=ADMIN_KEY, max_retries=0) as client:
        stream = client.chat.completions.create(model="dies", messages=turns, stream=True)
        with pytest.raises(openai.APIError, match="dies failed in mid-answer"):
            heard.extend(chunk.choices[0].delta.content or "" for chunk in stream)
    assert heard == ["a", " b", " c"]


def test_anthropics_client_raises_what_goes_wrong_in_mid_stream(world: Bad) -> None:
    world.play("dies", *chunked(*frames(*BEGUN), CLOSE))
    turns: Any = [{"role": "user", "content": "x"}]
    heard: list[str] = []
    with anthropic.Anthropic(base_url=world.server.url, api_key=ADMIN_KEY, max_retries=0) as client:
        events = client.messages.create(model="dies", max_tokens=9, messages=turns, stream=True)
        with pytest.raises(anthropic.APIError, match="dies failed in mid-answer"):
            heard.extend(event.delta.text for event in events if event.type == "content_block_delta")
    assert heard == ["a", " b", " c"]


def test_an_error_event_of_anthropics_is_told_to_the_end(world: Bad) -> None:
    begun = {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": []}}
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    steps = [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in (begun, error)]
    world.play("claude-in-error", *chunked(*steps))
    body = {"model": "claude-in-error", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "x"}]}
    answer = world.server.ask("POST", "/v1/messages", body)
    last = answer.body.rstrip().rsplit(b"\n\n", 1)[-1]
    assert last.startswith(b"event: error\ndata: ")
    assert b"Overloaded" in last
    assert b"message_stop" not in answer.body


def test_an_overloaded_model_is_no_fault_of_the_callers(world: Bad) -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    world.play("claude-overloaded", *as_json(error, 529))
    refused = world.server.chat("x", "claude-overloaded")
    assert (refused.status, refused.json["error"]["code"]) == (502, "upstream_failed")


def test_an_answer_that_never_ends_is_ended(world: Bad) -> None:
    def forever() -> Iterator[Step]:
        yield from chunked(CLOSE, *frames(delta("one")))[:1]
        while True:
            yield piece(frames(delta(" more"))[0])
            yield 0.02

    world.gpt.scripts["endless"] = lambda _: forever()
    answer = world.server.chat("Hello", "endless", stream=True)
    assert b'"error"' in answer.body
    record = told(world, answer)
    assert record["attempts"][0]["fault"] == "timeout_total"
    assert record["usage"]["output_tokens"] > 1
    world.server.wait_for(lambda: world.gpt.playing == 0, "the endless answer to be left")


@pytest.mark.parametrize("waits", ["0", "0.05"])
def test_a_model_at_its_limit_is_asked_again_after_the_wait_it_names(world: Bad, waits: str) -> None:
    limited = as_json({"error": {"message": "slow down"}}, 429, f"retry-after: {waits}")
    done = as_json({"choices": [{"index": 0, "message": {"content": "well"}, "finish_reason": "stop"}]})
    world.play("limited", *limited, again=done)
    answer = world.server.chat("Hello", "limited")
    assert answer.json["choices"][0]["message"]["content"] == "well"
    assert [each["fault"] for each in told(world, answer)["attempts"]] == ["rate_limited", None]


def test_a_limit_without_a_wait_is_tried_again_and_then_told(world: Bad) -> None:
    before = world.asked("limited")
    world.play("limited", *as_json({"error": {"message": "slow down"}}, 429))
    refused = world.server.chat("Hello", "limited")
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert world.asked("limited") - before == 3


def test_a_long_wait_is_passed_on_to_the_caller(world: Bad) -> None:
    world.play("limited-long", *as_json({"error": {"message": "slow down"}}, 429, "retry-after: 77"))
    refused = world.server.chat("Hello", "limited-long")
    assert (refused.status, refused.headers["retry-after"]) == (429, "77")
    assert world.asked("limited-long") == 1
    assert refused.headers["x-freehold-attempts"] == "1"


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": -5, "completion_tokens": -1},
        {"prompt_tokens": 10**15, "completion_tokens": 10**15},
        {"prompt_tokens": "many", "completion_tokens": None},
        None,
    ],
)
def test_usage_that_cannot_be_is_estimated(world: Bad, usage: Any) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "one two three"}, "finish_reason": "stop"}
    world.play("liar", *as_json({"id": "c", "model": "m", "choices": [choice], "usage": usage}))
    answer = world.server.chat("Hello there", "liar")
    assert answer.status == 200
    record = told(world, answer)
    assert record["usage"]["estimated"]
    assert 0 < record["usage"]["input_tokens"] < 100
    assert 0 < record["usage"]["output_tokens"] < 100


def test_a_model_that_fails_again_and_again_is_left_alone(world: Bad) -> None:
    world.play("breaker", *whole(b"", 500))
    for _ in range(5):
        assert world.server.chat("Hello", "breaker").status == 502
    before = world.asked("breaker")
    refused = world.server.chat("Hello", "breaker")
    assert refused.status in {502, 503}
    assert "left alone" in refused.json["error"]["message"]
    assert world.asked("breaker") == before
    rows = world.server.ask("GET", "/api/targets").json["data"]
    assert next(row["breaker"] for row in rows if row["name"] == "breaker") == "open"


def test_cookies_and_headers_of_a_model_stay_here(world: Bad) -> None:
    done = {"choices": [{"index": 0, "message": {"content": "well"}, "finish_reason": "stop"}]}
    world.play("cookie", *as_json(done, 200, "set-cookie: a=b", "x-secret: 1"))
    answer = world.server.chat("Hello", "cookie")
    assert answer.status == 200
    assert "set-cookie" not in answer.headers
    assert "x-secret" not in answer.headers


async def until(holds: Callable[[], bool], seconds: float = ANY) -> float:
    """Wait until something holds; the seconds that took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # what is waited for happens on another thread
            await asyncio.sleep(0.002)
    return time.monotonic() - began


@pytest.fixture
async def http(world: Bad) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"authorization": f"Bearer {ADMIN_KEY}"}
    async with httpx2.AsyncClient(base_url=world.server.url, headers=headers, timeout=ANY) as client:
        yield client


async def test_a_caller_that_leaves_before_the_first_byte_cancels_the_model(
    world: Bad, http: httpx2.AsyncClient
) -> None:
    world.play("left", SILENCE)
    body = {"model": "left", "messages": [{"role": "user", "content": "Hello"}]}
    asking = asyncio.create_task(http.post("/v1/chat/completions", json=body))
    await until(lambda: world.asked("left") == 1)
    peer = world.gpt.peers[world.gpt.asked_for("left")[0].connection]
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert await until(peer.left.is_set) < 5.0  # 0.1 is promised; the machine may be busy
    rows: list[Any] = []

    def settled() -> bool:
        rows[:] = world.server.ask("GET", "/api/requests?model=left").json["data"]
        return bool(rows) and rows[0]["ending"] != "open"

    await until(settled)
    assert (rows[0]["ending"], rows[0]["status"]) == ("cancelled", 499)


async def test_a_caller_that_leaves_in_mid_stream_is_billed_for_what_was_received(
    world: Bad, http: httpx2.AsyncClient
) -> None:
    world.play("left-late", *chunked(*frames(*BEGUN), SILENCE))
    body = {"model": "left-late", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    async with http.stream("POST", "/v1/chat/completions", json=body) as response:
        heard = b""
        async for data in response.aiter_raw():
            heard += data
            if b" c" in heard:
                break
        peer = world.gpt.peers[world.gpt.asked_for("left-late")[0].connection]
        assert not peer.left.is_set()
    assert await until(peer.left.is_set) < 5.0
    await until(lambda: told(world, response)["ending"] != "open")
    record = told(world, response)
    assert (record["ending"], record["attempts"][0]["fault"]) == ("cancelled", "cancelled")
    assert record["usage"]["output_tokens"] == 3
    assert record["usage"]["estimated"]
    assert record["cost"] != "0"


async def test_a_caller_that_reads_slowly_makes_the_model_wait(world: Bad) -> None:
    """What is not read is not fetched: else one slow reader could fill the memory."""
    frame = frames(delta("x" * 64_000))[0]
    count = 600
    end = frames(delta(finish_reason="stop"), b"data: [DONE]\n\n")
    world.play("wide", *chunked(*[frame] * count, *end))
    body = json.dumps({"model": "wide", "stream": True, "messages": [{"role": "user", "content": "x"}]}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
    request = (
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ADMIN_KEY}\r\n"
        f"connection: close\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    writer.write(request.encode() + body)
    await reader.readexactly(100)
    peer = world.gpt.peers[world.gpt.asked_for("wide")[0].connection]
    seen = -1
    async with asyncio.timeout(ANY):
        while seen != peer.written:
            seen = peer.written
            await asyncio.sleep(0.2)
    total = count * len(frame)
    assert peer.written < total / 2
    received = 100
    while data := await reader.read(1 << 20):
        received += len(data)
    writer.close()
    assert received > total


async def test_a_hundred_callers_at_once_are_all_answered(world: Bad, http: httpx2.AsyncClient) -> None:
    async def ask(number: int) -> tuple[str, str]:
        body = {
            "model": "crowd",
            "stream": bool(number % 2),
            "messages": [{"role": "user", "content": f"number {number}"}],
        }
        path = "/v1/chat/completions" if number % 3 else "/v1/messages"
        response = await http.post(path, json=body | {"max_tokens": 50})
        assert response.status_code == 200
        return response.text, response.headers["x-freehold-id"]

    answers = await asyncio.gather(*(ask(number) for number in range(100)))
    for number, (text, _) in enumerate(answers):
        assert str(number) in text
    assert len({exchange_id for _, exchange_id in answers}) == 100
    listed = (await http.get("/api/requests?model=crowd&limit=200")).json()["data"]
    assert {row["id"] for row in listed} == {exchange_id for _, exchange_id in answers}
    assert {row["ending"] for row in listed} == {"completed"}


def test_all_of_this_left_the_log_without_a_traceback(world: Bad) -> None:
    """Runs last: no bad day of a model's is a failure inside Freehold."""
    assert "Traceback" not in world.server.log.read_text()
    assert world.server.ask("GET", "/readyz").status == 200
