"""A request is passed on as it came, whatever its size; its answer comes back as it was given; leaving goes along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from freehold.crew import passing as module
from freehold.crew.messages import Piece
from freehold.crew.passing import Message, Passing, Receive, Reception, Send
from support.asgi import Caller
from support.crew import Crew, a_crew, until


@pytest.fixture
async def crew(tmp_path: Path) -> AsyncIterator[Crew]:
    async with a_crew(tmp_path) as made:
        yield made


class First:
    """The first's application: notes what comes, and echoes the body in pieces."""

    def __init__(self) -> None:
        self.scopes: list[Message] = []
        self.bodies: list[bytes] = []
        self.left = 0
        self.waits: asyncio.Event | None = None
        self.pieces = 1

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left += 1
                return
            body += message["body"]
            if not message["more_body"]:
                break
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 201, "headers": [(b"x-freehold-id", b"fh_1")]})
        for _ in range(self.pieces):
            await send({"type": "http.response.body", "body": body, "more_body": True})
        if self.waits is not None:
            assert (await receive())["type"] == "http.disconnect"
            self.left += 1
            self.waits.set()
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def pass_on(crew: Crew, first: Any) -> Passing:
    Reception(crew.service, first)
    return Passing(crew.line)


async def asked(passing: Passing, caller: Caller, body: bytes | None = None) -> bytes:
    async with asyncio.timeout(20):
        await passing(caller.scope, caller.receive, caller.send, body)
    return b"".join(message.get("body", b"") for message in caller.sent)


@pytest.mark.parametrize("size", [0, 5, 3 * module.WINDOW + 17])
async def test_a_request_and_its_answer_go_through_whole(crew: Crew, size: int) -> None:
    first = First()
    caller = Caller("POST", "/api/documents", headers={"x-a": "1"}, body=b"y" * size, query="a=b")
    echoed = await asked(pass_on(crew, first), caller)
    assert first.bodies == [b"y" * size]
    assert echoed == b"y" * size
    head = caller.sent[0]
    assert (head["status"], head["headers"]) == (201, [(b"x-freehold-id", b"fh_1")])
    scope = first.scopes[0]
    assert (scope["method"], scope["path"], scope["query_string"]) == ("POST", "/api/documents", b"a=b")
    assert scope["headers"] == [(b"x-a", b"1")]


async def test_a_body_that_was_read_is_sent_as_it_was(crew: Crew) -> None:
    first = First()
    assert await asked(pass_on(crew, first), Caller("POST", "/v1/chat/completions"), b"{}") == b"{}"


async def test_many_go_side_by_side(crew: Crew) -> None:
    first = First()
    passing = pass_on(crew, first)
    bodies = [bytes([number]) * 200_000 for number in range(20)]
    assert await asyncio.gather(*(asked(passing, Caller("POST", "/", body=body)) for body in bodies)) == bodies


async def test_no_more_is_under_way_than_the_caller_takes(crew: Crew) -> None:
    first = First()
    first.pieces = 40
    caller, gate = Caller("POST", "/", body=b"z" * 2**18), asyncio.Event()
    taken = 0

    async def slowly(message: Message) -> None:
        nonlocal taken
        await gate.wait()
        taken += len(message.get("body", b""))

    passing = pass_on(crew, first)
    task = asyncio.create_task(passing(caller.scope, caller.receive, slowly, None))
    await until(lambda: bool(first.bodies))
    await asyncio.sleep(0.1)
    (side,) = passing._under_way.values()
    waiting = sum(len(piece.data) for piece in side.came._queue if hasattr(piece, "data"))  # type: ignore[attr-defined]
    assert waiting <= module.WINDOW + module._PIECE
    gate.set()
    await asyncio.wait_for(task, 20)
    assert taken == 40 * 2**18


async def test_a_caller_that_leaves_is_gone_for_the_first_too(crew: Crew) -> None:
    first = First()
    first.waits = asyncio.Event()
    passing, caller = pass_on(crew, first), Caller("POST", "/", body=b"b")
    task = asyncio.create_task(passing(caller.scope, caller.receive, caller.send, None))
    await until(lambda: len(caller.sent) > 1)
    caller.leave()
    await asyncio.wait_for(first.waits.wait(), 0.1)
    await asyncio.wait_for(task, 5)
    assert first.left == 1
    assert passing._under_way == {}


async def test_what_is_said_to_a_caller_that_has_left_is_not_sent(crew: Crew) -> None:
    over, sent = asyncio.Event(), []

    async def long(_scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        channel, say = crew.service.channel, crew.service.channel.send
        channel.send = lambda message: (sent.append(message), say(message))  # type: ignore[method-assign,assignment]
        for _ in range(40):
            await send({"type": "http.response.body", "body": b"b" * module.WINDOW, "more_body": True})
        over.set()

    passing, caller = pass_on(crew, long), Caller("GET", "/")
    task = asyncio.create_task(passing(caller.scope, caller.receive, caller.send, None))
    await until(lambda: len(caller.sent) > 1)
    caller.leave()
    await asyncio.wait_for(over.wait(), 5)
    await asyncio.wait_for(task, 5)
    assert not any(isinstance(message, Piece) for message in sent)


async def test_callers_of_a_dead_hand_are_gone(crew: Crew) -> None:
    first = First()
    first.waits = asyncio.Event()
    passing, caller = pass_on(crew, first), Caller("POST", "/", body=b"b")
    task = asyncio.create_task(passing(caller.scope, caller.receive, caller.send, None))
    await until(lambda: len(caller.sent) > 1)
    await crew.hang_up()
    await asyncio.wait_for(first.waits.wait(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_an_answer_that_breaks_off_ends_here_too(crew: Crew, caplog: pytest.LogCaptureFixture) -> None:
    async def breaks(_scope: Message, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("a bug")

    caller = Caller("GET", "/")
    assert await asked(pass_on(crew, breaks), caller) == b"half"
    assert caller.sent[-1]["more_body"] is True
    await until(lambda: "a bug" in caplog.text)
