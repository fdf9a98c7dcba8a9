"""Permits: who remains, who is refused by which rule, and what the caller is told when none remain."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Forbidden, LabelForbidden, RequestError
from freehold.core.label import Label, Level
from freehold.core.request import ImagePart
from freehold.core.target import Limits, Profile
from freehold.policy.labels import may_flow
from freehold.policy.rules import Route, decide, weigh
from support.decisions import ANYONE, a_request, a_target

LOCAL = a_target("local", "restricted", owned=True)
CLOUD = a_target("cloud", "internal")
BLIND = a_target("blind", "restricted", profile=Profile(images=False))
AUTO = Route("auto", "cascade", (LOCAL, CLOUD))
INTERNAL, CONFIDENTIAL = Label.parse("internal"), Label.parse("confidential")
PICTURE = a_request(ImagePart(url="x"))


def test_every_target_that_may_answer_is_permitted_in_order():
    permit = decide(AUTO, INTERNAL, ANYONE, a_request(), revision="r7")
    assert permit.targets == (LOCAL, CLOUD)
    assert (permit.route, permit.label, permit.refusals, permit.revision) == ("auto", INTERNAL, (), "r7")


def test_a_target_that_may_not_see_the_label_is_refused_with_the_reason():
    permit = decide(AUTO, CONFIDENTIAL, ANYONE, a_request())
    assert permit.targets == (LOCAL,)
    [refusal] = permit.refusals
    assert (refusal.target, refusal.rule) == ("cloud", "label")
    assert refusal.reason == "level confidential is above clearance internal"


def test_a_target_that_lacks_an_ability_is_refused():
    route = Route("r", "fallback", (BLIND, LOCAL))
    assert [(r.target, r.rule) for r in decide(route, INTERNAL, ANYONE, PICTURE).refusals] == [("blind", "ability")]


def test_tokens_are_weighed_against_the_window():
    small = a_target("small", limits=Limits(context=10))
    permit = decide(Route("r", "fallback", (small, LOCAL)), INTERNAL, ANYONE, a_request(), tokens=11)
    assert permit.targets == (LOCAL,)


@pytest.mark.parametrize(("level", "clearances"), list(product(Level, product(Level, repeat=2))))
def test_a_permit_holds_only_what_the_label_allows(level: Level, clearances: tuple[Level, Level]):
    targets = tuple(a_target(f"t{i}", clearance.name) for i, clearance in enumerate(clearances))
    try:
        allowed = decide(Route("r", "fallback", targets), Label(level), ANYONE, a_request()).targets
    except LabelForbidden:
        allowed = ()
    assert allowed == tuple(target for target in targets if target.clearance.level >= level)


def test_a_label_that_bars_all_names_what_would_have_been_allowed():
    only = Route("only", "fixed", (CLOUD,))
    deaf = a_target("deaf", "restricted", profile=Profile(chat=False, embeddings=True))
    with pytest.raises(LabelForbidden) as caught:
        decide(only, CONFIDENTIAL, ANYONE, a_request(), known=(LOCAL, CLOUD, deaf))
    assert caught.value.allowed == ("local",)
    assert "confidential may not flow to cloud" in caught.value.message


def test_what_a_key_may_not_ask_for_is_not_named():
    scoped = Caller("k", "k", models=frozenset({"only"}))
    with pytest.raises(LabelForbidden) as caught:
        decide(Route("only", "fixed", (CLOUD,)), CONFIDENTIAL, scoped, a_request(), known=(LOCAL, CLOUD))
    assert caught.value.allowed == ()


def test_an_ability_that_all_lack_is_the_caller_s_to_mend():
    with pytest.raises(BadRequest, match="blind takes no images") as caught:
        decide(Route("r", "fixed", (BLIND,)), INTERNAL, ANYONE, PICTURE)
    assert caught.value.param == "messages"


def test_a_lack_among_the_cleared_is_told_along_with_what_the_label_bars():
    with pytest.raises(BadRequest, match="blind takes no images; data labelled confidential may not flow to cloud"):
        decide(Route("r", "fallback", (BLIND, CLOUD)), CONFIDENTIAL, ANYONE, PICTURE)


def test_a_key_s_scope_covers_a_route_or_single_targets_of_it():
    by_route = Caller("k", "k", models=frozenset({"auto"}))
    by_target = Caller("k", "k", models=frozenset({"local"}))
    assert decide(AUTO, INTERNAL, by_route, a_request()).targets == (LOCAL, CLOUD)
    permit = decide(AUTO, INTERNAL, by_target, a_request())
    assert permit.targets == (LOCAL,)
    assert [(r.target, r.rule) for r in permit.refusals] == [("cloud", "scope")]


def test_a_key_that_may_ask_for_none_is_forbidden():
    with pytest.raises(Forbidden) as caught:
        decide(AUTO, INTERNAL, Caller("k", "k", models=frozenset()), a_request())
    assert not isinstance(caught.value, LabelForbidden)


labels = st.builds(Label, st.sampled_from(Level), st.frozensets(st.sampled_from(["eu", "health"])))


@given(st.lists(labels, min_size=1, max_size=4), labels, labels)
def test_raising_the_label_never_permits_more(clearances: list[Label], label: Label, more: Label):
    targets = tuple(a_target(f"t{i}", str(clearance)) for i, clearance in enumerate(clearances))
    route = Route("r", "fallback", targets)

    def permitted(label: Label) -> set[str]:
        try:
            return {target.name for target in decide(route, label, ANYONE, a_request()).targets}
        except RequestError:
            return set()

    assert permitted(label.join(more)) <= permitted(label)
    assert permitted(label) == {target.name for target in targets if may_flow(label, target)}


@given(labels, st.booleans())
def test_every_target_is_permitted_or_refused_once(label: Label, picture: bool):
    route = Route("r", "fallback", (LOCAL, BLIND, CLOUD))
    refused = [refusal.target for refusal in weigh(route, label, ANYONE, PICTURE if picture else a_request())]
    assert len(refused) == len(set(refused))
    assert set(refused) <= {"local", "blind", "cloud"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"targets": ()}, "has no target"),
        ({"flow": "fixed"}, "flow 'fixed' has one target"),
        ({"targets": (LOCAL, LOCAL)}, "names a target twice"),
        ({"weights": (1.0,)}, "2 targets and 1 weights"),
        ({"weights": (0.0, 0.0)}, "not all 0"),
        ({"weights": (-1.0, 2.0)}, "not all 0"),
        ({"weights": (float("nan"), 2.0)}, "not all 0"),
        ({"weights": (float("inf"), 2.0)}, "not all 0"),
    ],
)
def test_a_route_that_makes_no_sense_is_not_made(fields: dict, message: str):
    with pytest.raises(ValueError, match=message):
        Route(**{"name": "r", "flow": "split", "targets": (LOCAL, CLOUD), **fields})
