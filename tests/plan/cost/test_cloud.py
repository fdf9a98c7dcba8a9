from __future__ import annotations

import msgspec
import numpy as np
import pytest

from freehold.plan.cost import cloud as costs
from freehold.plan.cost.options import bill
from freehold.plan.draws import Case
from freehold.plan.scenario import Cloud, Server
from support.scenarios import FixedSizer, cloud, quantity, scenario, workload
from support.sums import reckoned

DAYS = 30.4


def rented(server: dict[str, int] | None = None, **changes: object) -> Cloud:
    """One GPU a replica, at 2.00 an hour."""
    option = cloud("gpu", 2.0, gpus=1)
    made: Server = msgspec.structs.replace(option.server, **(server or {}))
    return msgspec.structs.replace(option, server=made, **changes)


def known(name: str, value: float) -> object:
    return quantity(f"options.gpu.{name}", value)


def parts(
    option: Cloud, case: Case | None = None, *, growth: float = 0.0, each: float = 0.75, **flow: object
) -> dict[str, float]:
    """The mean month of every part."""
    made = scenario(workload=msgspec.structs.replace(workload(10_000, growth=growth), **flow))
    found = bill(option, made, case or Case(), {"gpu": FixedSizer(each)})
    for part in found.parts:
        again, said = reckoned(part.formula)
        assert said == pytest.approx(part.usd.mean(), abs=0.0051)
        assert again == pytest.approx(said, rel=1e-5, abs=0.0051), part.formula
    return {part.part: float(part.usd[0].mean()) for part in found.parts}


def test_one_gpu_all_day_at_2_50_to_3_50_is_1824_to_2554_a_month_of_30_4_days() -> None:
    for price, month in ((2.5, 1824.0), (3.5, 2553.6)):
        option = rented({"replicas": 1}, usd_gpu_hour=known("price_gpu_hour", price))
        assert parts(option)["GPU hours"] == pytest.approx(month)
        # The figures that are told, 1,825 and 2,555, are for months of 730 hours.
        assert month / (DAYS * 24) * 730 == pytest.approx({2.5: 1825, 3.5: 2555}[price])


def test_the_peaks_replicas_and_their_spares_stand_all_day() -> None:
    assert parts(rented())["GPU hours"] == pytest.approx(2 * 24 * DAYS * 2)
    assert parts(rented({"spares": 1}))["GPU hours"] == pytest.approx(3 * 24 * DAYS * 2)
    assert parts(rented())["starts"] == 0


def test_machines_that_are_off_at_night_start_each_morning_and_stand_whole_hours() -> None:
    found = parts(rented(hours_a_day=known("hours_a_day", 9.2), start_minutes=known("start_minutes", 15.0)))
    assert found["GPU hours"] == pytest.approx(2 * 10 * DAYS * 2)
    assert found["starts"] == pytest.approx(2 * DAYS * 0.25 * 2)


def test_machines_that_are_off_at_night_are_off_at_weekends_when_nobody_asks() -> None:
    week = tuple(1 / 50 if 8 <= hour % 24 < 18 and hour < 120 else 0.0 for hour in range(168))
    made = scenario(workload=msgspec.structs.replace(workload(), hours=week))
    part, *_ = bill(rented(hours_a_day=known("hours_a_day", 10.0)), made, Case(), {"gpu": FixedSizer(0.75)}).parts
    assert part.usd[0, 0] == pytest.approx(2 * 10 * DAYS * 5 / 7 * 2)
    assert "10 hours/day x 30.4 days x 5 / 7 days on which anybody asks" in part.formula
    assert reckoned(part.formula)[0] == pytest.approx(part.usd[0, 0], abs=0.01)
    always, *_ = bill(rented(), made, Case(), {"gpu": FixedSizer(0.75)}).parts
    assert always.usd[0, 0] == pytest.approx(2 * 24 * DAYS * 2)
    off = bill(rented(hours_a_day=known("hours_a_day", 10.0)), made, Case(), {"gpu": FixedSizer(0.75)})
    assert not any("off for" in sentence for sentence in off.warnings)


def test_reserved_machines_are_paid_all_hours_and_not_given_back() -> None:
    option = rented(term="reserved_1y", hours_a_day=known("hours_a_day", 8.0), autoscale=True)
    assert parts(option)["GPU hours"] == pytest.approx(2 * 24 * DAYS * 2)
    assert parts(option, growth=-0.2)["GPU hours"] == pytest.approx(2 * 24 * DAYS * 2)
    assert parts(rented(), growth=-0.2)["GPU hours"] < 2 * 24 * DAYS * 2
    assert parts(option)["starts"] == 0


def test_replicas_follow_the_months() -> None:
    made = scenario(workload=workload(10_000, growth=0.1))
    usd = bill(rented(), made, Case(), {"gpu": FixedSizer(0.75)}).parts[0].usd[0]
    loads = 1.1 ** np.arange(12)
    assert usd == pytest.approx(np.ceil(loads / 0.75) * 24 * DAYS * 2)


@pytest.mark.parametrize(
    ("gpus", "instance", "replicas", "instances"),
    [(1, 1, 3, 3), (1, 8, 3, 1), (1, 8, 9, 2), (2, 8, 5, 2), (3, 8, 3, 2), (8, 1, 2, 16), (12, 8, 2, 4)],
)
def test_whole_instances_are_rented_and_no_replica_that_fits_is_cut(
    gpus: int, instance: int, replicas: int, instances: int
) -> None:
    option = rented({"gpus": gpus}, gpus_an_instance=instance)
    assert costs.instances(option, np.array([float(replicas)])).tolist() == [instances]


def test_the_gpus_of_an_instance_that_nobody_uses_are_paid() -> None:
    assert parts(rented(gpus_an_instance=8))["GPU hours"] == pytest.approx(8 * 24 * DAYS * 2)


def test_an_autoscaled_fleet_has_each_hours_replicas_and_pays_its_starts() -> None:
    # Nine hours of every day have twice the load of the others: 2 replicas, and 1.
    found = parts(rented(autoscale=True, start_minutes=known("start_minutes", 30.0)), each=0.5)
    assert found["GPU hours"] == pytest.approx((9 * 2 + 15 * 1) * DAYS * 2)
    assert found["starts"] == pytest.approx(1 * DAYS * 0.5 * 2)


def test_an_autoscaled_fleet_is_what_a_walk_through_the_week_finds() -> None:
    hours = tuple(float(1 + (hour * 7) % 16) for hour in range(168))
    shares = tuple(hour / sum(hours) for hour in hours)
    peak = quantity("workload.peak_over_mean", 168 * max(shares))
    sizer = FixedSizer(0.07)
    needed = [float(sizer.replicas(hour / 16, 1.0)) + 1 for hour in hours]
    starts = sum(max(0.0, needed[hour] - needed[hour - 1]) for hour in range(168))
    option = rented({"spares": 1}, autoscale=True, start_minutes=known("start_minutes", 6.0))
    found = parts(option, each=0.07, hours=shares, peak_over_mean=peak)
    assert found["GPU hours"] == pytest.approx(sum(needed) * DAYS / 7 * 2)
    assert found["starts"] == pytest.approx(starts * DAYS / 7 * 0.1 * 2)


def test_of_many_hours_none_has_too_few_machines_and_few_have_too_many() -> None:
    hours = tuple(float(1 + (hour * 7) % 100) for hour in range(168))
    shares = tuple(hour / sum(hours) for hour in hours)
    peak = quantity("workload.peak_over_mean", 168 * max(shares))
    needed, more = (
        sum(float(FixedSizer(0.01).replicas(min(hour / max(hours) + room, 1.0), 1.0)) for hour in hours)
        for room in (0.0, 1 / costs.LEVELS)
    )
    found = parts(rented(autoscale=True), each=0.01, hours=shares, peak_over_mean=peak)
    assert needed <= found["GPU hours"] / (DAYS / 7 * 2) <= more


def test_a_load_that_grows_while_a_machine_starts_has_room() -> None:
    option = rented(autoscale=True, start_minutes=known("start_minutes", 10.0))
    flow = workload(10_000)
    peak = quantity("workload.peak_over_mean", 168 * max(flow.hours))
    made = scenario(workload=msgspec.structs.replace(flow, peak_over_mean=peak))

    def hours(restless: float) -> float:
        sizer = FixedSizer(0.52, restless=restless)
        return float(bill(option, made, Case(), {"gpu": sizer}).parts[0].usd.mean() / (DAYS * 2))

    # The quiet hours have half the busy ones' load, which one replica bears with little to spare.
    assert hours(0.0) == pytest.approx(9 * 2 + 15 * 1)
    assert hours(0.01) == pytest.approx(9 * 2 + 15 * 2)
    assert hours(1.0) == pytest.approx(9 * 2 + 15 * 2), "no hour needs more than the peak"


def test_nothing_stands_in_hours_without_requests() -> None:
    office = tuple(1 / 40 if 9 <= hour % 24 < 17 and hour < 120 else 0.0 for hour in range(168))
    peak = quantity("workload.peak_over_mean", 168 / 40)
    found = parts(rented({"spares": 1}, autoscale=True), hours=office, peak_over_mean=peak)
    assert found["GPU hours"] == pytest.approx(3 * 40 * DAYS / 7 * 2)
    assert found["starts"] == pytest.approx(3 * 5 * DAYS / 7 * 10 / 60 * 2)


def test_spot_machines_pay_lost_starts_and_carry_what_is_away() -> None:
    often = known("interruptions_a_day", 4.0)
    option = rented(term="spot", interruptions_a_day=often, start_minutes=known("start_minutes", 30.0))
    found = parts(option, each=0.52)
    # Away for 2 hours of 24: two replicas that take 1.04 would do, did none of them ever restart.
    assert parts(rented(), each=0.52)["GPU hours"] == pytest.approx(2 * 24 * DAYS * 2)
    assert found["GPU hours"] == pytest.approx(3 * 24 * DAYS * 2)
    assert found["starts"] == pytest.approx(3 * 4 * DAYS * 0.5 * 2)


def test_storage_is_by_the_replica_and_egress_follows_the_requests() -> None:
    option = rented(storage_gb=known("storage_gb", 200.0), egress_gb_month=known("egress_gb_month", 50.0))
    case = Case().with_input("workload.requests_a_day", 20_000)
    assert parts(option)["storage"] == pytest.approx(2 * 200 * 0.1)
    assert parts(option)["egress"] == pytest.approx(5)
    assert parts(option, case)["egress"] == pytest.approx(10)


def said(option: Cloud, **more: object) -> tuple[str, ...]:
    return bill(option, scenario(**more), Case(), {"gpu": FixedSizer(1.0)}).warnings


def test_a_reservation_beyond_the_horizon_is_said() -> None:
    assert "for 36 months, and the plan counts 12" in said(rented(term="reserved_3y"))[0]
    assert said(rented(term="reserved_1y")) == ()


def test_a_fleet_that_is_not_scaled_though_asked_says_why() -> None:
    assert "reserved machines are paid" in said(rented(term="reserved_1y", autoscale=True))[0]
    assert "the scenario says how many" in said(rented({"replicas": 2}, autoscale=True))[0]
    assert said(rented(autoscale=True)) == ()


def test_machines_that_are_off_turn_requests_away() -> None:
    (sentence,) = said(rented(hours_a_day=known("hours_a_day", 9.0)))
    # Fifteen hours of half the load, of nine whole ones more.
    assert f"{100 * 7.5 / 16.5:.1f} % of the requests" in sentence


def test_an_interruption_is_said_with_who_answers_meanwhile() -> None:
    spot = {"term": "spot", "interruptions_a_day": known("interruptions_a_day", 2.0)}
    assert "without a spare" in said(rented(**spot))[0]
    assert "a spare answers" in said(rented({"spares": 1}, **spot))[0]
    assert said(rented(term="spot")) == ()


def test_where_no_number_of_machines_would_do_they_cost_infinitely_much() -> None:
    found = bill(rented(), scenario(), Case(), {"gpu": FixedSizer(slowest=2.0)})
    assert np.isinf(found.total).all()
    assert not np.isnan([part.usd for part in found.parts]).any()
    assert found.parts[0].formula.startswith("0 instances x")
    assert "no number of replicas" in found.warnings[0]
