"""Words in brackets."""

from __future__ import annotations

from freehold.core.finding import Span
from freehold.guards.located import Located
from freehold.guards.placeholders import Placeholders, placeholder
from freehold.guards.swap import Swap


def located(kind: str, text: str) -> Located:
    return Located(Span(0, len(text), kind, 1.0, "test"), text, within=False)


def test_they_are_numbered_where_there_are_several():
    made = Placeholders([located("email", "a@b.test"), located("ip", "10.0.0.1"), located("email", "c@d.test")])
    assert Swap(made.pairs).whole("a@b.test A@B.TEST c@d.test 10.0.0.1") == "[email 1] [email 1] [email 2] [ip]"
    assert made.counts == {"email": 2, "ip": 1}


def test_the_same_in_another_case_is_the_same():
    assert Placeholders([located("email", "a@b.test"), located("email", "A@B.test")]).counts == {"email": 1}


def test_how_they_are_written():
    assert (placeholder("card"), placeholder("card", 3)) == ("[card]", "[card 3]")
