"""A rule follows its lead as far as its body goes, and no token goes on after its end."""

from __future__ import annotations

from freehold.guards.secrets.rule import Rule, compiled

RULE = Rule("some-token", ("tok_",), "[a-z0-9]{8}")


def test_the_body_begins_where_the_lead_ends() -> None:
    body = RULE.match("a tok_" + "ab12cd34" + " b", "tok_", 2)
    assert body is not None
    assert body.span() == (6, 14)


def test_what_goes_on_is_something_else() -> None:
    assert RULE.match("tok_" + "ab12cd345", "tok_", 0) is None
    assert RULE.match("tok_" + "ab12cd3", "tok_", 0) is None


def test_a_body_is_compiled_once() -> None:
    assert compiled(RULE.body) is compiled(RULE.body)
