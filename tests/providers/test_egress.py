"""The door out: what is kept, what is replaced, what is counted, and that leaving is noticed."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
import uvloop

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.target import Secret, Target, Timeouts
from freehold.providers.egress import Call, Egress, Tally
from support.decisions import a_target
from support.upstream import ABORT, CLOSE, SILENCE, Step, Upstream, chunked, head, whole

KEY = "sk-very-secret"


def at(upstream: Upstream | str, name: str = "there", **fields: Any) -> Target:
    url = upstream if isinstance(upstream, str) else upstream.url
    return msgspec.structs.replace(a_target(name), base_url=url, **fields)


async def post(egress: Egress, target: Target, body: bytes = b"{}") -> bytes:
    async with egress.send(target, "/chat/completions", body) as call:
        return await call.read_all(1 << 30)


async def test_a_request_arrives_as_it_should() -> None:
    async with Upstream(whole(b"ok")) as upstream:
        target = at(upstream, api_key=Secret(KEY), headers=(("x-org", "a"),), query=(("v", "1"),))
        async with Egress().send(target, "/chat/completions", b'{"a":1}', (("anthropic-beta", "b"),)) as call:
            assert (call.status, call.header("content-type"), call.header("x-none")) == (200, "application/json", None)
            assert await call.read_all(10) == b"ok"
        asked = upstream.requests[0]
        assert asked.line == "POST /v1/chat/completions?v=1 HTTP/1.1"
        assert asked.json == {"a": 1}
        for name, value in (("authorization", f"Bearer {KEY}"), ("x-org", "a"), ("anthropic-beta", "b")):
            assert asked.header(name) == value
        assert asked.header("content-type") == "application/json"
        assert asked.header("accept-encoding") == "identity"


async def test_a_connection_is_kept_after_a_whole_answer() -> None:
    async with Upstream(whole(b"ok")) as upstream:
        egress, target = Egress(), at(upstream)
        for _ in range(3):
            assert await post(egress, target) == b"ok"
        assert len(upstream.peers) == 1
        assert egress.tallies["there"].connections == 1
        egress.close()
        assert await upstream.left()


@pytest.mark.parametrize(
    "broken",
    [
        [head(200, "content-length: 10"), b"half", CLOSE],
        [*chunked(b"half", ABORT)],
        [b"nonsense\r\n\r\n"],
        whole(b"ok", 200, "connection: close"),
        [head(200), b"until the end", CLOSE],
        chunked(b"ok" * 100, SILENCE),  # longer than we read
    ],
    ids=["cut", "reset", "not http", "close", "close-delimited", "too long"],
)
async def test_a_connection_is_not_kept_after_a_broken_answer(broken: list[Step]) -> None:
    async with Upstream(broken, whole(b"ok")) as upstream:
        egress, target = Egress(), at(upstream)
        try:
            async with egress.send(target, "/x", b"{}") as call:
                await call.read_all(50)
        except AttemptFailed:
            pass
        assert await post(egress, target) == b"ok"
        assert len(upstream.peers) == 2
        egress.close()


async def test_an_unread_answer_is_never_the_next_ones() -> None:
    async with Upstream(whole(b"secret of another"), whole(b"mine")) as upstream:
        egress, target = Egress(), at(upstream)
        async with egress.send(target, "/x", b"{}"):
            await asyncio.sleep(0.02)  # All of it has come, and none of it is read.
        assert await post(egress, target) == b"mine"
        egress.close()


@pytest.mark.parametrize("end", [CLOSE, ABORT])
async def test_a_kept_connection_that_the_peer_closed_is_replaced(end: Step) -> None:
    async with Upstream([*whole(b"one"), 0.01, end], whole(b"two")) as upstream:
        egress, target = Egress(), at(upstream)
        assert await post(egress, target) == b"one"
        assert await upstream.left()
        assert await post(egress, target) == b"two"
        assert len(upstream.peers) == 2
        egress.close()


@pytest.mark.parametrize("end", [CLOSE, ABORT])
async def test_a_kept_connection_that_closes_as_it_is_used_is_replaced(end: Step) -> None:
    async with Upstream(whole(b"one"), [end], whole(b"two")) as upstream:
        egress, target = Egress(), at(upstream)
        assert await post(egress, target) == b"one"
        assert await post(egress, target) == b"two"
        assert egress.tallies["there"].requests == 3, "what was written is counted, whatever became of it"
        egress.close()


async def test_a_request_that_may_have_been_worked_on_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.providers.egress._CLOSING_SECONDS", 0.02)
    async with Upstream(whole(b"one"), [0.06, CLOSE], whole(b"two")) as upstream:
        egress, target = Egress(), at(upstream)
        assert await post(egress, target) == b"one"
        with pytest.raises(AttemptFailed) as caught:
            await post(egress, target)
        assert (caught.value.fault, caught.value.safe_to_retry) == (Fault.CONNECT, False)
        assert len(upstream.requests) == 2
        egress.close()


async def test_a_fresh_connection_that_closes_is_no_reason_to_ask_again() -> None:
    async with Upstream([CLOSE]) as upstream:
        with pytest.raises(AttemptFailed) as caught:
            await post(Egress(), at(upstream))
        assert (caught.value.fault, caught.value.safe_to_retry) == (Fault.CONNECT, False)
        assert len(upstream.requests) == 1


async def test_an_idle_connection_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.providers.egress._IDLE_SECONDS", 0.02)
    async with Upstream(whole(b"ok")) as upstream:
        egress, target = Egress(), at(upstream)
        await post(egress, target)
        await asyncio.sleep(0.05)
        await post(egress, target)
        assert len(upstream.peers) == 2
        assert await upstream.left(0)
        egress.close()


async def test_targets_share_no_connection() -> None:
    async with Upstream(whole(b"ok")) as upstream:
        egress = Egress()
        await post(egress, at(upstream, "a", api_key=Secret("key-a")))
        await post(egress, at(upstream, "b", api_key=Secret("key-b")))
        assert len(upstream.peers) == 2
        assert [asked.header("authorization") for asked in upstream.requests] == ["Bearer key-a", "Bearer key-b"]
        egress.close()


async def test_an_equal_target_made_anew_uses_the_same_connection() -> None:
    async with Upstream(whole(b"ok")) as upstream:
        egress = Egress()
        await post(egress, at(upstream, api_key=Secret(KEY)))
        await post(egress, at(upstream, api_key=Secret(KEY)))
        assert len(upstream.peers) == 1
        egress.close()


async def test_only_the_connections_of_targets_that_stay_as_they_are_stay_open() -> None:
    async with Upstream(whole(b"ok")) as stays, Upstream(whole(b"ok")) as changes, Upstream(whole(b"ok")) as goes:
        egress = Egress()
        same, old, gone = at(stays, "same"), at(changes, "other"), at(goes, "gone")
        for target in (same, old, gone):
            await post(egress, target)
        egress.keep([msgspec.structs.replace(same), msgspec.structs.replace(old, model="new")])
        assert await changes.left()
        assert await goes.left()
        await post(egress, same)
        assert len(stays.peers) == 1
        assert egress.tallies["gone"].requests == 1, "what went out stays counted"
        egress.close()


async def test_a_target_that_changed_uses_a_new_connection_and_the_old_ends_with_its_call() -> None:
    async with Upstream([0.05, *whole(b"slow")], whole(b"ok")) as upstream:
        egress = Egress()
        old, new = at(upstream, api_key=Secret("old")), at(upstream, api_key=Secret("new"))
        slow = asyncio.create_task(post(egress, old))
        await upstream.asked()
        await post(egress, new)
        assert await slow == b"slow", "what is under way ends as it began"
        assert await upstream.left(0), "and its connection is not kept"
        assert upstream.requests[1].header("authorization") == "Bearer new"
        assert egress.tallies["there"].requests == 2
        egress.close()


async def test_a_call_under_way_outlives_the_closing_of_the_door() -> None:
    async with Upstream([0.05, *whole(b"slow")]) as upstream:
        egress = Egress()
        slow = asyncio.create_task(post(egress, at(upstream)))
        await upstream.asked()
        egress.close()
        assert await slow == b"slow"
        assert await upstream.left()


async def test_everything_is_counted() -> None:
    async with Upstream(whole(b"hello")) as upstream:
        egress = Egress()
        for _ in range(2):
            await post(egress, at(upstream), b"x" * 1000)
        tally = egress.tallies["there"]
        assert (tally.connections, tally.requests) == (1, 2)
        assert tally.bytes_out == sum(len(asked.head) + len(asked.body) for asked in upstream.requests)
        assert tally.body_out == sum(len(asked.body) for asked in upstream.requests)
        assert tally.bytes_in == upstream.peers[0].written
        egress.close()


async def test_a_refused_connection_is_safe_to_retry_and_only_the_log_says_where(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(AttemptFailed) as caught:
            await post(Egress(), at(url))
    assert (caught.value.fault, caught.value.safe_to_retry) == (Fault.CONNECT, True)
    assert caught.value.message == "cannot be reached: connection refused"
    assert f"there at {url[7:-3]} cannot be reached" in caplog.text


async def test_a_name_that_is_no_name_cannot_be_connected_to() -> None:
    with pytest.raises(AttemptFailed) as caught:
        await post(Egress(), at(f"http://{'a' * 70}.localhost/v1"))
    assert caught.value.fault is Fault.CONNECT
    assert caught.value.message == "cannot be reached: its name cannot be looked up"


async def test_a_connection_that_does_not_come_about_has_its_own_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, socket.socket() as first, socket.socket() as second:
        for filler in (first, second):  # The one place in the queue is taken, so nobody else gets an answer.
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        target = at(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1", timeouts=Timeouts(connect=0.1))
        with pytest.raises(AttemptFailed) as caught:
            await post(Egress(), target)
    assert (caught.value.fault, caught.value.safe_to_retry) == (Fault.TIMEOUT_CONNECT, True)
    assert "127.0.0.1" not in caught.value.message


async def test_tls_with_a_peer_that_speaks_none_is_a_failure_to_connect() -> None:
    async with Upstream(greeting=b"hello, no TLS here\r\n" * 20) as upstream:
        with pytest.raises(AttemptFailed, match="TLS") as caught:
            await post(Egress(), at(upstream.url.replace("http:", "https:")))
        assert "127.0.0.1" not in caught.value.message
        assert caught.value.fault is Fault.CONNECT
        assert isinstance(caught.value.__cause__, ssl.SSLError)


@pytest.mark.parametrize(
    ("answer", "timeouts", "fault"),
    [
        ([SILENCE], Timeouts(first=0.05), Fault.TIMEOUT_FIRST),
        (chunked(SILENCE), Timeouts(first=0.05), Fault.TIMEOUT_FIRST),
        ([0.06, head(200, "transfer-encoding: chunked"), SILENCE], Timeouts(first=0.1), Fault.TIMEOUT_FIRST),
        (chunked(b"one", SILENCE), Timeouts(silence=0.05), Fault.TIMEOUT_SILENCE),
        (chunked(*[b"x", 0.02] * 50), Timeouts(total=0.1), Fault.TIMEOUT_TOTAL),
    ],
)
async def test_each_wait_has_its_own_fault(answer: list[Step], timeouts: Timeouts, fault: Fault) -> None:
    async with Upstream(answer) as upstream:
        with pytest.raises(AttemptFailed) as caught:
            await post(Egress(), at(upstream, timeouts=timeouts))
        assert (caught.value.fault, caught.value.safe_to_retry) == (fault, False)
        assert await upstream.left()


async def test_the_wait_for_the_first_byte_is_one_wait() -> None:
    late: list[Step] = [0.06, head(200, "transfer-encoding: chunked"), 0.06, SILENCE]
    async with Upstream(late) as upstream:
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(AttemptFailed):
            await post(Egress(), at(upstream, timeouts=Timeouts(first=0.1)))
        assert loop.time() - began < 0.16, "the head does not grant the whole wait again"


async def test_a_redirect_is_not_followed() -> None:
    async with Upstream(whole(b"", 307, "location: http://127.0.0.1:9/")) as upstream:
        async with Egress().send(at(upstream), "/x", b"{}") as call:
            assert call.status == 307
        assert len(upstream.requests) == 1


async def test_a_body_beyond_its_bound_is_refused() -> None:
    async with Upstream(chunked(b"x" * 100, b"y" * 100, SILENCE)) as upstream:
        async with Egress().send(at(upstream), "/x", b"{}") as call:
            with pytest.raises(AttemptFailed) as caught:
                await call.read_all(150)
        assert caught.value.fault is Fault.PROTOCOL
        assert await upstream.left()


async def test_a_left_call_reads_nothing_more() -> None:
    async with Upstream(whole(b"ok")) as upstream:
        egress = Egress()
        async with egress.send(at(upstream), "/x", b"{}") as call:
            await call.read_all(10)
        with pytest.raises(AttemptFailed):
            await call.read()
        egress.close()


async def test_ten_megabytes_go_out_and_come_back() -> None:
    body = b"0123456789" * 1_000_000
    async with Upstream(whole(body)) as upstream:
        egress = Egress()
        assert await post(egress, at(upstream), body) == body
        assert upstream.requests[0].body == body
        egress.close()


async def _before_the_head(call: Call) -> None:
    async with call:
        raise AssertionError("no head comes")


async def _in_the_stream(call: Call) -> None:
    async with call:
        while await call.read():
            pass


@pytest.mark.parametrize(
    ("answer", "reader"),
    [([SILENCE], _before_the_head), (chunked(SILENCE), _in_the_stream), (chunked(b"x", SILENCE), _in_the_stream)],
    ids=["before the head", "waiting for the first piece", "in mid-stream"],
)
@pytest.mark.parametrize("make_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_a_caller_that_leaves_is_noticed_at_once(
    answer: list[Step], reader: Callable[[Call], Awaitable[None]], make_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def leave() -> None:
        async with Upstream(answer) as upstream:
            task = asyncio.ensure_future(reader(Egress().send(at(upstream), "/x", b"{}")))
            await upstream.asked()
            await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await upstream.left()
            assert upstream.playing == 0

    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(leave())


async def test_leaving_the_context_early_is_noticed_at_once() -> None:
    async with Upstream(chunked(b"x", SILENCE)) as upstream:
        async with Egress().send(at(upstream), "/x", b"{}") as call:
            assert await call.read() == b"x"
        assert await upstream.left()


async def test_a_caller_that_leaves_while_connecting_leaves_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, socket.socket() as first, socket.socket() as second:
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        task = asyncio.create_task(post(Egress(), at(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_nothing_that_is_shown_holds_the_key() -> None:
    async with Upstream(whole(b"ok")) as upstream:
        egress, target = Egress(), at(upstream, api_key=Secret(KEY))
        call = egress.send(target, "/x", b"{}")
        async with call:
            await call.read_all(10)
        for each in (egress, call, target, egress.tallies, *vars(call).values(), *vars(vars(call)["_pool"]).values()):
            if not isinstance(each, bytes):
                assert KEY not in repr(each)
        egress.close()


def test_counts_are_added_and_told_apart() -> None:
    before, now = Tally(1, 2, 3, 4, 5), Tally(2, 4, 6, 8, 10)
    more = now.since(before)
    assert more == Tally(1, 2, 3, 4, 5)
    more.add(Tally(requests=1))
    assert more == Tally(1, 3, 3, 4, 5)
