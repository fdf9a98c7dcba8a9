from __future__ import annotations

import time
from functools import cache

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.plan.cost import Bill, bill, million_tokens
from freehold.plan.draws import Case, inputs, sample
from freehold.plan.quantity import Quantity
from freehold.plan.scenario import Cloud, Option, Scenario
from support.scenarios import FixedSizer, api, cloud, hybrid, owned, people, quantity, scenario, workload
from support.sums import reckoned

SIZERS = {name: FixedSizer(0.04, restless=0.003) for name in ("gpu", "scaled", "spot", "reserved", "box")}


def rented(name: str, term: str, *, autoscale: bool) -> Cloud:
    """Rented GPUs with something of every cost."""
    at, made = f"options.{name}", cloud(name, 2.0, hours=10.0, spread=1.5)
    return msgspec.structs.replace(
        made,
        server=msgspec.structs.replace(made.server, spares=1),
        term=term,
        autoscale=autoscale,
        gpus_an_instance=8,
        hours_a_day=quantity(f"{at}.hours_a_day", 20.0, 14.0, 23.0),
        interruptions_a_day=quantity(f"{at}.interruptions_a_day", 1.0, 0.3, 3.0),
        storage_gb=quantity(f"{at}.storage_gb", 300.0, 200.0, 400.0),
        egress_gb_month=quantity(f"{at}.egress_gb_month", 90.0, 50.0, 150.0),
    )


@cache
def made(growth: float = 0.02) -> Scenario:
    """Options of every kind, every kind of input with a range."""
    frontier = api("frontier", 2.5, 10.0, hours=4.0, spread=1.2)
    long = msgspec.structs.replace(
        frontier,
        name="long",
        long_above=1999,
        long_input=quantity("options.long.long_input", 5.0, 4.0, 6.0),
        people=msgspec.structs.replace(
            people("long", 3.0), hours_once=quantity("options.long.people.hours_once", 30.0)
        ),
    )
    flow = msgspec.structs.replace(
        workload(low=7_000.0, high=14_000.0, growth=growth),
        growth_a_month=quantity("workload.growth_a_month", growth, growth - 0.02, growth + 0.03, "signed"),
        peak_over_mean=quantity("workload.peak_over_mean", 2.0, 1.3, 3.0),
        prompt_tokens=quantity("workload.prompt_tokens", 2000.0, 1500.0, 2600.0),
        answer_tokens=quantity("workload.answer_tokens", 500.0, 300.0, 800.0),
        cached_share=quantity("workload.cached_share", 0.3, 0.1, 0.5, "share"),
        batch_share=quantity("workload.batch_share", 0.2, 0.1, 0.4, "share"),
    )
    taxed = msgspec.structs.replace(owned(), tax_share=quantity("options.box.tax_share", 0.2, 0.1, 0.25, "share"))
    options: tuple[Option, ...] = (
        frontier,
        long,
        rented("gpu", "on_demand", autoscale=False),
        rented("scaled", "on_demand", autoscale=True),
        rented("spot", "spot", autoscale=True),
        rented("reserved", "reserved_1y", autoscale=False),
        taxed,
        hybrid(),
        hybrid("cellar", home="box", away="scaled"),
    )
    return scenario(workload=flow, options=options, horizon_months=36)


NAMES = [option.name for option in made().options]


def billed(name: str, case: Case, plan: Scenario | None = None) -> Bill:
    plan = plan or made()
    option = next(each for each in plan.options if each.name == name)
    return bill(option, plan, case, SIZERS)


@cache
def drawn(draws: int = 200) -> Case:
    return sample(inputs(made()), draws, 1)


@pytest.mark.parametrize("name", NAMES)
def test_parts_add_up_are_not_negative_and_have_a_month_for_every_draw(name: str) -> None:
    found = billed(name, drawn())
    assert all(part.usd.shape == (200, 36) for part in found.parts)
    assert all((part.usd >= 0).all() for part in found.parts)
    assert found.total == pytest.approx(np.sum([part.usd for part in found.parts], axis=0))
    assert len({part.part for part in found.parts}) == len(found.parts)


@pytest.mark.parametrize("name", NAMES)
def test_draws_of_what_is_known_are_the_central_case(name: str) -> None:
    single, many = billed(name, Case()), billed(name, Case(7))
    assert [part.part for part in single.parts] == [part.part for part in many.parts]
    for one, all_ in zip(single.parts, many.parts, strict=True):
        assert (all_.usd == one.usd).all(), one.part


@pytest.mark.parametrize("name", NAMES)
def test_a_world_costs_what_it_costs_alone(name: str) -> None:
    case = drawn()
    whole = billed(name, case)
    for world in (0, 57, 199):
        alone = billed(name, case.take(slice(world, world + 1)))
        assert alone.total[0] == pytest.approx(whole.total[world])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("growth", [0.0, 0.02])
def test_every_formula_comes_to_what_it_says(name: str, growth: float) -> None:
    plan = made(growth)
    case = drawn()
    for world in range(0, 40, 4):
        found = billed(name, case.take(slice(world, world + 1)) if world else Case(), plan)
        for part in found.parts:
            again, said = reckoned(part.formula)
            assert said == pytest.approx(part.usd[0].mean(), abs=0.0051), part
            assert again == pytest.approx(part.usd[0].mean(), rel=1e-6), part.formula


@pytest.mark.parametrize("name", NAMES)
def test_a_case_of_many_worlds_has_neither_formulas_nor_warnings(name: str) -> None:
    found = billed(name, drawn())
    assert {part.formula for part in found.parts} == {""}
    assert found.warnings == ()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20, deadline=None)
@given(less=st.floats(100, 200_000), times=st.floats(1, 20))
def test_more_requests_never_cost_less(name: str, less: float, times: float) -> None:
    path = made().workload.requests_a_day.path
    before, after = (billed(name, Case().with_input(path, volume)).total for volume in (less, less * times))
    # Over the horizon: in a single month a machine that was bought later binds more money.
    assert after.sum() >= before.sum() * (1 - 1e-9)


@settings(max_examples=30, deadline=None)
@given(times=st.floats(0.01, 100))
def test_tokens_cost_as_much_as_there_are_of_them(times: float) -> None:
    path, volume = made().workload.requests_a_day.path, made().workload.requests_a_day.value
    for name in ("frontier", "long"):
        one, more = billed(name, Case()), billed(name, Case().with_input(path, volume * times))
        for before, after in zip(one.parts, more.parts, strict=True):
            factor = 1 if before.part in {"people", "migration"} else times
            assert after.usd == pytest.approx(before.usd * factor)


@pytest.mark.parametrize("name", NAMES)
def test_twice_every_price_costs_twice_as_much(name: str) -> None:
    def prices(value: object) -> list[Quantity]:
        return [each for each in inputs(value) if "price" in each.path or each.path.split(".")[-1] in TOKENS]

    case = Case()
    for each in prices(made()):
        case = case.with_input(each.path, 2 * each.value)
    once, twice = billed(name, Case()), billed(name, case)
    for before, after in zip(once.parts, twice.parts, strict=True):
        assert after.usd == pytest.approx(2 * before.usd), before.part


TOKENS = {"input", "cached_input", "output", "long_input"}


@pytest.mark.parametrize("name", NAMES)
def test_a_part_follows_from_the_inputs_that_it_names_and_from_no_others(name: str) -> None:
    plan, single = made(), billed(name, Case())
    for quantity_ in inputs(plan):
        moved = quantity_.value * 1.9 + 0.01 if quantity_.shape != "share" else min(quantity_.value + 0.3, 0.95)
        changed = billed(name, Case().with_input(quantity_.path, moved))
        for before, after in zip(single.parts, changed.parts, strict=True):
            if quantity_.path not in before.inputs:
                assert (after.usd == before.usd).all(), (before.part, quantity_.path)


def test_a_formula_goes_on_into_the_currency_that_is_shown() -> None:
    plan = msgspec.structs.replace(made(0.0), currency="GBP", usd=1.25)
    part = billed("frontier", Case(), plan).parts[0]
    dollars = part.usd[0].mean()
    assert part.formula.endswith(f"= {dollars:,.2f} USD; {dollars / 1.25:,.2f} GBP at 1.25 USD each")


def test_a_million_tokens_are_of_prompt_and_answer_together() -> None:
    plan = scenario(workload=workload(10_000))
    found = bill(plan.options[0], plan, Case(2), {})
    # 2,000 at 2.50 and 500 at 10.00 a million: 0.01 dollars for 2,500 tokens.
    assert million_tokens(found.total, plan, Case(2)).tolist() == [[pytest.approx(4.0)]] * 2


def test_six_options_in_ten_thousand_worlds_are_quick() -> None:
    case = drawn(10_000)
    names = ("frontier", "gpu", "scaled", "spot", "box", "cascade")
    started = time.process_time()
    for name in names:
        assert billed(name, case).total.shape == (10_000, 36)
    assert time.process_time() - started < 3, "a quarter of a second on a quiet machine"
