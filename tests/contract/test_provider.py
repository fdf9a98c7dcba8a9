"""What every provider does, whatever is behind it: one suite for the shipped double and for both dialects over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Answer, Event, Finished, Opened, Ranked, ToolCall, Usage, gather
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, EmbeddingRequest, RerankRequest
from freehold.providers.scripted import Scene, saying
from support.decisions import a_request
from support.worlds import World, ranking, vectors, world

KINDS = ("scripted", "openai", "anthropic")

pytestmark = pytest.mark.parametrize("kind", KINDS)

CALL = (Opened(), ToolCall(0, "call_1", "weather", '{"city":"Bonn"}'), Usage(input=3, output=2), Finished("tool_calls"))
ENDLESS = Scene(saying("and so on " * 200, finish=False), gap=0.05)


async def ask(where: World, *, streamed: bool = True, request: AnyRequest | None = None) -> list[Event]:
    asked = request or a_request(stream=streamed)
    async with where.provider(where.target, asked, Attempt(where.target.name, 1)) as events:
        return [event async for event in events]


async def heard(where: World, seen: list[Event], *, stop_after: int | None = None) -> None:
    """Listen, noting each event in `seen`; leave the context after so many."""
    async with where.provider(where.target, a_request(stream=True), Attempt(where.target.name, 1)) as events:
        async for event in events:
            seen.append(event)
            if len(seen) == stop_after:
                return


def the_same(answer: Answer, expected: Sequence[Event]) -> bool:
    said, meant = answer.choices[0], gather(expected).choices[0]
    return (said.text, said.finish, [(call.name, call.arguments) for call in said.calls]) == (
        meant.text,
        meant.finish,
        [(call.name, call.arguments) for call in meant.calls],
    )


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    "events", [saying("Paris, of course."), CALL, saying("多 ünï 🌍")], ids=["text", "call", "unicode"]
)
async def test_an_answer_is_told(kind: str, events: tuple[Event, ...], streamed: bool) -> None:
    async with world(kind, Scene(events), streamed=streamed) as where:
        said = await ask(where, streamed=streamed)
        answer = gather(said)
        assert isinstance(said[0], Opened)
        assert the_same(answer, events)
        assert answer.whole
        assert (answer.usage.input, answer.usage.output) == (gather(events).usage.input, gather(events).usage.output)


async def test_entering_says_that_the_target_has_accepted(kind: str) -> None:
    attempt = Attempt("local", 1)
    async with (
        world(kind, Scene(saying("hi"))) as where,
        where.provider(where.target, a_request(stream=True), attempt) as events,
    ):
        assert attempt.status == 200
        assert [event async for event in events]


async def test_events_come_as_they_are_said(kind: str) -> None:
    async with world(kind, ENDLESS) as where:
        seen: list[Event] = []
        async with asyncio.timeout(2):
            await heard(where, seen, stop_after=4)
        assert len(seen) == 4


@pytest.mark.parametrize(
    ("fault", "safe"),
    [(Fault.RATE_LIMITED, True), (Fault.SERVER, False), (Fault.REJECTED, False), (Fault.AUTH, False)],
)
@pytest.mark.parametrize("streamed", [True, False])
async def test_a_refusal_says_why_and_whether_to_try_again(kind: str, fault: Fault, safe: bool, streamed: bool) -> None:
    async with world(kind, Scene(refuses=fault, retry_after=3.0), streamed=streamed) as where:
        with pytest.raises(AttemptFailed) as caught:
            await ask(where, streamed=streamed)
        assert (caught.value.fault, caught.value.safe_to_retry) == (fault, safe)
        assert caught.value.retry_after == 3.0


async def test_a_refusal_leaves_the_provider_usable(kind: str) -> None:
    async with world(kind, Scene(refuses=Fault.SERVER), Scene(saying("hello"))) as where:
        with pytest.raises(AttemptFailed):
            await ask(where)
        assert gather(await ask(where)).choices[0].text == "hello"
        assert where.asked == 2


async def test_an_answer_that_breaks_off_has_told_what_came(kind: str) -> None:
    async with world(kind, Scene(saying("half of", finish=False), breaks=Fault.BROKEN)) as where:
        seen: list[Event] = []
        with pytest.raises(AttemptFailed) as caught:
            await heard(where, seen)
        assert caught.value.fault is Fault.BROKEN
        assert gather(seen).choices[0].text == "half of"
        assert not gather(seen).whole


@pytest.mark.parametrize(
    ("scene", "at_least"),
    [(Scene(saying("late"), wait=30), 0), (Scene(saying("a b"), gap=30), 1), (ENDLESS, 5)],
    ids=["before the first event", "waiting for the second", "in mid-stream"],
)
async def test_a_caller_that_leaves_is_noticed_at_once(kind: str, scene: Scene, at_least: int) -> None:
    async with world(kind, scene) as where:
        seen: list[Event] = []
        task = asyncio.create_task(heard(where, seen))
        while where.asked == 0 or len(seen) < at_least:  # noqa: ASYNC110  the providers know no event to wait for
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await where.quiet()


@pytest.mark.parametrize("after", [1, 4])
async def test_leaving_the_context_early_is_noticed_at_once(kind: str, after: int) -> None:
    async with world(kind, ENDLESS) as where:
        await heard(where, [], stop_after=after)
        assert await where.quiet()


async def test_events_that_nobody_asks_for_leave_nothing_behind(kind: str) -> None:
    async with world(kind, ENDLESS) as where:
        async with where.provider(where.target, a_request(stream=True), Attempt("local", 1)):
            pass
        assert await where.quiet()


async def test_many_at_once_do_not_mix(kind: str) -> None:
    async with world(kind, *[Scene(saying(f"number {n}"), wait=0.01, gap=0.002) for n in range(20)]) as where:
        answers = [gather(said) for said in await asyncio.gather(*[ask(where) for _ in range(20)])]
        assert sorted(answer.choices[0].text for answer in answers) == sorted(f"number {n}" for n in range(20))


async def test_texts_are_ranked_by_what_speaks_the_dialect_for_it(kind: str) -> None:
    request = RerankRequest("r", "which?", ("a", "b"))
    async with world(kind, ranking((1, 0.75), (0, -0.5)), streamed=False) as where:
        if kind == "anthropic":
            with pytest.raises(AttemptFailed) as caught:
                await ask(where, request=request)
            assert caught.value.fault is Fault.UNTRANSLATABLE
            return
        answer = gather(await ask(where, request=request))
        assert answer.ranking == (Ranked(1, 0.75), Ranked(0, -0.5))
        assert answer.usage is not None
        assert answer.usage.input == 2


async def test_vectors_come_in_order(kind: str) -> None:
    request = EmbeddingRequest("m", ("one", "two"))
    async with world(kind, vectors((1.0, 2.0), (3.0, 4.0)), streamed=False) as where:
        if kind == "anthropic":
            with pytest.raises(AttemptFailed) as caught:
                await ask(where, request=request)
            assert caught.value.fault is Fault.UNTRANSLATABLE
            return
        answer = gather(await ask(where, request=request))
        assert answer.vectors == ((1.0, 2.0), (3.0, 4.0))
        assert answer.usage.input == 2
