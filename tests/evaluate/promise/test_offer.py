"""From outcomes to the row of a promise and what it says."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from freehold.evaluate.promise.choose import Aim
from freehold.evaluate.promise.offer import ASSUMPTIONS, About, named, offer
from freehold.evaluate.promise.table import Outcomes
from support.promising import drawn, population, true_harm

ABOUT = About(
    "auto", "ds_1", "exact", "2026-11-22", {"large": "m-70b"}, left_out={"refused by label": 30, "not scored": 2}
)


def test_a_promise_says_what_it_is_on_what_and_at_what_cost() -> None:
    found = offer(drawn(500, 1), ABOUT, Aim(0.02))
    promise = found.promise
    assert (promise.route, promise.kind, promise.stronger, promise.size) == ("auto", "harm", "cloud", 500)
    assert promise.keeping is not None
    assert promise.keeping.voices == ("small", "large")
    assert promise.assumptions == ASSUMPTIONS
    assert any("the best of several is chosen by luck as well" in each for each in promise.assumptions)
    assert promise.models == {"large": "m-70b"}
    assert promise.id == named(promise).id
    assert promise.id.startswith("pr_")
    said = "\n".join(found.sentences)
    assert "In at most 2.00% of requests an answer is kept that is wrong and that cloud would have got right" in said
    assert "with 90% confidence, and so for the next 1,000 requests by count" in said
    assert f"{promise.escalated:.1%} escalated. Left out: 30 refused by label, 2 not scored." in said
    assert "USD less than with cloud alone (0.5 USD)" in said
    assert "Of 500 questions 5 may be harmed (1.00%); of 1,000 it would be 12 (1.20%)" in said


def test_one_target_alone_is_offered_where_it_is_cheaper_and_will_do() -> None:
    easy = drawn(500, 2)
    easy.right["small"][:] = True
    easy.right["large"][:] = True
    found = offer(easy, ABOUT, Aim(0.02))
    assert (found.promise.kind, found.promise.single, found.promise.keeping) == ("single", "small", None)
    assert found.promise.cost == pytest.approx(1e-5)
    assert "No cascade is needed: small is the cheapest target that keeps the promise alone." in found.sentences


def test_a_cascade_that_saves_no_money_says_so() -> None:
    dear = drawn(500, 3)
    dear.costs["large"][:] = 1.0
    found = offer(dear, ABOUT, Aim(0.02))
    assert found.promise.kind == "harm"
    assert "cloud alone keeps the promise for 0.5 USD: the cascade saves no money." in found.sentences


def test_the_mirror_promises_the_least_harm_at_a_share() -> None:
    found = offer(drawn(1000, 4), ABOUT, Aim(0.02), share=0.25)
    assert (found.promise.kind, found.promise.budget, found.promise.harm) == ("budget", 0.25, None)
    assert found.promise.size == 500
    assert "500 others taught which answers to keep, and do not count in the bound." in found.sentences
    assert found.sentences[0] == "Route auto: the least harm at 25.0% of requests escalated to cloud."
    assert "No single target does no more harm for less; the cheapest that does is cloud." in found.sentences
    assert [each.adequate for each in found.alone] == [True, False, False]


def test_the_mirror_holds_a_single_target_to_the_harm_of_the_rule() -> None:
    easy = drawn(1000, 4)
    easy.right["large"][:] = True
    found = offer(easy, ABOUT, Aim(0.02), share=0.25)
    assert [each.adequate for each in found.alone] == [True, True, False]
    assert "large alone does no more harm for 0.1 USD: the cascade saves no money." in found.sentences


def test_the_bound_of_the_cheapest_of_several_is_that_of_all_the_harms_that_may_stay() -> None:
    easy = drawn(500, 2)
    easy.right["small"][:] = True
    easy.right["large"][:] = True
    found = offer(easy, ABOUT, Aim(0.02))
    assert found.promise.bound == pytest.approx(0.0185, abs=1e-4)
    assert [each.bound for each in found.alone][1:] == pytest.approx([0.0046, 0.0046], abs=1e-4)


def test_a_slice_is_assumed_to_be_named_only_where_it_is_weighed() -> None:
    about = msgspec.structs.replace(ABOUT, slices=("task", "desk"))
    outcomes = drawn(1500, 4)
    hard = np.where(np.random.default_rng(4).random(1500) < 0.8, outcomes.harm(), ~outcomes.harm())
    outcomes.measures["slice:task=hard"] = hard.astype(float)
    found = offer(outcomes, about, Aim(0.02))
    assert [each for each in found.promise.assumptions if "metadata" in each] == [
        "Requests name their 'task' as metadata, as the questions do."
    ]
    assert "Not weighed, as too little was learned of it here: 'desk'." in found.sentences
    for voice in ("small", "large"):
        outcomes.right[voice][:] = True
    single = offer(outcomes, about, Aim(0.02))
    assert not any("metadata" in each for each in single.promise.assumptions)
    assert not any("Not weighed" in each for each in single.sentences)


def test_runs_that_ended_early_are_told() -> None:
    about = msgspec.structs.replace(ABOUT, unfinished="the run run_1 of large is partial: the budget was spent")
    said = offer(drawn(500, 1), about, Aim(0.02)).sentences[1]
    assert said.endswith("Not every question was asked: the run run_1 of large is partial: the budget was spent.")


def test_the_same_content_has_the_same_id_whatever_became_of_it() -> None:
    promise = offer(drawn(500, 1), ABOUT, Aim(0.02)).promise
    assert named(msgspec.structs.replace(promise, state="suspended", why="an alarm")).id == promise.id
    assert named(msgspec.structs.replace(promise, harm=0.03)).id != promise.id


def test_a_promise_names_the_router_whose_forecasts_it_weighs_and_no_other() -> None:
    about = msgspec.structs.replace(ABOUT, router="rt_1")
    plain, told = drawn(1500, 4), drawn(1500, 4)
    noise = np.random.default_rng(4).normal(0, 0.1, 1500)
    told.measures["forecast"] = np.clip(np.where(told.harm(), 0.3, 0.85) + noise, 0.01, 0.99)
    without = offer(plain, about, Aim(0.02)).promise
    found = offer(told, about, Aim(0.02)).promise
    assert (without.router, found.router) == ("", "rt_1")
    assert found.escalated < without.escalated - 0.1
    assert any("forecasts come in time" in each for each in found.assumptions)


def test_a_floor_stands_in_the_promise_and_is_told_with_what_it_saves_and_costs() -> None:
    about, told = msgspec.structs.replace(ABOUT, router="rt_1"), drawn(1500, 4)
    noise = np.random.default_rng(4).normal(0, 0.1, 1500)
    told.measures["forecast"] = np.clip(np.where(told.right["large"], 0.85, 0.3) + noise, 0.01, 0.99)
    found = offer(told, about, Aim(0.02))
    assert found.promise.keeping is not None
    assert found.promise.keeping.floor > 0
    assert found.promise.router == "rt_1"
    [sentence] = [each for each in found.sentences if "at once" in each]
    assert sentence.startswith(f"Where the router's chance is below {found.promise.keeping.floor:.4g}, cloud is asked")
    mirrored = offer(told, about, Aim(0.02), 0.3).promise
    assert mirrored.keeping is not None
    assert mirrored.keeping.floor == 0


def test_what_a_judge_may_get_wrong_and_what_a_label_bars_is_told() -> None:
    judged = msgspec.structs.replace(ABOUT, scorer="judge:good")
    told = offer(drawn(500, 1), judged, Aim(0.02)).promise.assumptions
    assert any("judge:good" in each and "not in the bound" in each for each in told)
    assert any("where a label bars it" in each and "nothing is promised" in each for each in told)


def test_nothing_is_said_to_be_kept_where_nothing_is() -> None:
    hopeless = drawn(500, 1)
    hopeless.usable[:] = False
    said = offer(hopeless, ABOUT, Aim(0.02)).sentences[0]
    assert "no answer of large could be kept safely, and cloud answers" in said


DRAWS = 600
TOO_OFTEN = 80
"""Of 600 calibrations that fail with a chance of 0.1 at the most, so many do in fewer than one case of 150."""

HOSTILE = [
    pytest.param(population(1, large=0.03), 500, None, id="confidence that tells nothing"),
    pytest.param(population(2, large=0.03, values=2), 500, None, id="two values, and a third to learn"),
    pytest.param(population(3, large=0.03, values=25), 500, None, id="heavy ties"),
    pytest.param(population(4, large=0.025), 115, None, id="few questions, few harms"),
    pytest.param(population(5, large=0.005, small=0.021), 500, None, id="a cheaper one alone just above"),
    pytest.param(population(6, large=0.021, small=0.021), 500, None, id="both alone just above"),
    pytest.param(population(7, large=0.05), 500, 0.0, id="the mirror, nothing escalated"),
    pytest.param(population(8, large=0.05, values=4), 500, 0.5, id="the mirror, ties"),
]


@pytest.mark.parametrize(("everything", "size", "share"), HOSTILE)
def test_neither_promise_nor_bound_is_broken_more_often_than_stated(
    everything: Outcomes, size: int, share: float | None
) -> None:
    draws, aim = np.random.default_rng(9), Aim(0.02)
    broken = beyond = 0
    for _ in range(DRAWS):
        promise = offer(everything.part(draws.integers(0, len(everything.usable), size)), ABOUT, aim, share).promise
        harm = true_harm(promise, everything)
        broken += promise.harm is not None and harm > promise.harm
        beyond += harm > promise.bound
    assert broken < TOO_OFTEN
    assert beyond < TOO_OFTEN
