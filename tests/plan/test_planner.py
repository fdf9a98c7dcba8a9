from __future__ import annotations

import dataclasses
import datetime
from functools import cache

import msgspec
import numpy as np
import pytest

from freehold.plan.planner import plan
from freehold.plan.result import Plan
from freehold.plan.scenario import Claim, Objectives, Scenario
from support.scenarios import SMALL, api, cloud, hybrid, owned, scenario, workload

NOW = datetime.datetime(2026, 11, 22, 18, 30, tzinfo=datetime.UTC)


@cache
def made() -> Scenario:
    """A small model on one card, so that its simulations are quick."""
    frontier, hosted = api("frontier", 2.5, 10.0), api("hosted", 0.05, 0.1, model="Llama 3.1 8B")
    gpu = cloud(model=SMALL, gpus=1)
    too_big = owned("small-card", gpus=1, gpu="RTX 4090", weights="q4_k_m")
    claim = Claim(name="day", text="100 a day", figure="usd_a_day", options=("frontier",), low=100, high=100)
    options = frontier, hosted, gpu, owned(usd=8_000.0, model=SMALL, gpus=1), too_big, hybrid()
    return scenario(options=options, workload=workload(3_000.0, low=2_000.0, high=4_000.0), claims=(claim,))


@cache
def planned(seed: int = 1, draws: int = 500) -> Plan:
    return plan(made(), draws=draws, seed=seed, now=NOW)


def test_every_option_is_costed_or_refused_in_the_scenarios_order() -> None:
    results = planned().results
    assert [result.name for result in results] == [option.name for option in made().options]
    assert [result.name for result in results if result.refusal] == ["small-card"]
    assert "39.6" in results[4].refusal
    assert "24" in results[4].refusal


def test_machines_that_are_too_few_by_the_scenarios_own_word_are_not_recommended_silently() -> None:
    gpu = cloud(model=SMALL, gpus=1)
    few = msgspec.structs.replace(gpu, server=msgspec.structs.replace(gpu.server, replicas=1))
    busy = scenario(options=(few,), workload=workload(1_000_000.0))
    found = plan(busy, draws=20, now=NOW)
    assert found.recommendation.option == "gpu"
    assert any("do not keep the objectives" in sentence for sentence in found.recommendation.sentences)
    enough = plan(scenario(options=(few,), workload=workload(500.0)), draws=20, now=NOW)
    assert not any("do not keep the objectives" in sentence for sentence in enough.recommendation.sentences)


def test_the_plan_says_what_it_was_made_of() -> None:
    found = planned()
    assert (found.scenario, found.draws, found.seed, found.horizon_months) == ("test", 500, 1, 12)
    assert found.made == "2026-11-22T18:30:00Z"
    assert found.requests_a_day.value == 3_000
    assert found.objective.ttft_s == 2.0
    assert {row.path for row in found.assumptions} >= {"options.gpu.price_gpu_hour", "workload.requests_a_day"}
    assert found.claims[0].name == "day"


def test_the_recommendation_is_one_that_can_be_had_and_its_break_evens_come_first() -> None:
    found = planned()
    best = found.recommendation.option
    assert best in {result.name for result in found.results if not result.refusal}
    assert any("small" in sentence.lower() or "is out" in sentence for sentence in found.recommendation.sentences)
    mine = [best in (each.first, each.second) for each in found.break_evens]
    assert mine == sorted(mine, reverse=True)
    assert found.tornado is not None
    assert found.tornado.first == best


def test_curves_pass_through_the_plans_own_month() -> None:
    found = planned()
    months = {result.name: result.month for result in found.results if result.month}
    for curve in found.curves:
        place = int(np.argmin([abs(volume - 3_000) for volume in curve.requests_a_day]))
        assert curve.month[place].value == pytest.approx(months[curve.option].value)


def test_a_plan_is_the_same_for_the_same_seed_and_others_differ_a_little() -> None:
    again = plan(made(), draws=500, seed=1, now=NOW)
    assert again == planned()
    other = planned(seed=2)
    assert other.results[3].month != planned().results[3].month
    assert other.results[3].month.low == pytest.approx(planned().results[3].month.low, rel=0.02)


def test_a_plan_is_json_without_holes() -> None:
    text = msgspec.json.encode(planned())
    assert msgspec.json.decode(text, type=Plan) == planned()
    assert b'"value":null' not in text
    assert b'"high":null' not in text


def test_what_may_not_leave_refuses_all_that_sends_prompts_out() -> None:
    found = plan(msgspec.structs.replace(made(), may_leave=False), draws=50, now=NOW)
    refusals = {result.name: result.refusal for result in found.results if result.refusal}
    assert set(refusals) == {"frontier", "hosted", "gpu", "small-card", "cascade"}
    assert "may not leave" in refusals["gpu"]
    assert found.recommendation.option == "box"


def test_the_same_server_is_as_fast_whoever_owns_it() -> None:
    """The same card at the same price for an hour twice over: their costs differ in no world."""
    twins = cloud("gpu", 2.0, model=SMALL, gpus=1), cloud("twin", 2.0, model=SMALL, gpus=1)
    found = plan(msgspec.structs.replace(made(), options=twins, claims=()), draws=200, now=NOW)
    assert found.results[0].month == found.results[1].month
    assert found.tornado is not None
    assert found.recommendation.wins == {"gpu": 1.0, "twin": 0.0}


def test_a_hybrid_of_what_cannot_be_had_cannot_be_had() -> None:
    small = owned("small-card", gpus=1, gpu="RTX 4090", weights="q4_k_m")
    options = api("frontier", 2.5, 10.0), small, hybrid("cascade", "small-card", "frontier")
    found = plan(msgspec.structs.replace(made(), options=options), draws=20, now=NOW)
    assert found.results[2].refusal.startswith("it is made of small-card, which cannot be had: 71B parameters")
    assert found.recommendation.option == "frontier"
    assert found.tornado is None


def test_objectives_that_no_machine_keeps_are_a_refusal() -> None:
    options = (cloud(model=SMALL, gpus=1),)
    asked = msgspec.structs.replace(made(), options=options, claims=(), objectives=Objectives(ttft_s=0.001))
    found = plan(asked, draws=20, now=NOW)
    assert "no number of replicas" in found.results[0].refusal
    assert found.recommendation.option == ""
    assert found.break_evens == ()
    assert found.curves == ()


def test_an_option_without_a_price_in_most_draws_is_refused_and_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.plan.planner.hopeless", lambda spend: "" if np.ptp(spend.month) > 1e4 else "in most")
    found = plan(msgspec.structs.replace(made(), claims=()), draws=50, now=NOW)
    refused = {result.name for result in found.results if result.refusal == "in most"}
    assert refused
    assert refused.isdisjoint({curve.option for curve in found.curves} | set(found.recommendation.wins))


def test_a_server_that_is_too_slow_by_its_own_word_is_refused_and_its_twin_is_not() -> None:
    gpu, slow = cloud(model=SMALL, gpus=1), cloud("slow", model=SMALL, gpus=1)
    speed = msgspec.structs.replace(slow.server.speed, value=0.01, low=0.008, high=0.012)
    slow = msgspec.structs.replace(slow, server=msgspec.structs.replace(slow.server, speed=speed))
    found = plan(msgspec.structs.replace(made(), options=(gpu, slow), claims=()), draws=20, now=NOW)
    assert [bool(result.refusal) for result in found.results] == [False, True]


def test_one_draw_makes_a_plan_and_none_does_not() -> None:
    options = (api("frontier", 2.5, 10.0),)
    found = plan(msgspec.structs.replace(made(), options=options), draws=1, now=NOW)
    assert found.results[0].month is not None
    with pytest.raises(ValueError, match="0 draws tell nothing"):
        plan(made(), draws=0, now=NOW)


def test_a_scenario_without_options_recommends_nothing() -> None:
    found = plan(msgspec.structs.replace(made(), options=(), claims=()), draws=20, now=NOW)
    assert found.recommendation.option == ""
    assert (found.results, found.curves, found.tornado) == ((), (), None)


def test_a_model_with_a_short_context_is_refused_long_requests() -> None:
    short = cloud("gpu", 2.0, model="Llama-2-7b", gpus=1), cloud("long", 2.0, model=SMALL, gpus=1)
    busiest = made().workload.busiest
    busiest = dataclasses.replace(busiest, prompt=3 * busiest.prompt)
    flow = msgspec.structs.replace(made().workload, busiest=busiest)
    found = plan(msgspec.structs.replace(made(), workload=flow, options=short, claims=()), draws=50, now=NOW)
    assert "takes 4,096 tokens of prompt and answer together; 100%" in found.results[0].refusal
    assert not found.results[1].refusal
