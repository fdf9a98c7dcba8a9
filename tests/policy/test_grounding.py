from __future__ import annotations

import pytest

from freehold.core.caller import Caller
from freehold.core.label import Label
from freehold.policy.grounding import choose_collections, showable
from freehold.policy.rules import Route
from support.decisions import a_target


def labels(*texts: str) -> frozenset[Label]:
    return frozenset(Label.parse(text) for text in texts)


@pytest.mark.parametrize(
    ("stated", "route", "key", "chosen"),
    [
        (("asked",), ("route",), ("key",), ("asked",)),
        ((), ("route",), ("key",), ()),
        (None, ("route",), ("key",), ("route",)),
        (None, (), ("key",), ("key",)),
        (None, (), (), ()),
    ],
)
def test_the_request_chooses_before_the_route_and_the_route_before_the_key(
    stated: tuple[str, ...] | None, route: tuple[str, ...], key: tuple[str, ...], chosen: tuple[str, ...]
) -> None:
    found = choose_collections(
        stated, Route("auto", "fixed", (a_target(),), collections=route), Caller("k", "n", collections=key)
    )
    assert found == chosen


def test_what_is_shown_flows_to_one_target_the_one_that_may_see_most() -> None:
    there = labels("public", "internal", "confidential;eu", "confidential;health")
    outside, home = a_target("outside", "internal"), a_target("home", "confidential;eu")
    assert showable(there, [outside, home]) == labels("public", "internal", "confidential;eu")
    assert showable(there, [outside]) == labels("public", "internal")


def test_of_equals_the_first_in_the_routes_order() -> None:
    there = labels("internal;eu", "internal;health")
    eu, health = a_target("eu", "internal;eu"), a_target("health", "internal;health")
    assert showable(there, [eu, health]) == labels("internal;eu")
    assert showable(there, [health, eu]) == labels("internal;health")


def test_where_nothing_may_be_shown_nothing_is() -> None:
    assert showable(labels("restricted"), [a_target("outside", "internal")]) == frozenset()
    assert showable(labels("public"), []) == frozenset()
    assert showable([], [a_target()]) == frozenset()
