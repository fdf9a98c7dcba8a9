"""The account of an attempt: what it believes, what it counts itself, and when it costs nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Embedded, Event, Finished, Opened, Text, Thought, ToolCall, Usage
from freehold.core.money import Nanodollars
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest, EmbeddingRequest, Sampling
from freehold.core.target import Limits, Target
from freehold.gateway.meter import Meter
from support.decisions import a_request, a_target

PROMPT = 7


def price(target: Target, usage: Usage, seconds: float) -> Nanodollars:
    """A thousand for an input token, a million for an output token."""
    return Nanodollars(usage.input * 1000 + usage.output * 1_000_000)


def a_meter(target: Target | None = None, request: AnyRequest | None = None) -> tuple[Meter, Attempt]:
    attempt = Attempt("local", 1)
    meter = Meter(attempt, target or a_target(), request or a_request(), price=price, count_prompt=lambda _: PROMPT)
    return meter, attempt


async def told(events: Sequence[Event], fails: AttemptFailed | None = None) -> AsyncIterator[Event]:
    for event in events:
        yield event
    if fails is not None:
        raise fails


async def metered(
    *events: Event,
    fails: AttemptFailed | None = None,
    leave_after: int | None = None,
    target: Target | None = None,
    request: AnyRequest | None = None,
) -> Attempt:
    """The account of `Opened` and these events; left by its reader after so many of them, or failing at its end."""
    meter, attempt = a_meter(target, request)
    meter.asked()
    meter.opened()
    watched = meter.watch(Opened(), told(events, fails))
    seen = 0
    try:
        async for _ in watched:
            seen += 1
            if seen == leave_after:
                break
    except AttemptFailed as failure:
        assert fails is None or failure is fails  # noqa: PT017  whatever was raised is what was told
    await watched.aclose()
    meter.close()
    return attempt


def counts(attempt: Attempt) -> tuple[int, int, bool]:
    assert attempt.usage is not None
    assert attempt.cost == price(a_target(), attempt.usage, 0)
    return attempt.usage.input, attempt.usage.output, attempt.usage.estimated


SAID = (Text("four"), Text(" more"), Text(" words"))
DONE = Finished("stop")


async def test_reported_usage_is_believed() -> None:
    attempt = await metered(*SAID, DONE, Usage(input=10, output=4, cached_input=2, raw=b"frame"))
    assert counts(attempt) == (10, 4, False)
    assert attempt.usage == Usage(input=10, output=4, cached_input=2)
    assert (attempt.finish, attempt.fault) == ("stop", None)
    assert attempt.first_ms is not None
    assert attempt.total_ms is not None
    assert attempt.total_ms >= attempt.first_ms


async def test_the_last_usage_counts() -> None:
    assert counts(await metered(Usage(input=9, output=1), *SAID, DONE, Usage(input=9, output=5))) == (9, 5, False)


async def test_more_tokens_than_were_seen_are_believed() -> None:
    said = Usage(input=10, output=500, reasoning=480)
    assert counts(await metered(*SAID, DONE, said)) == (10, 500, False)


async def test_absent_usage_is_counted_and_marked() -> None:
    assert counts(await metered(*SAID, DONE)) == (PROMPT, 4, True)


@pytest.mark.parametrize(
    "impossible",
    [
        Usage(input=-1, output=4),
        Usage(input=10, output=-4),
        Usage(input=10, output=4, cached_input=11),
        Usage(input=10, output=4, cached_input=6, cache_write=6),
        Usage(input=10, output=4, reasoning=5),
        Usage(input=10, output=4, input_audio=11),
        Usage(input=10, output=4, output_audio=5),
        Usage(input=10, output=4, images=-1),
        Usage(input=10, output=10**12),
        Usage(input=10**12, output=4),
    ],
)
async def test_what_cannot_be_is_counted_here(impossible: Usage) -> None:
    assert counts(await metered(*SAID, DONE, impossible)) == (PROMPT, 4, True)


async def test_more_than_the_context_holds_cannot_be() -> None:
    small = a_target(limits=Limits(context=1000))
    assert counts(await metered(*SAID, DONE, Usage(input=999, output=900), target=small)) == (999, 900, False)
    assert counts(await metered(*SAID, DONE, Usage(input=1001, output=4), target=small)) == (PROMPT, 4, True)
    assert counts(await metered(*SAID, DONE, Usage(input=10, output=1001), target=small)) == (PROMPT, 4, True)


async def test_zero_for_an_answer_with_text_is_counted_here() -> None:
    assert counts(await metered(*SAID, DONE, Usage(input=10, output=0))) == (10, 4, True)


async def test_zero_for_a_prompt_is_counted_here() -> None:
    assert counts(await metered(*SAID, DONE, Usage(input=0, output=4))) == (PROMPT, 4, True)


async def test_zero_for_an_empty_answer_is_believed() -> None:
    assert counts(await metered(DONE, Usage(input=10, output=0))) == (10, 0, False)


async def test_an_estimate_of_the_targets_stays_one() -> None:
    assert counts(await metered(*SAID, DONE, Usage(input=10, output=4, estimated=True))) == (10, 4, True)


@pytest.mark.parametrize("event", [Text("abcdefgh"), Thought("abcdefgh"), ToolCall(0, "i", "n", "abcdefgh")])
async def test_every_kind_of_output_counts(event: Event) -> None:
    assert counts(await metered(event, DONE)) == (PROMPT, 2, True)


async def test_a_piece_is_a_token_at_least_and_nothing_is_none() -> None:
    assert counts(await metered(Text("a"), Text("b"), Text("c"), Text(""), DONE)) == (PROMPT, 3, True)


async def test_a_stream_left_early_is_charged_for_what_came() -> None:
    attempt = await metered(*SAID, DONE, Usage(input=10, output=99), leave_after=3)
    assert counts(attempt) == (PROMPT, 3, True)
    assert (attempt.fault, attempt.finish) == (Fault.CANCELLED, None)


async def test_a_stream_left_early_keeps_the_prompt_that_was_reported() -> None:
    attempt = await metered(Usage(input=10, output=1), *SAID, DONE, leave_after=5)
    assert counts(attempt) == (10, 4, True)


async def test_a_stream_cut_short_is_charged_for_what_came() -> None:
    failure = AttemptFailed(Fault.BROKEN, "it broke", status=None)
    attempt = await metered(*SAID, fails=failure)
    assert counts(attempt) == (PROMPT, 4, True)
    assert (attempt.fault, attempt.error) == (Fault.BROKEN, "it broke")


async def test_an_answer_that_ends_unfinished_is_broken() -> None:
    meter, attempt = a_meter()
    meter.opened()
    with pytest.raises(AttemptFailed) as caught:
        [event async for event in meter.watch(Opened(), told(SAID))]
    assert caught.value.fault is Fault.BROKEN
    assert attempt.fault is Fault.BROKEN


async def test_what_fails_after_the_finish_is_only_the_farewell() -> None:
    attempt = await metered(
        *SAID, DONE, Usage(input=10, output=4), fails=AttemptFailed(Fault.TIMEOUT_SILENCE, "silent")
    )
    assert counts(attempt) == (10, 4, False)
    assert (attempt.fault, attempt.finish) == (None, "stop")


async def test_every_choice_that_was_asked_for_is_waited_for() -> None:
    two = a_request(sampling=Sampling(n=2))
    first, second = Finished("stop", choice=0), Finished("stop", choice=1)
    assert (await metered(*SAID, first, *SAID, second, request=two)).fault is None
    assert (await metered(*SAID, first, *SAID, second, request=two, leave_after=6)).fault is Fault.CANCELLED
    broken = AttemptFailed(Fault.BROKEN, "it broke")
    assert (await metered(*SAID, first, fails=broken, request=two)).fault is Fault.BROKEN
    assert (await metered(*SAID, first, request=two)).fault is None, (
        "a target that gives one choice has given its answer"
    )


async def test_vectors_are_whole_by_themselves() -> None:
    request = EmbeddingRequest("m", ("a",))
    attempt = await metered(Embedded(((1.0,),)), Usage(input=3), request=request)
    assert counts(attempt) == (3, 0, False)
    assert (attempt.finish, attempt.fault) == ("stop", None)


@pytest.mark.parametrize(
    "fault", [Fault.CONNECT, Fault.TIMEOUT_CONNECT, Fault.SERVER, Fault.PROTOCOL, Fault.RATE_LIMITED, Fault.LABEL]
)
@pytest.mark.parametrize("asked", [True, False])
def test_a_failure_before_the_first_event_costs_nothing(fault: Fault, asked: bool) -> None:
    meter, attempt = a_meter()
    if asked:
        meter.asked()
    meter.fail(AttemptFailed(fault, "no", status=418))
    meter.close()
    assert (attempt.cost, attempt.usage, attempt.fault, attempt.status) == (0, None, fault, 418)
    assert attempt.total_ms is not None


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_FIRST, Fault.TIMEOUT_TOTAL])
@pytest.mark.parametrize("asked", [True, False])
def test_a_target_that_we_left_at_work_is_paid_for_the_prompt(fault: Fault, asked: bool) -> None:
    meter, attempt = a_meter()
    if asked:
        meter.asked()
    meter.fail(AttemptFailed(fault, "no"))
    meter.close()
    assert attempt.usage == (Usage(input=PROMPT, output=0, estimated=True) if asked else None)
    assert attempt.cost == (PROMPT * 1000 if asked else 0)


def test_an_account_is_closed_once() -> None:
    meter, attempt = a_meter()
    meter.asked()
    meter.opened()
    meter.close()
    before = (attempt.total_ms, attempt.cost)
    meter.note(Text("late"))
    meter.close()
    assert (attempt.total_ms, attempt.cost) == before


def test_a_prompt_is_not_counted_where_its_count_was_reported() -> None:
    def never(_: AnyRequest) -> int:
        raise AssertionError("counting is dear")

    meter = Meter(Attempt("local", 1), a_target(), a_request(), price=price, count_prompt=never)
    meter.opened()
    for event in (*SAID, DONE, Usage(input=10, output=4)):
        meter.note(event)
    meter.close()


numbers = st.integers(-(10**12), 10**12)


@given(
    said=st.one_of(st.none(), st.builds(Usage, numbers, numbers, numbers, numbers, numbers, numbers, numbers, numbers)),
    pieces=st.lists(st.text(max_size=40), max_size=8),
    ended=st.booleans(),
)
def test_no_report_leads_to_an_absurd_account(said: Usage | None, pieces: list[str], ended: bool) -> None:
    meter, attempt = a_meter()
    meter.opened()
    events: list[Any] = [*map(Text, pieces), *([DONE] if ended else []), *([said] if said else [])]
    for event in events:
        meter.note(event)
    meter.close()
    usage = attempt.usage
    assert usage is not None
    assert 0 < usage.input <= 10**8
    assert 0 <= usage.output <= 10**8
    assert usage.output > 0 or not any(pieces)
    assert usage.estimated or said is not None


async def test_what_the_target_calls_its_answer_and_which_tools_it_asks_for_are_noted() -> None:
    attempt = await metered(
        ToolCall(0, "call_a", "look"),
        ToolCall(0, arguments='{"at": 1}'),
        ToolCall(1, "call_b", "look"),
        Finished("tool_calls"),
    )
    assert attempt.calls == ("call_a", "call_b")
    meter, named = a_meter()
    meter.note(Opened("chatcmpl-7", "qwen3-4b-instruct"))
    assert (named.answer_id, named.answer_model) == ("chatcmpl-7", "qwen3-4b-instruct")


def test_only_so_many_calls_are_noted() -> None:
    meter, attempt = a_meter()
    for index in range(1000):
        meter.note(ToolCall(index, f"call_{index}", "look"))
    assert len(attempt.calls) == 128
