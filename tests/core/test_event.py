"""However an answer comes in pieces, it gathers to the same whole; and it is whole only if all of it was finished."""

from __future__ import annotations

import itertools
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import (
    Answer,
    Aside,
    Call,
    Choice,
    Embedded,
    Event,
    Finished,
    Gatherer,
    Opened,
    Text,
    Thought,
    TokenLogprob,
    ToolCall,
    Usage,
    gather,
)

words = st.text(min_size=1, max_size=12)
logprobs = st.lists(st.builds(TokenLogprob, words, st.floats(-9, 0)), max_size=3).map(tuple)

# One block of an answer, whole, as the events that a patient target would send.
texts = st.builds(Text, words, refusal=st.booleans(), logprobs=logprobs)
thoughts = st.one_of(
    st.builds(Thought, words),
    st.builds(Thought, st.one_of(st.just(""), words), signature=words),
    st.builds(Thought, redacted=st.text(max_size=8)),
)
calls = st.builds(ToolCall, st.just(0), words, words, st.text(max_size=20))
blocks = st.lists(st.one_of(texts, thoughts, calls), max_size=6)
reasons = st.sampled_from(["stop", "length", "tool_calls", "refusal"])


def numbered(said: list[Event], choice: int) -> list[Event]:
    """The blocks of one choice, its calls numbered in order. A thought without a signature ends only with what follows,
    so of two that touch the second is left out."""
    number = itertools.count()
    events: list[Event] = []
    for event in said:
        if isinstance(event, ToolCall):
            events.append(msgspec.structs.replace(event, index=next(number), choice=choice))
        elif not (isinstance(event, Thought) and events and _is_open(events[-1])):
            events.append(msgspec.structs.replace(event, choice=choice))
    return events


def _is_open(event: Event) -> bool:
    return isinstance(event, Thought) and not event.signature and event.redacted is None


@st.composite
def cut(draw: st.DrawFn, text: str) -> list[str]:
    """The text in pieces, empty ones among them."""
    ends = draw(st.lists(st.integers(0, len(text)), max_size=4).map(sorted))
    return [text[a:b] for a, b in itertools.pairwise([0, *ends, len(text)])]


@st.composite
def in_pieces(draw: st.DrawFn, event: Event) -> list[Event]:
    """The same content in several events."""
    match event:
        case Text():
            first, *rest = draw(cut(event.text))
            bare = msgspec.structs.replace(event, logprobs=())
            pieces: list[Event] = [msgspec.structs.replace(event, text=first)]
            return pieces + [msgspec.structs.replace(bare, text=piece) for piece in rest]
        case Thought(redacted=None):
            pieces = [Thought(piece, event.choice) for piece in draw(cut(event.text))]
            return pieces + ([Thought(choice=event.choice, signature=event.signature)] if event.signature else [])
        case ToolCall():
            begun = msgspec.structs.replace(event, arguments="")
            again = draw(st.booleans())  # Some servers repeat the name and the id with each piece.
            later = begun if again else ToolCall(event.index, choice=event.choice)
            given = draw(cut(event.arguments))
            return [begun, *(msgspec.structs.replace(later, arguments=piece) for piece in given)]
        case _:
            return [event]


@st.composite
def interleaved(draw: st.DrawFn, queues: list[list[Event]]) -> list[Event]:
    """One order of all events that keeps the order of each queue."""
    queues = [list(queue) for queue in queues if queue]
    order: list[Event] = []
    while queues:
        queue = draw(st.sampled_from(queues))
        order.append(queue.pop(0))
        queues = [each for each in queues if each]
    return order


@given(st.data(), st.lists(blocks, min_size=1, max_size=3), st.integers(0, 3))
def test_any_pieces_of_any_choices_gather_to_the_same_answer(
    data: st.DataObject, said: list[list[Event]], asides: int
) -> None:
    whole = [[*numbered(choice, number), Finished(data.draw(reasons), number)] for number, choice in enumerate(said)]
    pieces = [[piece for event in choice for piece in data.draw(in_pieces(event))] for choice in whole]
    stream = data.draw(interleaved([*pieces, [Aside(b": ping\n\n")] * asides]))
    assert gather(stream) == gather(itertools.chain.from_iterable(whole))


@given(st.data(), st.lists(calls, min_size=1, max_size=4))
def test_calls_whose_pieces_come_mixed_are_told_apart_by_their_index(data: st.DataObject, said: list[ToolCall]) -> None:
    whole = numbered(said, 0)
    stream = data.draw(interleaved([data.draw(in_pieces(call)) for call in whole]))
    (choice,) = gather(stream).choices
    assert choice.calls == [Call(call.id or "", call.name or "", call.arguments) for call in said]
    assert choice.order == ["call"]


@given(st.lists(blocks, max_size=3), st.sets(st.integers(0, 2)))
def test_an_answer_is_whole_only_if_every_choice_that_began_was_finished(
    said: list[list[Event]], finished: set[int]
) -> None:
    begun = {number for number, choice in enumerate(said) if choice}
    gatherer = Gatherer()
    for number, choice in enumerate(said):
        for event in numbered(choice, number):
            gatherer.add(event)
    answer = gatherer.answer
    assert not answer.whole
    for number in finished:
        gatherer.add(Finished("stop", number))
    # A choice of a higher number says that there are those below it too.
    expected = set(range(max(begun | finished, default=-1) + 1))
    assert answer.whole == (bool(expected) and expected <= finished)


@pytest.mark.parametrize("events", [[], [Opened("x")], [Usage(3, 4)], [Aside(b"x")], [Opened("x"), Text("a")]])
def test_what_was_never_finished_is_not_whole(events: list[Event]) -> None:
    assert not gather(events).whole


def test_vectors_are_whole_as_they_come() -> None:
    answer = gather([Opened(model="m"), Embedded(((0.5, 1.0),)), Usage(2)])
    assert (answer.vectors, answer.whole) == (((0.5, 1.0),), True)


def test_a_later_count_replaces_an_earlier_one() -> None:
    assert gather([Usage(10, 1), Text("a"), Usage(10, 7)]).usage == Usage(10, 7)


def test_all_that_was_said_is_there_in_the_order_in_which_it_began() -> None:
    (choice,) = gather(
        [
            Thought("let me "),
            Thought("see"),
            Thought(signature="s1"),
            Text("Looking. "),
            ToolCall(0, "c1", "find", '{"q":'),
            ToolCall(0, arguments="1}"),
            Text("Found.", annotations=({"url": "u"},)),
            Finished("stop_sequence", stop_sequence="END"),
        ]
    ).choices
    assert choice == Choice(
        text="Looking. Found.",
        thoughts=[Thought("let me see", signature="s1")],
        calls=[Call("c1", "find", '{"q":1}')],
        annotations=[{"url": "u"}],
        finish="stop_sequence",
        stop_sequence="END",
        order=["thought", "text", "call", "text"],
    )


@pytest.mark.parametrize(
    ("events", "gathered"),
    [
        # A signature vouches for one thought: what comes after it is another, even where nothing of it is shown.
        ([Thought("a", signature="s"), Thought("b")], [Thought("a", signature="s"), Thought("b")]),
        ([Thought(signature="s1"), Thought(signature="s2")], [Thought(signature="s1"), Thought(signature="s2")]),
        ([Thought(redacted="x"), Thought(redacted="y")], [Thought(redacted="x"), Thought(redacted="y")]),
        ([Thought(redacted="x"), Thought("a")], [Thought(redacted="x"), Thought("a")]),
        ([Thought("a"), Thought(redacted="x")], [Thought("a"), Thought(redacted="x")]),
        ([Thought("a"), Text("b"), Thought("c")], [Thought("a"), Thought("c")]),
        ([Thought("a"), Text(""), Thought("b")], [Thought("ab")]),
    ],
)
def test_where_one_thought_ends_and_the_next_begins(events: list[Event], gathered: list[Thought]) -> None:
    assert gather(events).choices[0].thoughts == gathered


@pytest.mark.parametrize("nothing", [Text(""), Text("", refusal=True), Thought()])
def test_a_piece_of_nothing_begins_nothing(nothing: Event) -> None:
    (choice,) = gather([Text("a"), nothing, Text("b")]).choices
    assert (choice.text, choice.order, choice.thoughts) == ("ab", ["text"], [])


def test_the_parts_of_an_answer_are_its_own() -> None:
    first, second = Answer(choices=[Choice()]), Answer(choices=[Choice()])
    first.choices[0].order.append("text")
    assert second == Answer(choices=[Choice()])


@pytest.mark.parametrize("event", [Opened(), Text("a"), Thought(), ToolCall(0), Usage(), Finished(), Embedded()])
def test_events_are_frozen_and_carry_no_bytes_unless_given(event: Any) -> None:
    assert event.raw is None
    with pytest.raises(AttributeError):
        event.raw = b"x"


def test_gathering_takes_time_that_grows_with_the_stream_alone() -> None:
    gatherer, piece, count = Gatherer(), "sixteen letters ", 200_000
    began = time.monotonic()
    for _ in range(count):
        gatherer.add(Text(piece))
        gatherer.add(ToolCall(0, "c", "f", piece))
        gatherer.add(Text(piece, 1, refusal=True))
        gatherer.add(Thought(piece, 2))
    first, second, third = gatherer.answer.choices
    assert [len(said) for said in (first.text, first.calls[0].arguments, second.refusal)] == [count * len(piece)] * 3
    assert third.thoughts == [Thought(piece * count, 2)]
    assert time.monotonic() - began < 20, "some ten times what it takes; adding string to string takes minutes"


def test_an_answer_can_be_looked_at_in_between() -> None:
    gatherer = Gatherer()
    gatherer.add(Thought("a"))
    gatherer.add(Thought("b"))
    assert gatherer.answer.choices[0].thoughts == [Thought("ab")]
    gatherer.add(Thought("c", signature="s"))
    gatherer.add(Text("d"))
    assert gatherer.answer.choices[0].text == "d"
    gatherer.add(Text("e"))
    (choice,) = gatherer.answer.choices
    assert (choice.text, choice.thoughts) == ("de", [Thought("abc", signature="s")])
