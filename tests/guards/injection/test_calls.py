"""A forbidden tool is neither offered nor called, whatever way it is named."""

from __future__ import annotations

from freehold.core.event import Text, ToolCall
from freehold.core.request import (
    FilePart,
    Message,
    OpaquePart,
    OpaqueTool,
    Request,
    TextPart,
    Tool,
    ToolChoice,
    ToolResult,
)
from freehold.guards.injection.calls import forbid, forbidden_call, forbidden_choice, holds_untrusted

SEND, READ = Tool("send_email", {}), Tool("read_page", {})
ASKED = (Message("user", (TextPart("hello"),)),)


def request(**given: object) -> Request:
    return Request("m", ASKED, "openai", **{"tools": (SEND, READ), **given})  # type: ignore[arg-type]


def test_a_forbidden_tool_is_not_offered() -> None:
    assert forbid(request(), ["send_email"]).tools == (READ,)
    assert forbid(request(), ["SEND_*"]).tools == (READ,)


def test_a_request_that_offers_none_is_itself() -> None:
    asked = request()
    assert forbid(asked, ["delete_file"]) is asked


def test_without_tools_nothing_is_said_of_them() -> None:
    left = forbid(request(tool_choice=ToolChoice("required"), parallel_tool_calls=True), ["*"])
    assert (left.tools, left.tool_choice, left.parallel_tool_calls) == ((), None, None)


def test_another_choice_stays() -> None:
    assert forbid(request(tool_choice=ToolChoice("named", "read_page")), ["send_email"]).tool_choice == ToolChoice(
        "named", "read_page"
    )


def test_a_choice_of_a_forbidden_tool_is_told_and_taken_out() -> None:
    asked = request(tool_choice=ToolChoice("named", "send_email"))
    assert forbidden_choice(asked, ["send_email"]) == "send_email"
    assert forbid(asked, ["send_email"]).tool_choice is None
    assert forbidden_choice(request(), ["send_email"]) is None


def test_a_choice_that_only_its_dialect_knows_is_read() -> None:
    choice = {
        "type": "allowed_tools",
        "allowed_tools": {"tools": [{"type": "function", "function": {"name": "send_email"}}]},
    }
    asked = request(extra={"tool_choice": choice, "seed": 1})
    assert forbidden_choice(asked, ["send_email"]) == "send_email"
    assert forbid(asked, ["send_email"]).extra == {"seed": 1}


def test_a_tool_that_only_its_dialect_knows_goes_by_kind_and_by_name() -> None:
    search = OpaqueTool("anthropic", "web_search_20250305", {"type": "web_search_20250305", "name": "web_search"})
    custom = OpaqueTool("openai", "custom", {"type": "custom", "custom": {"name": "shell"}})
    asked = request(tools=(search, custom))
    assert forbid(asked, ["web_search"]).tools == (custom,)
    assert forbid(asked, ["web_search_*"]).tools == (custom,)
    assert forbid(asked, ["shell"]).tools == (search,)


def test_a_call_in_an_answer_is_told() -> None:
    assert forbidden_call(ToolCall(0, "c1", "Send_Email"), ["send_email"]) == "Send_Email"
    assert forbidden_call(ToolCall(0, arguments="{}"), ["send_email"]) is None
    assert forbidden_call(ToolCall(0, "c1", "read_page"), ["send_email"]) is None
    assert forbidden_call(Text("send_email"), ["send_email"]) is None


def test_tool_results_and_passages_are_untrusted() -> None:
    told = Message("tool", (ToolResult("c1", (TextPart("page"),)),))
    assert not holds_untrusted(request())
    assert holds_untrusted(Request("m", (*ASKED, told), "openai"))


def test_documents_and_results_of_a_search_are_untrusted() -> None:
    for part in (FilePart(text="page"), OpaquePart("anthropic", "search_result", {"type": "search_result"})):
        assert holds_untrusted(Request("m", (Message("user", (TextPart("hello"), part)),), "anthropic"))
