from __future__ import annotations

import msgspec
import pytest

from freehold.catalog.architectures import architectures
from freehold.plan.likeness import Likeness, server_of
from freehold.plan.scenario import Alike, Option
from support.scenarios import BIG, SMALL, api, cloud, hybrid, owned, quantity, scenario


def likeness(*options: Option, **changes: object) -> Likeness:
    return Likeness(scenario(options=options, **changes), architectures())


def test_the_same_model_is_alike_wherever_it_runs_and_however_it_is_spelled() -> None:
    hosted = api("hosted", 0.2, 0.4, model="provider/meta-llama/Llama-3.3-70B-Instruct".removeprefix("provider/"))
    rented, bought = cloud(), owned(weights="int4", gpus=1)
    found = likeness(hosted, rented, bought)
    assert found.group(hosted) == found.group(rented) == found.group(bought)


def test_different_models_are_unlike() -> None:
    small, big, closed = cloud("small", model=SMALL), cloud("big", model=BIG), api("closed", 1, 1)
    found = likeness(small, big, closed)
    assert len({found.group(each) for each in (small, big, closed)}) == 3


def test_an_evaluation_makes_models_alike_and_through_one_another() -> None:
    small, big, closed = cloud("small", model=SMALL), cloud("big", model=BIG), api("closed", 1, 1)
    said = (Alike((SMALL, BIG), "runs/1"), Alike(("Llama 3.3 70B", "frontier-1"), "runs/2"))
    found = likeness(small, big, closed, alike=said)
    assert len({found.group(each) for each in (small, big, closed)}) == 1


def test_the_largest_model_of_an_option_is_its_size_where_that_is_known() -> None:
    small, big, closed = cloud("small", model=SMALL), cloud("big", model=BIG), api("closed", 1, 1)
    both, veiled = hybrid("both", "small", "big"), hybrid("veiled", "small", "closed")
    found = likeness(small, big, closed, both, veiled)
    assert found.parameters(both) == found.parameters(big) == pytest.approx(70.55, rel=1e-3)
    assert found.parameters(small) == pytest.approx(8.03, rel=1e-3)
    assert found.parameters(closed) is found.parameters(veiled) is None


def test_fewer_than_four_bits_make_another_model() -> None:
    whole, cut = cloud("whole"), cloud("cut", weights="q3_k_m", gpus=1)
    found = likeness(whole, cut)
    assert found.group(whole) != found.group(cut)
    assert "weaker" in found.quality(cut)


def test_a_hybrid_is_like_no_other() -> None:
    options = api("frontier", 1, 1), cloud(), hybrid()
    found = likeness(*options)
    assert len({found.group(each) for each in options}) == 3
    assert found.model(options[2]) == f"{BIG} + frontier-1"
    assert found.short(options[2]) == "Llama-3.3-70B-Instruct + frontier-1"


def test_only_ones_own_machines_keep_prompts_in_the_building() -> None:
    frontier, gpu, box = api("frontier", 1, 1), cloud(), owned()
    mixed, inside = hybrid("mixed", "box", "frontier"), hybrid("inside", "box", "box2")
    found = likeness(frontier, gpu, box, owned("box2"), mixed, inside)
    assert [found.leaves(each) for each in (frontier, gpu, box, mixed, inside)] == [True, True, False, True, False]
    assert found.privacy(box) == "Prompts never leave the building."
    assert "Of the 40 % passed on: Every prompt is sent to the provider" in found.privacy(mixed)


@pytest.mark.parametrize(("weights", "said"), [("bf16", "in bf16"), ("int4", "cut to 4.2 bits (int4)")])
def test_quality_names_the_precision(weights: str, said: str) -> None:
    option = cloud(weights=weights)
    assert said in likeness(option).quality(option)


def test_risk_names_spot_and_a_missing_spare() -> None:
    spot = msgspec.structs.replace(cloud(), term="spot")
    spare = msgspec.structs.replace(spot, term="on_demand", server=msgspec.structs.replace(spot.server, spares=1))
    reserved = msgspec.structs.replace(cloud(), term="reserved_1y")
    found = likeness(spot)
    assert "Spot machines are taken away" in found.risk(spot)
    assert "There is no spare" in found.risk(spot)
    assert found.risk(spare) == "A spare replica takes over where one fails."
    assert "whole term" in found.risk(reserved)
    assert "days" in found.risk(owned())


def test_prices_that_are_too_old_are_warned_of() -> None:
    old = quantity("options.gpu.price_gpu_hour", 2.0, stale=True, date="2025-01-31")
    option = msgspec.structs.replace(cloud(), usd_gpu_hour=old)
    (warning,) = likeness(option).warnings(option)
    assert warning == "Rented A100s: an hour of a GPU is of 2025-01-31, which is old: look it up again."
    assert likeness(cloud()).warnings(cloud()) == ()


def test_what_runs_a_model_is_ones_own_to_choose_only_on_machines() -> None:
    assert server_of(api("frontier", 1, 1)) is None
    assert server_of(hybrid()) is None
    gpu = cloud()
    assert server_of(gpu) is gpu.server


def test_where_both_sides_of_a_hybrid_are_providers_prompts_are_not_said_to_be_at_home() -> None:
    options = (api("frontier", 2.5, 10.0), api("hosted", 0.2, 0.4), hybrid(home="hosted"))
    found = Likeness(scenario(options=options), architectures())
    assert found.privacy(options[2]) == (
        "Every prompt is sent to the provider, whose terms and law hold for it. The 40 % passed on go to a second "
        "one as well."
    )
    mixed = (api("frontier", 2.5, 10.0), cloud(), hybrid())
    assert Likeness(scenario(options=mixed), architectures()).privacy(mixed[2]).startswith("First: Prompts leave")


def test_a_model_will_do_that_the_scenario_says_is_good_enough() -> None:
    options = (api("frontier", 2.5, 10.0), cloud(), cloud("cut", weights="q3_k_m"), hybrid())
    anything = Likeness(scenario(options=options), architectures())
    assert all(anything.will_do(option) for option in options)
    one = Likeness(scenario(options=options, good_enough=("Llama 3.3 70B",)), architectures())
    assert [one.will_do(option) for option in options] == [False, True, False, False]
    both = Likeness(scenario(options=options, good_enough=("Llama 3.3 70B", "frontier-1")), architectures())
    assert [both.will_do(option) for option in options] == [True, True, False, True]
