"""The record: opened before anything can cost money, settled exactly once, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from freehold.core.errors import (
    AttemptFailed,
    BadRequest,
    Fault,
    RequestError,
    Unauthorized,
    Unavailable,
    UpstreamFailed,
)
from freehold.core.event import Finished, Opened, Text
from freehold.core.exchange import Exchange
from freehold.core.ports import Events, Handler
from freehold.core.record import Attempt, Ending
from freehold.gateway.dispatch import dispatch
from freehold.gateway.settle import settle
from freehold.policy.flows import in_order
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import a_target
from support.pipeline import Book, an_attempter, an_exchange, run


def not_captured(_: Exchange) -> bool:
    return False


def over(scene: Scene | Scripted, log: list[str] | None = None) -> tuple[Handler, Book, Exchange, Scripted]:
    """The whole way from settle to a target that plays this scene."""
    double = scene if isinstance(scene, Scripted) else Scripted([scene])
    book = Book(log)
    return settle(book, not_captured)(dispatch(an_attempter(double))), book, an_exchange(in_order([a_target()])), double


def ended(book: Book, exchange: Exchange) -> tuple[Ending, int, str | None]:
    """How the exchange ended, which its book heard exactly once."""
    assert book.log == ["open", "settle"]
    assert book.settled == [exchange]
    assert exchange.end is not None
    assert exchange.end.total_ms >= 0
    return exchange.end.ending, exchange.end.status, exchange.end.error


async def test_completed() -> None:
    handler, book, exchange, _ = over(Scene(saying("all is well")))
    assert await run(handler, exchange)
    assert ended(book, exchange) == (Ending.COMPLETED, 200, None)
    assert exchange.cost > 0


async def test_a_reader_that_has_the_whole_answer_may_leave() -> None:
    handler, book, exchange, _ = over(Scene(saying("well")))
    await run(handler, exchange, stop_after=4)
    assert isinstance(saying("well")[3], Finished)
    assert ended(book, exchange)[:2] == (Ending.COMPLETED, 200)


@pytest.mark.parametrize("after", [1, 2])
async def test_left_early(after: int) -> None:
    handler, book, exchange, double = over(Scene(saying("not all of it")))
    await run(handler, exchange, stop_after=after)
    assert ended(book, exchange)[:2] == (Ending.CANCELLED, 499)
    assert exchange.attempts[0].usage is not None
    assert exchange.cost > 0, "what was received is paid for"
    assert double.open == 0


async def test_left_without_a_look() -> None:
    handler, book, exchange, double = over(Scene(saying("nobody reads it")))
    async with handler(exchange):
        pass
    assert ended(book, exchange)[:2] == (Ending.CANCELLED, 499)
    assert double.open == 0


@pytest.mark.parametrize(
    "scene", [Scene(saying("late"), wait=30), Scene(saying("a b c"), gap=30)], ids=["before the first event", "midway"]
)
async def test_cancelled(scene: Scene) -> None:
    handler, book, exchange, double = over(scene)
    task = asyncio.create_task(run(handler, exchange))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended(book, exchange)[:2] == (Ending.CANCELLED, 499)
    assert double.open == 0


async def test_what_freehold_itself_cut_short_says_why_and_pays_for_what_came() -> None:
    handler, book, exchange, double = over(Scene(saying("a b c"), gap=0.05))

    async def read() -> None:
        async with handler(exchange) as events:
            async for event in events:
                if isinstance(event, Text):
                    begun.set()

    begun = asyncio.Event()
    task = asyncio.create_task(read())
    await begun.wait()
    exchange.stopped = Unauthorized("this key was revoked")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended(book, exchange) == (Ending.FAILED, 401, "invalid_api_key: this key was revoked")
    assert exchange.cost > 0
    assert double.open == 0


async def test_cancelled_while_its_answer_is_sent_on() -> None:
    handler, book, exchange, double = over(Scene(saying("one two three")))

    async def send_slowly() -> None:
        async with handler(exchange) as events:
            async for _ in events:
                await asyncio.sleep(30)

    task = asyncio.create_task(send_slowly())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended(book, exchange)[:2] == (Ending.CANCELLED, 499)
    assert double.open == 0


async def test_failed_before_the_first_event() -> None:
    handler, book, exchange, _ = over(Scene(refuses=Fault.SERVER))
    with pytest.raises(UpstreamFailed):
        await run(handler, exchange)
    ending, status, error = ended(book, exchange)
    assert (ending, status) == (Ending.FAILED, 502)
    assert error
    assert error.startswith("upstream_failed: ")


async def test_failed_midway() -> None:
    handler, book, exchange, _ = over(Scene(saying("half", finish=False), breaks=Fault.BROKEN))
    with pytest.raises(AttemptFailed):
        await run(handler, exchange)
    ending, status, error = ended(book, exchange)
    assert (ending, status) == (Ending.FAILED, 200)
    assert error
    assert error.startswith("broken: ")
    assert exchange.cost > 0


async def test_failed_midway_and_told_in_the_stream() -> None:
    handler, book, exchange, _ = over(Scene(saying("half", finish=False), breaks=Fault.BROKEN))
    async with handler(exchange) as events:
        with pytest.raises(AttemptFailed):
            [event async for event in events]
    assert ended(book, exchange)[:2] == (Ending.FAILED, 200)


async def test_failed_midway_and_told_by_a_status() -> None:
    handler, book, exchange, _ = over(Scene(saying("half", finish=False), breaks=Fault.BROKEN))

    async def gather_it() -> None:
        async with handler(exchange) as events:
            try:
                [event async for event in events]
            except AttemptFailed as failure:
                raise UpstreamFailed("it failed in mid-answer") from failure

    with pytest.raises(UpstreamFailed):
        await gather_it()
    assert ended(book, exchange)[:2] == (Ending.FAILED, 502)


class Bug(Exception):
    pass


@asynccontextmanager
async def refusing(exchange: Exchange) -> AsyncIterator[Events]:
    raise BadRequest("no", param="x")
    yield


@asynccontextmanager
async def with_a_bug(exchange: Exchange) -> AsyncIterator[Events]:
    raise Bug("oh, a secret")
    yield


@asynccontextmanager
async def with_a_bug_on_the_way_out(exchange: Exchange) -> AsyncIterator[Events]:
    exchange.attempts.append(Attempt("local", 1, finish="stop", shown=True))
    try:
        yield _few()
    finally:
        raise Bug("while leaving")


async def _few() -> AsyncIterator[Opened | Text | Finished]:
    for event in (Opened(), Text("hi"), Finished()):
        yield event


async def test_refused_before_any_target_was_asked() -> None:
    book, exchange = Book(), an_exchange()
    with pytest.raises(BadRequest):
        await run(settle(book, not_captured)(refusing), exchange)
    assert ended(book, exchange) == (Ending.REFUSED, 400, "invalid_request: no")


async def test_a_fault_of_our_own_is_recorded_without_its_text() -> None:
    book, exchange = Book(), an_exchange()
    with pytest.raises(Bug):
        await run(settle(book, not_captured)(with_a_bug), exchange)
    assert ended(book, exchange) == (Ending.FAILED, 500, "internal_error: Bug")


async def test_a_fault_while_leaving_is_recorded_too() -> None:
    book, exchange = Book(), an_exchange()
    with pytest.raises(Bug):
        await run(settle(book, not_captured)(with_a_bug_on_the_way_out), exchange)
    assert ended(book, exchange)[:2] == (Ending.FAILED, 500)


async def test_a_fault_of_the_reader_settles_too() -> None:
    handler, book, exchange, double = over(Scene(saying("all is well")))
    with pytest.raises(Bug):
        async with handler(exchange):
            raise Bug("in whoever reads")
    assert ended(book, exchange)[:2] == (Ending.FAILED, 500)
    assert double.open == 0


async def test_a_ledger_that_cannot_take_the_row_refuses_the_request() -> None:
    double, book = Scripted([Scene(saying("never"))]), Book(refuses=True)
    handler = settle(book, not_captured)(dispatch(an_attempter(double)))
    exchange = an_exchange(in_order([a_target()]))
    with pytest.raises(Unavailable):
        await run(handler, exchange)
    assert double.asked == [], "nothing may be asked of a target without a record"
    assert (book.settled, exchange.end) == ([], None)


async def test_the_record_is_open_before_a_target_is_asked_and_settled_after_it_is_left() -> None:
    log: list[str] = []

    class Noting(Scripted):
        @asynccontextmanager
        async def __call__(self, *args: object) -> AsyncIterator[Events]:
            log.append("asked")
            async with super().__call__(*args) as events:
                yield events
            log.append("left")

    handler, _, exchange, _ = over(Noting([Scene(saying("hi"))]), log)
    await run(handler, exchange)
    assert log == ["open", "asked", "left", "settle"]


async def test_the_end_is_known_when_it_is_settled_and_so_is_the_cost() -> None:
    seen: list[tuple[object, int]] = []

    class Looking(Book):
        def settle(self, exchange: Exchange) -> None:
            seen.append((exchange.end, exchange.cost))

    handler = settle(Looking(), not_captured)(dispatch(an_attempter(Scripted([Scene(saying("hi"))]))))
    exchange = an_exchange(in_order([a_target()]))
    await run(handler, exchange)
    assert seen == [(exchange.end, exchange.cost)]
    assert exchange.cost > 0


@pytest.mark.parametrize("error", [BadRequest("a"), UpstreamFailed("b"), RequestError("c")])
async def test_the_status_is_that_of_the_error(error: RequestError) -> None:
    @asynccontextmanager
    async def failing(exchange: Exchange) -> AsyncIterator[Events]:
        raise error
        yield

    book, exchange = Book(), an_exchange()
    with pytest.raises(RequestError):
        await run(settle(book, not_captured)(failing), exchange)
    assert ended(book, exchange)[1] == error.status


async def test_what_is_captured_is_the_answer_as_it_was_read() -> None:
    exchanges = [an_exchange(in_order([a_target()])) for _ in range(3)]
    chosen = exchanges[:2]
    handler = settle(Book(), lambda exchange: exchange in chosen)(
        dispatch(an_attempter(Scripted([Scene(saying("all is well"))] * 3)))
    )
    await run(handler, exchanges[0])
    await run(handler, exchanges[1], stop_after=2)
    await run(handler, exchanges[2])
    answers = [exchange.answer for exchange in exchanges]
    assert answers[0] is not None
    assert answers[1] is not None
    assert [answer.choices[0].text for answer in answers[:2] if answer] == ["all is well", "all "]
    assert [answer.whole for answer in answers[:2] if answer] == [True, False]
    assert answers[2] is None, "what nobody consented to is not even gathered"


async def test_a_capture_that_grows_too_large_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.gateway.settle.HELD_LIMIT", 10_000)
    exchange = an_exchange(in_order([a_target()]))
    said = " ".join(["word"] * 1_000)
    handler = settle(Book(), lambda _: True)(dispatch(an_attempter(Scripted([Scene(saying(said))]))))
    seen = await run(handler, exchange)
    assert "".join(event.text for event in seen if isinstance(event, Text)) == said, "the caller gets all of it"
    assert exchange.answer is not None
    assert exchange.answer.cut
    kept = exchange.answer.choices[0].text
    assert said.startswith(kept)
    assert 0 < len(kept) < len(said)


class Watching:
    """An observer that remembers what it was shown, and what the book had by then."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.seen: list[tuple[Exchange, list[str]]] = []

    def ended(self, exchange: Exchange) -> None:
        self.seen.append((exchange, list(self.book.log)))


@pytest.mark.parametrize("scene", [Scene(saying("well")), Scene(refuses=Fault.SERVER)])
async def test_an_observer_is_shown_each_exchange_once_after_the_ledger_has_it(scene: Scene) -> None:
    book = Book()
    watching = Watching(book)
    handler = settle(book, not_captured, watching)(dispatch(an_attempter(Scripted([scene]))))
    exchange = an_exchange(in_order([a_target()]))
    try:
        await run(handler, exchange)
    except RequestError:
        assert scene.refuses is not None
    assert watching.seen == [(exchange, ["open", "settle"])]
    assert exchange.end is not None
