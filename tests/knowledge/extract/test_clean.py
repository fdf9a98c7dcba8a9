from __future__ import annotations

from freehold.knowledge.extract.clean import clean


def test_newlines_become_one_kind() -> None:
    assert clean("a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_what_no_store_can_hold_is_replaced() -> None:
    assert clean("a\0b\ud800c") == "a\ufffdb\ufffdc"


def test_all_else_stays_as_it_is() -> None:
    odd = "e\u0301 \u00a0 \u200b \f \x1b ﬁ \U0001f600"
    assert clean(odd) == odd
