"""Hypothesis strategies for neutral requests and for the events of an answer, in a form that both dialects can say."""

from __future__ import annotations

import itertools
import json

from hypothesis import strategies as st

from freehold.core.event import Event, Finished, Opened, Text, ToolCall, Usage
from freehold.core.request import (
    FilePart,
    ImagePart,
    Message,
    OutputFormat,
    Part,
    Reasoning,
    Request,
    Sampling,
    TextPart,
    Tool,
    ToolChoice,
    ToolResult,
    ToolUse,
)

words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=20)
names = st.from_regex(r"[a-zA-Z0-9_-]{1,16}", fullmatch=True)
scalars = st.one_of(st.integers(-1000, 1000), st.booleans(), st.none(), words)
objects = st.dictionaries(words, st.one_of(scalars, st.lists(scalars, max_size=3)), max_size=3)
arguments = objects.map(lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")))
schemas = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(names, st.just({"type": "string"}), max_size=2)}
)

texts = st.builds(TextPart, words)
images = st.one_of(
    st.builds(ImagePart, url=names.map(lambda name: f"https://images.example/{name}.png")),
    st.builds(ImagePart, data=st.just("iVBORw0KGgo="), media_type=st.sampled_from(["image/png", "image/webp"])),
)
pdfs = st.builds(FilePart, data=st.just("JVBERi0xLjQ="), media_type=st.just("application/pdf"), filename=names)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Message, ...]:
    """Turns that alternate: instructions, then user and assistant, whose calls are all answered at once."""
    turns: list[Message] = []
    if draw(st.booleans()):
        turns.append(Message("system", (draw(texts),)))
    for number in range(draw(st.integers(1, 3))):
        turns.append(Message("user", tuple(draw(st.lists(st.one_of(texts, images, pdfs), min_size=1, max_size=3)))))
        calls = draw(st.lists(st.tuples(names, arguments), max_size=2))
        said: list[Part] = draw(st.lists(texts, min_size=0 if calls else 1, max_size=1))
        said += [ToolUse(f"call_{number}_{i}", name, given) for i, (name, given) in enumerate(calls)]
        turns.append(Message("assistant", tuple(said)))
        turns += [Message("tool", (ToolResult(f"call_{number}_{i}", (draw(texts),)),)) for i in range(len(calls))]
    turns.append(Message("user", (draw(texts),)))
    return tuple(turns)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """A request of no caller's own body, with only what both dialects have words for."""
    tools = tuple(
        draw(
            st.lists(
                st.builds(Tool, names, schemas, st.one_of(st.none(), words)), max_size=2, unique_by=lambda t: t.name
            )
        )
    )
    modes = [None, ToolChoice("auto"), ToolChoice("none"), ToolChoice("required")]
    modes += [ToolChoice("named", tool.name) for tool in tools]
    choice = draw(st.sampled_from(modes)) if tools else None
    free = choice is None or choice.mode in {"auto", "none"}
    return Request(
        model="asked",
        messages=draw(conversations()),
        dialect="openai",
        tools=tools,
        tool_choice=choice,
        parallel_tool_calls=draw(st.sampled_from([None, False, True])) if choice and choice.mode != "none" else None,
        sampling=draw(
            st.builds(
                Sampling,
                max_tokens=st.integers(1, 10_000),
                temperature=st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.7])),
                stop=st.lists(names, max_size=2).map(tuple),
            )
        ),
        output=draw(
            st.one_of(st.none(), st.builds(OutputFormat, st.just("schema"), st.just("answer"), schemas, st.just(True)))
        ),
        reasoning=None
        if not free
        else draw(st.sampled_from([None, Reasoning(effort="low"), Reasoning(effort="high")])),
        stream=draw(st.booleans()),
        user=draw(st.one_of(st.none(), names)),
    )


def _pieces(text: str, cuts: list[int]) -> list[str]:
    ends = sorted({cut % (len(text) + 1) for cut in cuts} | {0, len(text)})
    return [text[a:b] for a, b in itertools.pairwise(ends)]


@st.composite
def answers(draw: st.DrawFn) -> list[Event]:
    """The events of one whole answer: text, then tool calls, each in pieces."""
    cuts = st.lists(st.integers(0, 50), max_size=3)
    events: list[Event] = [Opened(id="x", model="big-1")]
    calls = draw(st.lists(st.tuples(names, names, arguments), max_size=3))
    text = draw(st.one_of(st.just(""), words))
    events += [Text(piece) for piece in _pieces(text, draw(cuts))]
    for index, (call, name, given) in enumerate(calls):
        events.append(ToolCall(index, id=f"{call}_{index}", name=name))
        events += [ToolCall(index, arguments=piece) for piece in _pieces(given, draw(cuts))]
    reason = "tool_calls" if calls else draw(st.sampled_from(["stop", "length"]))
    used = draw(
        st.builds(Usage, st.integers(60, 200), st.integers(10, 50), st.integers(0, 50), reasoning=st.integers(0, 10))
    )
    return [*events, Finished(reason), used]
