"""Who asks, and for what."""

from __future__ import annotations

import pytest

from freehold.core.caller import Caller


@pytest.mark.parametrize(
    ("models", "alias", "may"),
    [
        (None, "anything", True),
        (frozenset({"auto", "home"}), "home", True),
        (frozenset({"auto", "home"}), "away", False),
        (frozenset({"auto"}), "aut", False),
        (frozenset(), "auto", False),
    ],
)
def test_a_key_asks_for_what_it_is_scoped_to(models: frozenset[str] | None, alias: str, may: bool) -> None:
    assert Caller("key_1", "ann", models=models).may_ask(alias) is may


def test_a_key_may_do_nothing_special_unless_it_is_told_so() -> None:
    caller = Caller("key_1", "ann")
    assert (caller.admin, caller.may_declare, caller.capture) == (False, False, False)
    assert (caller.default_label, caller.groups, caller.team) == (None, frozenset(), None)


def test_a_caller_stays_who_it_is() -> None:
    with pytest.raises(AttributeError):
        Caller("key_1", "ann").admin = True
