"""What this dialect can say survives being said: requests and answers, written and read back."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import (
    Answer,
    Call,
    Choice,
    Event,
    Finished,
    FinishReason,
    Opened,
    Text,
    Thought,
    TokenLogprob,
    ToolCall,
    Usage,
    gather,
)
from freehold.core.label import PUBLIC
from freehold.core.request import (
    AudioPart,
    FilePart,
    ImagePart,
    Message,
    OpaqueTool,
    OutputFormat,
    Part,
    Reasoning,
    RefusalPart,
    Request,
    Sampling,
    TextPart,
    ThoughtPart,
    Tool,
    ToolChoice,
    ToolResult,
    ToolUse,
)
from freehold.core.target import Profile, Target
from freehold.wire.openai import ChatCaller, ChatProvider
from freehold.wire.sse import Splitter

TARGET = Target("t", "m", "http://h/v1", "openai", PUBLIC, profile=Profile(developer_role=True))

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.text(st.sampled_from("abcdef_-"), min_size=1, max_size=8)
base64s = st.sampled_from(["", "AAAA", "iVBORw0="])
schemas = st.dictionaries(names, words | st.integers(), max_size=2)

texts = st.builds(TextPart, words)
images = st.builds(ImagePart, url=st.just("https://e/x.png"), detail=st.none() | st.just("low")) | st.builds(
    ImagePart, data=base64s, media_type=st.just("image/png")
)
files = st.builds(FilePart, data=st.just("JVBE"), media_type=st.just("application/pdf"), filename=st.none() | names)
user_parts = texts | images | files | st.builds(AudioPart, base64s, st.just("wav")) | st.builds(FilePart, file_id=names)


@st.composite
def assistant_parts(draw: st.DrawFn) -> tuple[Part, ...]:
    """In the one order that this dialect keeps: thought, text, refusal, calls."""
    thoughts = draw(st.lists(st.builds(ThoughtPart, words.filter(bool)), max_size=1))
    refusals = draw(st.lists(st.builds(RefusalPart, words.filter(bool)), max_size=1))
    calls = draw(st.lists(st.builds(ToolUse, names, names, words), max_size=2))
    said = draw(st.lists(texts, max_size=2).filter(lambda parts: parts != [TextPart("")]))
    return (*thoughts, *said, *refusals, *calls)


messages = st.one_of(
    st.builds(Message, st.sampled_from(["system", "developer"]), st.tuples(texts), st.none() | names),
    st.builds(Message, st.just("user"), st.lists(user_parts, min_size=1, max_size=3).map(tuple), st.none() | names),
    st.builds(Message, st.just("assistant"), assistant_parts()),
    st.builds(
        Message,
        st.just("tool"),
        st.tuples(st.builds(ToolResult, names, st.lists(texts, min_size=1, max_size=2).map(tuple))),
    ),
)

tools = st.builds(Tool, names, schemas, st.none() | words, st.none() | st.booleans()) | st.just(
    OpaqueTool("openai", "custom", {"type": "custom", "custom": {"name": "sql"}})
)


@st.composite
def samplings(draw: st.DrawFn) -> Sampling:
    logprobs = draw(st.booleans())
    penalties = st.none() | st.floats(-2, 2)
    return Sampling(
        max_tokens=draw(st.none() | st.integers(1, 10**6)),
        temperature=draw(st.none() | st.floats(0, 2)),
        top_p=draw(st.none() | st.floats(0, 1)),
        top_k=draw(st.none() | st.integers(1, 100)),
        frequency_penalty=draw(penalties),
        presence_penalty=draw(penalties),
        seed=draw(st.none() | st.integers(-(2**63), 2**63 - 1)),
        stop=tuple(draw(st.lists(words, max_size=3))),
        n=draw(st.integers(1, 128)),
        logprobs=logprobs,
        top_logprobs=draw(st.none() | st.integers(0, 20)) if logprobs else None,
        logit_bias=draw(st.none() | st.dictionaries(names, st.floats(-100, 100), max_size=2)),
    )


@st.composite
def requests(draw: st.DrawFn) -> Request:
    offered = tuple(draw(st.lists(tools, max_size=2)))
    stream = draw(st.booleans())
    return Request(
        model="m",
        messages=tuple(draw(st.lists(messages, min_size=1, max_size=4))),
        dialect="openai",
        tools=offered,
        tool_choice=draw(
            st.none()
            | st.builds(ToolChoice, st.sampled_from(["auto", "none", "required"]))
            | names.map(lambda name: ToolChoice("named", name))
        ),
        parallel_tool_calls=draw(st.none() | st.booleans()) if offered else None,
        sampling=draw(samplings()),
        output=draw(
            st.none()
            | st.just(OutputFormat("json"))
            | st.builds(OutputFormat, st.just("schema"), names, schemas, st.none() | st.booleans(), st.none() | words)
        ),
        reasoning=draw(
            st.none()
            | st.just(Reasoning(enabled=False, effort="none"))
            | st.builds(Reasoning, effort=st.sampled_from(["minimal", "low", "xhigh"]))
        ),
        stream=stream,
        stream_usage=stream,
        user=draw(st.none() | words),
        metadata=draw(st.dictionaries(names, words, max_size=2)),
        service_tier=draw(st.none() | names),
        extra=draw(st.dictionaries(st.just("verbosity"), words)),
    )


@given(requests())
def test_a_request_written_and_read_is_the_same(request):
    encoded = ChatProvider().encode(request, TARGET)
    assert encoded.dropped == ()
    assert ChatCaller().parse(encoded.body).rewritten() == request


@given(requests())
def test_a_request_that_passes_through_is_the_callers_own_body(request):
    body = ChatProvider().encode(request, TARGET).body
    again = ChatProvider().encode(ChatCaller().parse(body), TARGET).body
    assert json.loads(again) == json.loads(body)


@st.composite
def event_streams(draw: st.DrawFn) -> list[Event]:
    """An answer of one or two choices, in pieces, each choice in the order that this dialect keeps."""
    events: list[Event] = [Opened("c", "real", 5, fingerprint=draw(st.none() | names))]
    for index in range(draw(st.integers(1, 2))):
        events += draw(choice_events(index))
    if draw(st.booleans()):
        prompt, completion = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
        events.append(
            Usage(prompt, completion, draw(st.integers(0, prompt)), reasoning=draw(st.integers(0, completion)))
        )
    return events


probabilities = st.floats(-50, 0)
tokens = st.builds(TokenLogprob, words, probabilities, st.lists(st.tuples(words, probabilities), max_size=2).map(tuple))


@st.composite
def choice_events(draw: st.DrawFn, index: int) -> list[Event]:
    some = words.filter(bool)
    events: list[Event] = [Thought(text, index) for text in draw(st.lists(some, max_size=2))]
    said = draw(st.lists(some, max_size=3))
    probable = [tuple(draw(st.lists(tokens, max_size=2))) for _ in said]
    events += [Text(text, index, logprobs=logprobs) for text, logprobs in zip(said, probable, strict=True)]
    calls = draw(st.integers(0, 2))
    for number in range(calls):
        events.append(ToolCall(number, f"id{number}", draw(names), draw(words), index))
        events.append(ToolCall(number, arguments=draw(words), choice=index))
    refused = not said and not calls and draw(st.booleans())
    if refused:
        events.append(Text(draw(some), index, refusal=True))
    plain: FinishReason = "tool_calls" if calls else "refusal" if refused else "stop"
    reasons: list[FinishReason] = [plain, "length", "content_filter"]
    return [*events, Finished(draw(st.sampled_from(reasons)), index)]


def meaning(answer: Answer) -> tuple[object, ...]:
    def of(choice: Choice) -> tuple[object, ...]:
        thoughts = "".join(thought.text for thought in choice.thoughts)
        calls = [Call(call.id, call.name, call.arguments) for call in choice.calls]
        probable = [(token.token, token.logprob, token.top) for token in choice.logprobs]
        return choice.text, choice.refusal, thoughts, calls, probable, choice.finish

    usage = answer.usage and (
        answer.usage.input,
        answer.usage.output,
        answer.usage.cached_input,
        answer.usage.reasoning,
    )
    opened = answer.opened
    return opened.model, opened.created, opened.fingerprint, usage, [of(choice) for choice in answer.choices]


REQUEST = Request("m", (), "openai", stream=True, stream_usage=True)


def through_a_stream(events: list[Event], sizes: list[int]) -> Answer:
    writer = ChatCaller().writer(REQUEST, "fh_1", verbatim=False)
    rest = b"".join([*map(writer.write, events), writer.close()])
    reader, splitter, read = ChatProvider().reader(REQUEST), Splitter(), []
    for size in [*sizes, len(rest)]:
        for frame in splitter.feed(rest[:size]):
            read += reader.read(frame)
        rest = rest[size:]
    return gather([*read, *reader.end()])


@given(event_streams(), st.lists(st.integers(1, 60), max_size=30))
def test_a_stream_written_and_read_gathers_to_the_same_answer(events, sizes):
    assert meaning(through_a_stream(events, sizes)) == meaning(gather(events))


@given(event_streams())
def test_a_whole_answer_written_and_read_is_the_same(events):
    body = ChatCaller().whole(gather(events), REQUEST, "fh_1")
    assert meaning(gather(ChatProvider().whole(body, REQUEST))) == meaning(gather(events))


@given(event_streams())
def test_what_is_read_passes_on_byte_for_byte(events):
    first = ChatCaller().writer(REQUEST, "fh_1", verbatim=False)
    written = b"".join([*map(first.write, events), first.close()])
    reader, second, out = ChatProvider().reader(REQUEST), ChatCaller().writer(REQUEST, "fh_2", verbatim=True), b""
    for frame in Splitter().feed(written):
        out += b"".join(second.write(event) for event in reader.read(frame))
    assert out + second.close() == written
