from __future__ import annotations

import msgspec

from freehold.core.exchange import Exchange
from freehold.core.request import Message, Request, TextPart, ToolResult, ToolUse
from freehold.observe.tool_runs import Tools
from support.exchanges import CALLER, attempt, begun, ended


def asks(*calls: str) -> Exchange:
    return ended(begun(), attempt(calls=calls))


def brings(*results: ToolResult, caller: str = CALLER.key_id, uses: tuple[str, ...] = ("call_1",)) -> Exchange:
    turns = (
        Message("user", (TextPart("look it up"),)),
        Message("assistant", tuple(ToolUse(call, "look", "{}") for call in uses)),
        *(Message("tool", (result,)) for result in results),
    )
    request = Request("auto", turns, "openai")
    return ended(begun(request, msgspec.structs.replace(CALLER, key_id=caller)), attempt())


def test_a_result_is_known_once_by_the_key_that_was_told_of_its_call() -> None:
    tools = Tools()
    tools.ask(asks("call_1"), 77, "t", "s")
    assert list(tools.back(brings(ToolResult("call_1"), caller="key_bob"))) == []
    (run,) = tools.back(brings(ToolResult("call_1", is_error=True)))
    assert (run.id, run.name, run.failed, run.asked) == ("call_1", "look", True, (77, "t", "s"))
    assert list(tools.back(brings(ToolResult("call_1")))) == []


def test_several_results_come_in_their_order() -> None:
    tools = Tools()
    tools.ask(asks("a", "b"), 1, "t", "s")
    assert [run.id for run in tools.back(brings(ToolResult("a"), ToolResult("b"), uses=("a", "b")))] == ["a", "b"]


def test_what_was_never_asked_for_is_not_made_up() -> None:
    tools = Tools()
    assert list(tools.back(brings(ToolResult("call_1")))) == []
    tools.ask(asks("call_1"), 1, "t", "s")
    assert list(tools.back(brings(ToolResult("other"), uses=("other",)))) == []
    assert list(tools.back(begun())) == []


def test_the_oldest_is_forgotten_where_there_are_too_many() -> None:
    tools = Tools(most=2)
    for number in range(3):
        tools.ask(asks(f"call_{number}"), number, "t", "s")
    assert list(tools.back(brings(ToolResult("call_0"), uses=("call_0",)))) == []
    assert len(list(tools.back(brings(ToolResult("call_2"), uses=("call_2",))))) == 1
