"""The double plays what it is told; that it is a provider like any other is shown by the contract suite."""

from __future__ import annotations

import msgspec
import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Answer, gather
from freehold.core.record import Attempt
from freehold.core.request import EmbeddingRequest, Message, TextPart
from freehold.core.target import Target
from freehold.providers.scripted import Scene, Scripted, saying, scene_of_model
from support.decisions import a_request, a_target


def playing(model: str) -> Target:
    return msgspec.structs.replace(a_target("scripted/x"), model=model)


async def answer(double: Scripted, model: str, **fields: object) -> Answer:
    async with double(playing(model), a_request(**fields), Attempt("scripted/x", 1)) as events:
        return gather([event async for event in events])


@pytest.mark.parametrize(
    ("model", "text"),
    [("echo", "What is the capital of France?"), ("say:two words", "two words"), ("say:", ""), ("anything", None)],
)
async def test_the_model_names_the_scene(model: str, text: str | None) -> None:
    said = await answer(Scripted(), model)
    if text != "":
        assert said.choices[0].text == (text or "What is the capital of France?")
    assert said.whole


async def test_echo_repeats_the_last_user_text() -> None:
    turns = (
        Message("user", (TextPart("first"),)),
        Message("assistant", (TextPart("no"),)),
        Message("user", (TextPart("last"),)),
    )
    assert (await answer(Scripted(), "echo", messages=turns)).choices[0].text == "last"
    assert (await answer(Scripted(), "echo", messages=())).choices[0].text == ""


async def test_tokens_are_counted_by_words() -> None:
    usage = (await answer(Scripted(), "say:one two three")).usage
    assert usage is not None
    assert (usage.input, usage.output) == (6, 3)


@pytest.mark.parametrize(
    ("model", "arguments"), [('call:weather {"city":"Bonn"}', '{"city":"Bonn"}'), ("call:weather", "{}")]
)
async def test_a_call_of_a_tool(model: str, arguments: str) -> None:
    choice = (await answer(Scripted(), model)).choices[0]
    assert [(call.name, call.arguments) for call in choice.calls] == [("weather", arguments)]
    assert choice.finish == "tool_calls"


async def test_failures_before_and_in_mid_answer() -> None:
    with pytest.raises(AttemptFailed) as caught:
        await answer(Scripted(), "fail:rate_limited")
    assert (caught.value.fault, caught.value.safe_to_retry) == (Fault.RATE_LIMITED, True)
    with pytest.raises(AttemptFailed) as caught:
        await answer(Scripted(), "break:half of it")
    assert caught.value.fault is Fault.BROKEN


async def test_it_remembers_what_it_was_asked() -> None:
    double = Scripted()
    await answer(double, "echo", user="u")
    assert [(asked.target, asked.request.user) for asked in double.asked] == [("scripted/x", "u")]


async def test_scenes_are_played_in_turn_or_chosen_by_a_function() -> None:
    double = Scripted([Scene(saying("one")), Scene(saying("two"))])
    assert [(await answer(double, "x")).choices[0].text for _ in range(2)] == ["one", "two"]
    chosen = Scripted(lambda target, request: Scene(saying(f"{target.model} {request.model}")))
    assert (await answer(chosen, "m")).choices[0].text == "m auto"


def test_vectors_depend_on_nothing_but_the_input() -> None:
    first = gather(scene_of_model(a_target(), EmbeddingRequest("m", ("a", "b"))).events).vectors
    again = gather(scene_of_model(a_target("other"), EmbeddingRequest("m", ("b", "a"))).events).vectors
    assert first == (again[1], again[0])
    assert first[0] != first[1]
    assert all(0 <= value <= 1 for value in first[0])


def test_the_words_of_a_text_add_up_to_it() -> None:
    assert gather(saying("  two\n words ")).choices[0].text == "  two\n words "


async def test_it_remembers_only_the_last_requests() -> None:
    double = Scripted()
    for number in range(70):
        await answer(double, "echo", user=str(number))
    assert [asked.request.user for asked in double.asked] == [str(number) for number in range(6, 70)]
