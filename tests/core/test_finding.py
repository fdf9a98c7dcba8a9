"""What was found, without the words."""

from __future__ import annotations

from freehold.core.finding import Finding, Span


def test_a_finding_says_what_and_where_and_holds_no_words() -> None:
    finding = Finding("messages[0].parts[0].text", Span(3, 9, "email", 1.0, "email"))
    assert finding.span.family == "personal-data"
    assert finding.action == ""
    assert finding == Finding("messages[0].parts[0].text", Span(3, 9, "email", 1.0, "email"))
    assert set(Span.__struct_fields__) == {"start", "end", "kind", "confidence", "rule", "family"}
