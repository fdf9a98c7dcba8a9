"""What a promise comes to, in a sentence."""

from __future__ import annotations

import msgspec
import pytest

from freehold.catalog.promises import Keeping, Promise, Screen, foreseen, said

KEPT = Promise(
    "pr_1",
    "auto",
    "2026-11-22",
    "harm",
    "cloud",
    Keeping(("small", "large"), (), 0.0, 0.87),
    harm=0.02,
    confidence=0.9,
    size=500,
    data="ds_1",
)


def test_it_says_what_is_kept_for_what_and_on_what() -> None:
    assert said(KEPT) == (
        "large is kept at a chance of at least 0.87, so that harm is at most 2.00% with 90% confidence"
        " (promise pr_1 of 2026-11-22, 500 questions of ds_1)"
    )


def test_the_other_kinds_and_what_is_not_active_say_so() -> None:
    budget = msgspec.structs.replace(KEPT, kind="budget", budget=0.2, state="suspended", why="an alarm")
    assert "so that 20.0% are escalated" in said(budget)
    assert "with 99.9% confidence" in said(msgspec.structs.replace(KEPT, confidence=0.999))
    assert said(budget).endswith("ds_1; suspended: an alarm)")
    assert said(msgspec.structs.replace(KEPT, kind="single", single="large")).startswith("large alone is enough (")


@pytest.mark.parametrize(
    ("keeping", "nothing"),
    [
        (Keeping(("large",), (), 0.0, 2.0), True),
        (Keeping(("large",), (), 0.0, 0.5, screens=(Screen((), 0.0, 2.0),)), True),
        (Keeping(("large",), (), 0.0, 1.0, screens=(Screen((), 0.0, 0.5),)), False),
    ],
)
def test_a_rule_that_nothing_can_pass_is_told_as_such(keeping: Keeping, nothing: bool) -> None:
    assert keeping.keeps_nothing is nothing
    told = said(msgspec.structs.replace(KEPT, keeping=keeping))
    assert told.startswith("nothing is kept, and cloud answers, so that harm is at most") is nothing


def test_what_was_kept_before_a_field_came_is_read() -> None:
    old = msgspec.to_builtins(KEPT)
    for field in ("horizon", "models", "cost", "stronger_cost"):
        del old[field]
    del old["keeping"]["screens"]
    assert msgspec.convert(old, Promise) == KEPT


def test_it_says_which_router_is_asked_and_from_where_the_stronger_target_is() -> None:
    routed = msgspec.structs.replace(KEPT, router="rt_1")
    assert foreseen(routed) == "router rt_1 is asked before anything is generated, and its chance weighed"
    floored = msgspec.structs.replace(routed, keeping=msgspec.structs.replace(KEPT.keeping, floor=0.2))
    assert str(foreseen(floored)).endswith("its chance weighed; below 0.2, cloud is asked at once")
    assert foreseen(KEPT) is None
    assert foreseen(msgspec.structs.replace(routed, state="suspended")) is None
