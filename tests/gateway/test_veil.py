"""A target that a declassifier serves sees stand-ins, no other target does, and the caller gets the originals back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import pytest

from freehold.core.errors import AttemptFailed, Fault, GuardForbidden, LabelForbidden
from freehold.core.event import Event, Finished, Opened, Text, ToolCall, Usage
from freehold.core.exchange import Exchange, Headers
from freehold.core.finding import Span
from freehold.core.guards import Declassifier, GuardRule, Guards
from freehold.core.label import Label, Source
from freehold.core.passage import Passage
from freehold.core.ports import Events, Grounding
from freehold.core.request import (
    AnyRequest,
    Grounds,
    ImagePart,
    Message,
    Request,
    TextPart,
    Tool,
    ToolChoice,
    ToolResult,
)
from freehold.core.target import Target
from freehold.gateway.shield import only_owned
from freehold.guards.names import NotLookedAt
from freehold.knowledge.prompt import grounded
from freehold.providers.scripted import Scene, Scripted, saying, scene_of_model
from support.decisions import ANYONE, a_permit, a_request
from support.guarded import EMAIL, ENFORCED, ORDER, OUT, OWN, SECRET, VEILED, done, guarded, told
from support.passages import a_passage
from support.pipeline import run, text_of

ASKS = f"Write to {EMAIL} today."


def asking(text: str = ASKS, **fields: Any) -> Exchange:
    return Exchange(a_request(TextPart(text), **fields), ANYONE)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_declassified_target_sees_a_stand_in_and_the_caller_gets_the_original(stream: bool) -> None:
    double, exchange = Scripted(), asking(stream=stream)
    assert text_of(await run(guarded(double), exchange)) == ASKS
    assert [each.target for each in double.asked] == ["veiled"], "out is refused; the next one in the route is served"
    assert EMAIL not in told(double, "veiled")
    assert "@" in told(double, "veiled")
    (attempt,) = exchange.attempts
    assert (str(attempt.label), str(attempt.clearance)) == ("internal", "internal")
    assert attempt.declassified == "pseudonymise personal-data: 1 email"
    assert str(exchange.label) == "confidential", "what the caller gets is what it always was"


async def test_a_target_without_a_view_never_gets_anothers() -> None:
    """The served one fails, and the owned one that follows sees what was written."""

    def script(target: Target, request: AnyRequest) -> Scene:
        return Scene(refuses=Fault.SERVER) if target.name == "veiled" else scene_of_model(target, request)

    double, exchange = Scripted(script), asking()
    assert text_of(await run(guarded(double), exchange)) == ASKS
    assert EMAIL not in told(double, "veiled")
    assert EMAIL in told(double, "own")
    veiled, own = exchange.attempts
    assert (str(veiled.label), str(own.label)) == ("internal", "confidential")
    assert (veiled.declassified is None, own.declassified) == (False, None)


async def test_each_racer_sees_its_own() -> None:
    double, exchange = Scripted(), asking()
    await run(guarded(double, VEILED, OWN, flow="race"), exchange)
    assert EMAIL not in told(double, "veiled")
    assert EMAIL in told(double, "own")


async def test_every_retry_is_declassified_and_weighed_anew() -> None:
    calls: list[str] = []

    def script(target: Target, request: AnyRequest) -> Scene:
        calls.append(target.name)
        return Scene(refuses=Fault.RATE_LIMITED) if len(calls) < 3 else scene_of_model(target, request)

    double, exchange = Scripted(script), asking()
    assert text_of(await run(guarded(double, VEILED), exchange)) == ASKS
    assert [str(attempt.label) for attempt in exchange.attempts] == ["internal"] * 3
    assert all(attempt.declassified for attempt in exchange.attempts)
    assert EMAIL not in told(double, "veiled")


async def test_a_judged_and_held_answer_is_restored_before_it_is_judged() -> None:
    double, exchange = Scripted(), asking()
    assert text_of(await run(guarded(double, VEILED, OWN, flow="cascade"), exchange)) == ASKS
    assert EMAIL not in told(double, "veiled")


async def test_tool_calls_and_every_choice_are_restored() -> None:
    def script(target: Target, request: AnyRequest) -> Scene:
        assert isinstance(request, Request)
        (part,) = request.messages[-1].parts
        assert isinstance(part, TextPart)
        stand_in = part.text.split()[2]
        events: tuple[Event, ...] = (
            Opened(),
            *(Text(piece, choice=1) for piece in f"Hello {stand_in}!"),
            ToolCall(0, "c1", "send", '{"to": "'),
            *(ToolCall(0, arguments=piece) for piece in stand_in),
            ToolCall(0, arguments='"}'),
            Usage(1, 1),
            Finished("tool_calls"),
            Finished("stop", choice=1),
        )
        return Scene(events)

    events = await run(guarded(Scripted(script), VEILED), asking(stream=True))
    assert text_of(events) == f"Hello {EMAIL}!"
    assert "".join(e.arguments for e in events if isinstance(e, ToolCall)) == f'{{"to": "{EMAIL}"}}'


async def test_what_nobody_can_read_has_no_view_so_the_target_is_left_out() -> None:
    picture = (TextPart(ASKS), ImagePart(url="https://example.org/x.png"))
    double, exchange = Scripted(), Exchange(a_request(*picture), ANYONE)
    await run(guarded(double), exchange)
    assert [each.target for each in double.asked] == ["own"]
    assert exchange.permit is not None
    assert [(each.target, each.rule) for each in exchange.permit.refusals if each.target == "veiled"] == [
        ("veiled", "guard")
    ]
    with pytest.raises((GuardForbidden, LabelForbidden)):
        await run(guarded(Scripted(), VEILED), Exchange(a_request(*picture), ANYONE))


async def test_what_is_redacted_for_a_target_does_not_come_back() -> None:
    guards = Guards(declassifiers=(Declassifier("personal-data", ("veiled",), "redact"),))
    double, exchange = Scripted(), asking()
    assert text_of(await run(guarded(double, VEILED, guards=guards), exchange)) == "Write to [email] today."
    assert exchange.attempts[0].declassified == "redact personal-data: 1 email"


async def test_a_secret_is_taken_out_only_by_a_declassifier_for_secrets() -> None:
    text = f"{ASKS} The word is {SECRET}."
    double, exchange = Scripted(), asking(text)
    await run(guarded(double), exchange)
    assert [each.target for each in double.asked] == ["own"]
    both = Guards(declassifiers=(Declassifier("personal-data", ("veiled",)), Declassifier("secrets", ("veiled",))))
    double = Scripted()
    await run(guarded(double, guards=both), asking(text))
    assert [each.target for each in double.asked] == ["veiled"]
    assert not {EMAIL, SECRET} & set(told(double, "veiled").replace("'", " ").replace(".", " ").split())
    assert SECRET not in told(double, "veiled")


async def test_a_label_that_was_stated_is_not_lowered() -> None:
    headers = Headers(stated=(Source("header", Label.parse("confidential")),))
    double, exchange = Scripted(), Exchange(a_request(TextPart(ASKS)), ANYONE, headers)
    await run(guarded(double), exchange)
    assert [each.target for each in double.asked] == ["own"]
    assert exchange.views == {}


class Brings:
    """An `Enricher` that finds these texts."""

    def __init__(self, *texts: str, label: str = "internal") -> None:
        self._passages = tuple(a_passage(number, text, label) for number, text in enumerate(texts, 1))

    def wants(self, exchange: Exchange) -> bool:
        return True

    async def __call__(self, exchange: Exchange) -> Grounding:
        assert isinstance(exchange.request, Request)
        return _Grounded(exchange.request, self._passages)


class _Grounded:
    def __init__(self, asked: Request, passages: tuple[Passage, ...]) -> None:
        self._asked = asked
        self.passages = passages
        whole = grounded(asked, passages)
        self.request = whole.rewritten(grounds=Grounds("?", passages, asked.messages))

    def without(self, numbers: Collection[int]) -> _Grounded:
        return _Grounded(self._asked, tuple(each for each in self.passages if each.number not in numbers))

    def read(self, events: Events, exchange: Exchange) -> Events:
        return events


async def test_what_documents_bring_is_looked_through_and_taken_out_too() -> None:
    double, exchange = Scripted([Scene(saying("Yes."))]), asking("Who is on call?")
    await run(guarded(double, enricher=Brings(f"On call: {EMAIL}.")), exchange)
    assert [each.target for each in double.asked] == ["veiled"]
    assert EMAIL not in told(double, "veiled")
    assert ("email", "raise") in done(exchange)
    assert str(exchange.label) == "confidential"
    assert any(source.origin.startswith("passage ") for source in exchange.sources)


async def test_the_label_of_a_passage_is_lowered_by_nobody() -> None:
    double, exchange = Scripted([Scene(saying("Yes."))]), asking()
    await run(guarded(double, enricher=Brings(f"On call: {EMAIL}.", label="confidential")), exchange)
    assert [each.target for each in double.asked] == ["own"]


@pytest.mark.parametrize(("what", "seen"), [("mark", True), ("record", True), ("drop", False)])
async def test_a_passage_that_reads_like_an_instruction_may_be_dropped(what: Any, seen: bool) -> None:
    double, exchange = Scripted([Scene(saying("Yes."))]), asking("Who is on call?")
    enricher = Brings(f"{ORDER} you know.", "Nothing else.")
    await run(guarded(double, OUT, guards=Guards(injection=what), enricher=enricher), exchange)
    assert (ORDER in told(double, "out")) is seen
    assert len(exchange.passages) == 1 + seen
    assert ("override", what) in done(exchange)


async def test_a_passage_that_reads_like_an_instruction_may_cost_the_answer_or_the_outside() -> None:
    enricher = Brings(f"{ORDER} you know.")
    with pytest.raises(GuardForbidden, match=r"override in passages\[1\]"):
        await run(guarded(Scripted(), guards=Guards(injection="refuse"), enricher=enricher), asking("Who?"))
    double = Scripted([Scene(saying("Yes."))])
    await run(guarded(double, guards=Guards(injection="owned"), enricher=enricher), asking("Who?"))
    assert [each.target for each in double.asked] == ["own"]


TOOLS = (Tool("send_email", {}), Tool("look_up", {}))
FORBIDS = Guards(forbidden_tools=("send_*",))


def beside_a_tool(**fields: Any) -> Exchange:
    result = Message("tool", (ToolResult("c1", (TextPart("A page."),)),))
    turn = Message("user", (TextPart("Go on."),))
    return Exchange(a_request(messages=(turn, result), tools=TOOLS, **fields), ANYONE)


async def test_a_forbidden_tool_is_not_offered_beside_text_that_nobody_vouches_for() -> None:
    double = Scripted()
    await run(guarded(double, OUT, guards=FORBIDS), beside_a_tool())
    assert "send_email" not in told(double, "out")
    assert "look_up" in told(double, "out")
    free = Scripted()
    await run(guarded(free, OUT, guards=FORBIDS), asking("Go on.", tools=TOOLS))
    assert "send_email" in told(free, "out")


async def test_a_forbidden_tool_cannot_be_insisted_on_nor_called() -> None:
    insists = beside_a_tool(tool_choice=ToolChoice("named", "send_email"))
    with pytest.raises(GuardForbidden, match="send_email"):
        await run(guarded(Scripted(), OUT, guards=FORBIDS), insists)
    calls = (Opened(), Text("Well"), ToolCall(0, "c2", "send_email", "{}"), Usage(1, 1), Finished("tool_calls"))
    exchange = beside_a_tool(stream=True)
    with pytest.raises(AttemptFailed, match="send_email") as caught:
        await run(guarded(Scripted([Scene(calls)]), OUT, guards=FORBIDS), exchange)
    assert caught.value.fault == Fault.GUARD
    assert exchange.end is not None
    assert (exchange.end.ending, exchange.end.error is not None) == ("failed", True)


def test_no_owned_target_left_is_said() -> None:
    exchange = asking()
    exchange.permit = a_permit(OUT)
    with pytest.raises(GuardForbidden, match="out may not be asked"):
        only_owned(exchange)


async def test_a_guard_rule_of_record_takes_nothing_out_of_a_view() -> None:
    """What raises nothing is not what a declassifier is for."""
    guards = Guards(rules=(GuardRule("email", action="record"),), declassifiers=ENFORCED.declassifiers)
    double, exchange = Scripted(), asking()
    await run(guarded(double, VEILED, guards=guards), exchange)
    assert EMAIL in told(double, "veiled")
    assert exchange.views == {}


class Forgetful:
    """Finds these names the first time it is asked; afterwards it fails, or finds the others."""

    def __init__(self, *first: str, then: tuple[str, ...] | None = ()) -> None:
        self._names, self._then = first, then

    async def __call__(self, texts: Sequence[str], exchange: Exchange) -> list[list[Span]]:
        if self._names is None:
            raise NotLookedAt("there is nobody to look")
        names, self._names = self._names, self._then
        return [[Span(at, at + len(name), "person", 0.9, "names") for name in names if (at := text.find(name)) >= 0]
                for text in texts]  # fmt: skip


async def test_a_name_that_nobody_can_look_for_again_reaches_nobody_outside() -> None:
    double, exchange = Scripted(), asking(f"Ada was here, and {ASKS}")
    await run(guarded(double, VEILED, OWN, names=Forgetful("Ada", then=None)), exchange)
    assert [each.target for each in double.asked] == ["own"]


@pytest.mark.parametrize("then", [(), ("Ben",), ("Ada",)])
async def test_a_name_that_is_found_once_is_taken_out(then: tuple[str, ...]) -> None:
    text = f"Ada was here with Ben. {ASKS} ADA said so."
    double, exchange = Scripted(), asking(text)
    await run(guarded(double, VEILED, OWN, names=Forgetful("Ada", "Ben", then=then)), exchange)
    assert [each.target for each in double.asked] == ["veiled"]
    assert not any(name in told(double, "veiled") for name in ("Ada", "ADA", "Ben", EMAIL))
    assert exchange.attempts[0].declassified == "pseudonymise personal-data: 1 email, 2 person"


async def test_what_was_found_in_a_result_that_is_withheld_needs_no_taking_out() -> None:
    double = Scripted()
    result = Message("tool", (ToolResult("c1", (TextPart(f"{ORDER}, says Ada"),)),))
    exchange = Exchange(a_request(messages=(Message("user", (TextPart(ASKS),)), result)), ANYONE)
    guards = msgspec.structs.replace(ENFORCED, injection="drop")
    await run(guarded(double, VEILED, OWN, guards=guards, names=Forgetful("Ada")), exchange)
    assert [each.target for each in double.asked] == ["veiled"]
    assert "Ada" not in told(double, "veiled")
