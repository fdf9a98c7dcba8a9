"""From a name to a route, and an explanation that sends nothing."""

from __future__ import annotations

import pytest

from freehold.catalog.promises import Keeping, Promise
from freehold.core.caller import Caller
from freehold.core.errors import UnknownModel
from freehold.core.label import Label
from freehold.core.request import ImagePart
from freehold.core.target import Profile
from freehold.policy.rules import Route
from freehold.policy.select import Menu, explain, resolve
from support.decisions import ANYONE, a_request, a_target

LOCAL = a_target("local/qwen", owned=True, profile=Profile(images=False))
CLOUD = a_target("openai/gpt", "internal")
AUTO = Route("auto", "cascade", (LOCAL, CLOUD))


def improvise(alias: str):
    return a_target(alias, "internal") if alias.startswith("groq/") else None


MENU = Menu({"auto": AUTO}, {target.name: target for target in (LOCAL, CLOUD)}, improvise)
INTERNAL, CONFIDENTIAL = Label.parse("internal"), Label.parse("confidential")


def test_a_route_s_name_is_its_route():
    assert resolve(MENU, "auto", ANYONE) is AUTO


def test_a_target_s_name_is_a_route_of_one():
    assert resolve(MENU, "openai/gpt", ANYONE) == Route("openai/gpt", "fixed", (CLOUD,))


def test_a_route_hides_a_target_of_its_name():
    menu = Menu({"openai/gpt": Route("openai/gpt", "fixed", (LOCAL,))}, {"openai/gpt": CLOUD})
    assert resolve(menu, "openai/gpt", ANYONE).targets == (LOCAL,)


def test_what_is_neither_may_be_improvised():
    assert resolve(MENU, "groq/llama", ANYONE).targets[0].name == "groq/llama"
    with pytest.raises(UnknownModel):
        resolve(Menu(MENU.routes, MENU.targets), "groq/llama", ANYONE)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownModel, match=r"the model 'openai/gtp' does not exist.*nearest: openai/gpt") as caught:
        resolve(MENU, "openai/gtp", ANYONE)
    assert (caught.value.status, caught.value.param) == (404, "model")


def test_a_name_that_differs_in_case_alone_comes_first():
    menu = Menu(dict.fromkeys(("auto", "o/plane", "o/plain"), AUTO))
    with pytest.raises(UnknownModel, match=r"nearest: o/plain$"):
        resolve(menu, "O/PLAIN", ANYONE)
    with pytest.raises(UnknownModel, match=r"nearest: o/plain, o/plane$"):
        resolve(menu, "O/PLAIM", ANYONE)


def test_a_name_like_no_other_is_answered_with_what_there_is():
    with pytest.raises(UnknownModel, match=r"ask for it; known: auto, local/qwen, openai/gpt$"):
        resolve(MENU, "zzz", ANYONE)


def test_a_key_s_scope_hides_what_lies_outside_it():
    scoped = Caller("k", "k", models=frozenset({"auto"}))
    assert MENU.names(scoped) == ("auto",)
    errors = []
    for alias in ("openai/gpt", "openai/xyz", "groq/llama"):
        with pytest.raises(UnknownModel) as caught:
            resolve(MENU, alias, scoped)
        errors.append(caught.value.message.replace(alias, "?"))
    assert set(errors) == {"the model '?' does not exist, or this key may not ask for it; known: auto"}


def test_a_hostile_name_is_shown_short_and_harmless():
    with pytest.raises(UnknownModel) as caught:
        resolve(MENU, "x\r\nset-cookie: a=b\u202e" + "y" * 10**6, ANYONE)
    assert "\n" not in caught.value.message
    assert caught.value.message.isascii()
    assert len(caught.value.message) < 500


def test_an_empty_menu_suggests_nothing():
    with pytest.raises(UnknownModel, match=r"may not ask for it$"):
        resolve(Menu(), "auto", ANYONE)


def test_an_explanation_names_who_would_be_asked_first_and_who_could_follow():
    found = explain(MENU, INTERNAL, ANYONE, a_request())
    assert (found.route, found.flow, found.first, found.then) == ("auto", "cascade", ("local/qwen",), ("openai/gpt",))
    assert (found.refusals, found.error) == ((), None)


def test_an_explanation_says_who_may_not_and_why():
    found = explain(MENU, CONFIDENTIAL, ANYONE, a_request())
    assert (found.first, found.then) == (("local/qwen",), ())
    assert [(r.target, r.rule, r.reason) for r in found.refusals] == [
        ("openai/gpt", "label", "level confidential is above clearance internal")
    ]


def test_an_explanation_of_what_would_be_refused_holds_the_refusal():
    found = explain(MENU, CONFIDENTIAL, ANYONE, a_request(model="openai/gpt"))
    assert (found.code, found.first, found.then) == ("label_forbidden", (), ())
    assert "allowed for this label: local/qwen" in found.error
    assert [refusal.target for refusal in found.refusals] == ["openai/gpt"]


def test_an_explanation_of_a_request_that_none_can_serve_names_the_lack():
    found = explain(MENU, CONFIDENTIAL, ANYONE, a_request(ImagePart(url="x")))
    assert found.code == "invalid_request"
    assert {refusal.target: refusal.rule for refusal in found.refusals} == {
        "local/qwen": "ability",
        "openai/gpt": "label",
    }


def test_an_explanation_of_an_unknown_name_holds_the_error():
    found = explain(MENU, INTERNAL, ANYONE, a_request(model="nope"))
    assert (found.code, found.route, found.flow) == ("model_not_found", "", None)


def test_an_explanation_of_a_race_names_all_that_would_be_asked():
    menu = Menu({"both": Route("both", "race", (LOCAL, CLOUD))})
    assert explain(menu, INTERNAL, ANYONE, a_request(model="both")).first == ("local/qwen", "openai/gpt")


def test_an_explanation_says_that_a_promise_is_void_where_the_label_bars_the_stronger_target():
    keeping = Keeping(("local/qwen",), (), 0.0, 0.9)
    promise = Promise("pr_1", "auto", "2026-11-22", "harm", "openai/gpt", keeping, harm=0.02, confidence=0.9)
    menu = Menu({"auto": Route("auto", "cascade", (LOCAL, CLOUD), promise=promise)}, MENU.targets, improvise)
    barred, free = (explain(menu, label, ANYONE, a_request()).promise for label in (CONFIDENTIAL, INTERNAL))
    assert barred is not None
    assert barred.startswith("promise pr_1 does not hold: openai/gpt may not be asked: label")
    assert free is not None
    assert "harm is at most 2.00%" in free
