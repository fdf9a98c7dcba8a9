"""What is redacted is gone everywhere, and there is no way back."""

from __future__ import annotations

import pytest

from freehold.core.event import Ready, Text
from freehold.core.finding import Finding, Span
from freehold.core.label import Label
from freehold.core.request import ImagePart, Message, Request, TextPart, Tool, ToolUse
from freehold.guards.redact import redacted, redacting_view
from freehold.guards.swap import Swap
from freehold.guards.traversal import walk

LABEL = Label.parse("internal")
TOKEN = "tok-" + "9f" * 8


def a_request(*parts: TextPart | ToolUse | ImagePart) -> Request:
    tools = (Tool("f", {"type": "object", "properties": {"a@b.test": {"default": TOKEN}}}),)
    return Request("m", (Message("user", parts),), "openai", tools=tools)


ASKED = a_request(TextPart(f"a@b.test with {TOKEN}, and c@d.test"), ToolUse("1", "f", '{"to":"A@B.TEST"}'))


def findings() -> list[Finding]:
    place = "messages[0].parts[0].text"
    spans = [
        Span(0, 8, "email", 1.0, "test"),
        Span(14, 14 + len(TOKEN), "token", 1.0, "test", "secrets"),
        Span(len(ASKED.messages[0].parts[0].text) - 8, len(ASKED.messages[0].parts[0].text), "email", 1.0, "test"),
    ]
    return [Finding(place, span) for span in spans]


def test_every_place_gets_the_same_placeholder():
    seen = redacted(ASKED, findings())
    texts = [field.text for field in walk(seen)]
    assert texts[0] == "[email 1] with [token], and [email 2]"
    assert texts.count("[email 1]") == 2
    assert texts.count("[token]") == 1
    assert not any("b.test" in text.lower() or TOKEN in text for text in texts)


def test_what_holds_nothing_stays_the_same_object():
    assert redacted(ASKED, []) is ASKED


def test_a_finding_that_is_not_there_redacts_nothing():
    assert redacted(ASKED, [Finding("nowhere", Span(0, 3, "email", 1.0, "test"))]) is None
    assert redacting_view(ASKED, [Finding("nowhere", Span(0, 3, "email", 1.0, "test"))], label=LABEL) is None


def test_the_view_tells_what_it_took_out():
    view = redacting_view(ASKED, findings(), label=LABEL)
    assert view is not None
    assert (view.label, view.by) == (LABEL, "redact personal-data: 2 email; secrets: 1 token")
    assert view.request(ASKED) == redacted(ASKED, findings())
    answer = view.restore(Ready([Text("[email 1]", raw=b"x")]))
    assert isinstance(answer, Ready)
    assert answer.events == [Text("[email 1]")]


def test_what_nobody_can_read_has_no_view():
    asked = a_request(TextPart("a@b.test"), ImagePart(url="https://x.test/y.png"))
    found = [Finding("messages[0].parts[0].text", Span(0, 8, "email", 1.0, "test"))]
    assert redacting_view(asked, found, label=LABEL) is None


def test_of_findings_that_overlap_nothing_is_left():
    asked = a_request(TextPart("say hunter2@acme.test/x"))
    place = "messages[0].parts[0].text"
    over = [
        Finding(place, Span(4, 21, "email", 1.0, "test")),
        Finding(place, Span(12, 23, "password", 0.6, "test", "secrets")),
    ]
    assert next(walk(redacted(asked, over))).text == "say [password 2]"


def test_a_view_is_made_once_and_serves_every_attempt(monkeypatch: pytest.MonkeyPatch):
    view = redacting_view(ASKED, findings(), label=LABEL)
    assert view is not None
    first = [field.text for field in walk(view.request(ASKED))]
    monkeypatch.setattr(Swap, "whole", lambda *_: pytest.fail("an attempt rewrites nothing"))
    assert [field.text for field in walk(view.request(ASKED))] == first
