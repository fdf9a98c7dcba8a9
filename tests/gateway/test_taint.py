"""A conversation keeps its label: every way in which an answer comes back, and every way in which it ends."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence

import pytest

from freehold.core.caller import Caller
from freehold.core.event import Event, Finished, Opened, Text, Thought, ToolCall
from freehold.core.exchange import Exchange
from freehold.core.label import Label, Source
from freehold.core.request import (
    AnyRequest,
    EmbeddingRequest,
    FilePart,
    Grounds,
    Message,
    OpaquePart,
    OutputFormat,
    Part,
    Request,
    RerankRequest,
    TextPart,
    ThoughtPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.gateway.taint import ORIGIN, Taint

CONFIDENTIAL = Label.parse("confidential")
INTERNAL = Label.parse("internal")
FIRST = "The patient was seen on Tuesday and complained of a persistent cough at night [1]."
SECOND = "No allergies are known, and the chest was clear on both sides when it was listened to."
ANSWER = f"# Letter\n\n{FIRST}\n\n{SECOND}\n\nYours"
KNOWN = [Source(ORIGIN, CONFIDENTIAL)]


class Remembered:
    """A memory without a disk."""

    def __init__(self) -> None:
        self.kept: dict[bytes, Label] = {}
        self.asked: list[Collection[bytes]] = []

    @property
    def empty(self) -> bool:
        return not self.kept

    def digest(self, data: bytes) -> bytes:
        return hmac.digest(b"k" * 32, data, "sha256")

    async def labels(self, digests: Collection[bytes]) -> dict[bytes, Label]:
        self.asked.append(digests)
        return {digest: self.kept[digest] for digest in digests if digest in self.kept}

    def remember(self, digests: Collection[bytes], label: Label) -> None:
        self.kept.update(dict.fromkeys(digests, label))


@pytest.fixture
def memory() -> Remembered:
    return Remembered()


@pytest.fixture
def taint(memory: Remembered) -> Taint:
    return Taint(memory, lambda: INTERNAL)


def user(text: str) -> Message:
    return Message("user", (TextPart(text),))


def assistant(*parts: str | Part) -> Message:
    return Message("assistant", tuple(TextPart(part) if isinstance(part, str) else part for part in parts))


def request(*messages: Message) -> Request:
    return Request("auto", messages, "openai")


def exchange(*messages: Message, label: Label = CONFIDENTIAL) -> Exchange:
    made = Exchange(request(*messages), Caller("k", "key"))
    made.label = label
    return made


def answer(taint: Taint, events: Sequence[Event], made: Exchange | None = None) -> None:
    made = made or exchange(user("What does the letter say?"))
    assert made.label is not None
    taint.learn(made.request, events, made.label)


async def sources(taint: Taint, asked: AnyRequest) -> list[Source]:
    """What was known, whatever it was and wherever it stood."""
    found = await taint.sources(asked)
    assert all(each.origin.startswith(f"{ORIGIN}: ") for each in found)
    return [Source(ORIGIN, each.label) for each in found]


def texts(text: str, size: int = 5) -> list[Event]:
    pieces = [Text(text[start : start + size]) for start in range(0, len(text), size)]
    return [Opened(), *pieces, Finished()]


@pytest.mark.parametrize(
    "came_back",
    [
        pytest.param(request(user("?"), assistant(ANSWER), user("Go on")), id="as it was"),
        pytest.param(request(user("?"), assistant(f"\n {ANSWER.strip()} ")), id="trimmed"),
        pytest.param(request(user("?"), assistant(ANSWER[:60], ANSWER[60:])), id="in two parts"),
        pytest.param(request(user("?"), assistant(*ANSWER.split("\n\n"))), id="a part a paragraph"),
        pytest.param(request(user("?"), assistant(ANSWER.replace(" [1]", ""))), id="no markers"),
        pytest.param(request(user("?"), assistant(ThoughtPart("Hm."), ANSWER)), id="behind a thought"),
        pytest.param(request(user("?"), assistant(ANSWER[:150])), id="cut short"),
        pytest.param(request(user(f"You said:\n\n> {SECOND}\n\nWhy?")), id="quoted by a user"),
        pytest.param(request(Message("system", (TextPart(f"Know this.\n{FIRST}"),))), id="put into the system's turn"),
        pytest.param(request(Message("tool", (ToolResult("1", (TextPart(ANSWER),)),))), id="a tool's result"),
        pytest.param(
            request(Message("tool", (ToolResult("1", (TextPart('{"note": "' + SECOND + '"}'),)),))),
            id="within a tool's JSON",
        ),
        pytest.param(request(assistant(ToolUse("1", "save", '{"text": "' + SECOND + '"}'))), id="a call's arguments"),
        pytest.param(request(Message("user", (FilePart(text=ANSWER),))), id="a file"),
        pytest.param(
            request(Message("user", (OpaquePart("anthropic", "document", {"source": {"data": SECOND}}),))), id="opaque"
        ),
        pytest.param(
            Request("auto", (user("?"),), "openai", tools=(Tool("f", {}, SECOND),)), id="a tool's description"
        ),
        pytest.param(
            Request("auto", (user("?"),), "openai", tools=(Tool("f", {"properties": {"a": {"enum": [SECOND]}}}),)),
            id="a tool's schema",
        ),
        pytest.param(
            Request("auto", (user("?"),), "openai", output=OutputFormat("schema", "f", {"description": SECOND})),
            id="the schema of the answer",
        ),
        pytest.param(Request("auto", (user("?"),), "openai", extra={"prediction": {"content": SECOND}}), id="extra"),
        pytest.param(EmbeddingRequest("auto", (ANSWER,)), id="embedded"),
        pytest.param(RerankRequest("auto", "which?", ("other", ANSWER)), id="reranked"),
    ],
)
async def test_an_answer_is_known_when_it_comes_back(taint: Taint, came_back: AnyRequest) -> None:
    assert await sources(taint, came_back) == []
    answer(taint, texts(ANSWER))
    assert await sources(taint, came_back) == KNOWN


async def test_what_is_not_of_the_answer_is_not_known(taint: Taint) -> None:
    answer(taint, texts(ANSWER))
    other = request(user("What does the letter say?"), assistant("It says nothing at all of what you may fear."))
    assert await sources(taint, other) == []


async def test_a_short_answer_is_known_in_its_conversation(taint: Taint) -> None:
    answer(taint, texts("Yes."), exchange(user("Has he a cough?")))
    assert await sources(taint, request(user("Has he a cough?"), assistant("Yes"), user("Why?"))) == KNOWN
    assert await sources(taint, request(user("Is it raining?"), assistant("Yes"), user("Why?"))) == []


async def test_a_short_answer_after_a_tool_is_known_by_what_was_asked(taint: Taint) -> None:
    turns = (
        user("Has he a cough?"),
        assistant(ToolUse("1", "look", "{}")),
        Message("tool", (ToolResult("1", (TextPart("yes"),)),)),
    )
    answer(taint, texts("Yes."), exchange(*turns))
    assert await sources(taint, request(*turns, assistant("Yes."), user("Why?"))) == KNOWN


async def test_a_short_answer_from_documents_is_known_by_what_was_asked(taint: Taint) -> None:
    asked = (user("Has he a cough?"),)
    grounded = Request("auto", (user("Passages: ... Has he a cough?"),), "openai", grounds=Grounds("?", (), asked))
    taint.learn(grounded, texts("Yes [1]."), CONFIDENTIAL)
    assert await sources(taint, request(*asked, assistant("Yes."), user("Why?"))) == KNOWN


async def test_calls_are_known_whatever_the_order_of_their_keys(taint: Taint) -> None:
    pieces: list[Event] = [
        ToolCall(0, "1", "send", '{"to": "ward 7", "no'),
        ToolCall(0, arguments='te": "He may go home tomorrow."}'),
        ToolCall(1, "2", "now", "{}"),
    ]
    answer(taint, pieces, exchange(user("Tell them")))
    sent = ToolUse("9", "send", '{"note":"He may go home tomorrow.","to":"ward 7"}')
    assert await sources(taint, request(user("Else"), assistant(sent))) == KNOWN
    assert await sources(taint, request(user("Tell them"), assistant(ToolUse("9", "now", "{ }")))) == KNOWN
    assert await sources(taint, request(user("Else"), assistant(ToolUse("9", "now", "{ }")))) == []


async def test_what_a_call_wrote_down_is_known_when_a_tool_reads_it(taint: Taint) -> None:
    answer(taint, [ToolCall(0, "1", "save", '{"text": "' + FIRST + '"}')])
    assert await sources(taint, request(Message("tool", (ToolResult("5", (TextPart(FIRST),)),)))) == KNOWN


async def test_what_stands_in_an_answer_of_json_is_known_without_it(taint: Taint) -> None:
    answer(taint, texts('{"letter": {"body": "' + SECOND + '"}, "pages": 2}'))
    assert await sources(taint, request(user(SECOND))) == KNOWN
    assert await sources(taint, request(assistant('{"quoted": "' + SECOND + '"}'), user("Go on"))) == KNOWN


async def test_every_choice_is_known(taint: Taint) -> None:
    answer(taint, [Text(FIRST, 0), Text(SECOND[:9], 1), Text(" [2]", 0), Text(SECOND[9:], 1)])
    assert await sources(taint, request(assistant(FIRST))) == KNOWN
    assert await sources(taint, request(assistant(SECOND))) == KNOWN


async def test_thoughts_are_known_and_are_no_part_of_the_answer(taint: Taint) -> None:
    answer(taint, [Thought(SECOND), Text(FIRST)])
    assert await sources(taint, request(user("?"), assistant(ThoughtPart(SECOND)))) == KNOWN
    assert await sources(taint, request(user("?"), assistant(FIRST))) == KNOWN


async def test_what_a_request_began_is_part_of_the_answer(taint: Taint) -> None:
    answer(taint, texts(FIRST[40:]), exchange(user("?"), assistant(FIRST[:40])))
    assert await sources(taint, request(user("?"), assistant(FIRST), user("Go on"))) == KNOWN


async def test_what_was_delivered_before_a_break_is_known(taint: Taint) -> None:
    answer(taint, [Text(f"{FIRST}\n{SECOND[:50]}")])
    assert await sources(taint, request(assistant(FIRST))) == KNOWN
    assert await sources(taint, request(assistant(f"{FIRST}\n{SECOND[:50]}"))) == KNOWN
    assert await sources(taint, request(assistant(SECOND))) == []


@pytest.mark.parametrize("label", ["public", "internal"])
async def test_what_may_flow_to_the_default_is_not_remembered(taint: Taint, memory: Remembered, label: str) -> None:
    answer(taint, texts(ANSWER), exchange(user("?"), label=Label.parse(label)))
    assert memory.kept == {}


async def test_a_short_question_asks_nothing_and_an_empty_memory_is_not_asked(taint: Taint, memory: Remembered) -> None:
    assert await sources(taint, request(assistant(ANSWER))) == []
    assert memory.asked == []
    answer(taint, texts(ANSWER))
    assert await sources(taint, request(user("Is it raining?"), Message("assistant", ()))) == []
    assert memory.asked == []


async def test_a_long_request_is_read_in_a_thread(taint: Taint) -> None:
    answer(taint, texts(ANSWER))
    filler = "\n".join(f"line {number} of a long text that somebody has pasted" for number in range(5000))
    assert await sources(taint, request(user(f"{filler}\n{SECOND}"))) == KNOWN


async def test_what_is_no_chat_can_be_answered_too(taint: Taint, memory: Remembered) -> None:
    made = Exchange(EmbeddingRequest("auto", ("x",)), Caller("k", "key"))
    made.label = CONFIDENTIAL
    answer(taint, [Opened()], made)
    assert memory.kept == {}


async def test_the_digests_of_one_reply_are_bounded(taint: Taint, memory: Remembered) -> None:
    lines = "\n".join(f"{number} {FIRST}" for number in range(600))
    answer(taint, [Text(f"{lines}{choice}", choice) for choice in range(4)])
    assert len(memory.kept) == 512
    assert await sources(taint, request(assistant(f"{lines}3"))) == KNOWN


@pytest.mark.parametrize(
    ("came_back", "told"),
    [
        (request(user("?"), assistant(ANSWER)), "a whole text in messages[1]"),
        (request(user("?"), assistant("So:", FIRST)), "a whole text in messages[1]"),
        (request(user("Hi"), user(f"Why?\n\n{SECOND}")), "a paragraph or sentence in messages[1]"),
        (
            request(user("?"), assistant(ToolUse("1", "save", '{"patient": "Nobody at all, of no address"}'))),
            "a tool call in messages[1]",
        ),
        (EmbeddingRequest("auto", ("?", SECOND), "openai"), "a whole text in input[1]"),
        (RerankRequest("auto", "?", ("?", "?", ANSWER)), "a whole text in documents[2]"),
        (
            Request("auto", (user("?"),), "openai", tools=(Tool("f", {}, SECOND),)),
            "a whole text in tools[0]",
        ),
    ],
)
async def test_it_says_what_came_back_and_in_which_field(taint: Taint, came_back: AnyRequest, told: str) -> None:
    call = ToolCall(0, "1", "save", '{"patient": "Nobody at all, of no address"}')
    answer(taint, [*texts(ANSWER)[:-1], call, Finished()])
    assert await taint.sources(came_back) == [Source(f"{ORIGIN}: {told}", CONFIDENTIAL)]
