"""Findings with the words they are of."""

from __future__ import annotations

from freehold.core.finding import Finding, Span
from freehold.core.request import Message, Request, TextPart
from freehold.guards.located import MOST, Located, locate


def a_request(text: str) -> Request:
    return Request("m", (Message("user", (TextPart(text),)),), "openai")


def a_finding(start: int, end: int, where: str = "messages[0].parts[0].text") -> Finding:
    return Finding(where, Span(start, end, "email", 1.0, "test"))


def test_a_finding_gets_its_words():
    found = locate(a_request("write to a@b.test"), [a_finding(9, 17)])
    assert found == [Located(Span(9, 17, "email", 1.0, "test"), "a@b.test", within=False)]
    assert "a@b" not in repr(found)


def test_one_that_is_not_where_it_says_spoils_all():
    asked = a_request("write to a@b.test")
    assert locate(asked, [a_finding(9, 17), a_finding(9, 18)]) is None
    assert locate(asked, [a_finding(9, 17, "messages[7].parts[0].text")]) is None
    assert locate(asked, []) == []


def test_one_that_begins_or_ends_within_a_word_says_so():
    asked = a_request("xa@b.testing")
    assert [each.within for each in locate(asked, [a_finding(1, 9), a_finding(0, 12)]) or ()] == [True, False]


def test_more_different_words_than_are_taken_out_are_not_begun_with():
    words = [f"a{number:05}" for number in range(MOST + 1)]
    asked = a_request(" ".join(words))
    findings = [a_finding(7 * number, 7 * number + 6) for number in range(len(words))]
    assert locate(asked, findings) is None
    assert len(locate(asked, findings[1:]) or ()) == MOST
    often = a_request("a00000 " * len(words))
    assert len(locate(often, findings) or ()) == len(words), "the same words again are one original"


def a_password(start: int, end: int) -> Finding:
    return Finding("messages[0].parts[0].text", Span(start, end, "password", 0.6, "test", "secrets"))


def test_findings_that_overlap_are_there_as_one_too():
    found = locate(a_request("say hunter2@acme.test/x"), [a_finding(4, 21), a_password(12, 23)]) or ()
    assert {(each.text, each.span.family) for each in found} == {
        ("hunter2@acme.test", "personal-data"),
        ("acme.test/x", "secrets"),
        ("hunter2@acme.test/x", "secrets"),
    }


def test_what_is_a_secret_once_is_nothing_else():
    asked = a_request("say A@b.test or a@b.test")
    found = locate(asked, [a_finding(4, 12), a_finding(16, 24), a_password(16, 24)]) or ()
    assert [(each.text, each.span.family) for each in found] == [("a@b.test", "secrets")]
