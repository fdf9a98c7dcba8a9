from __future__ import annotations

import msgspec
import numpy as np
import pytest

from freehold.plan.cost.options import bill
from freehold.plan.cost.owned import book_value
from freehold.plan.draws import Case
from freehold.plan.scenario import Owned
from support.scenarios import FixedSizer, owned, quantity, scenario, workload
from support.sums import reckoned


def box(server: dict[str, int] | None = None, **changes: object) -> Owned:
    """60,000 dollars a replica, a life of 48 months, a fifth got back."""
    option = owned("box", 60_000.0)
    return msgspec.structs.replace(option, server=msgspec.structs.replace(option.server, **(server or {})), **changes)


def known(name: str, value: float) -> object:
    return quantity(f"options.box.{name}", value)


def parts(
    option: Owned, case: Case | None = None, *, months: int = 12, growth: float = 0.0, each: float = 1.0
) -> dict[str, np.ndarray]:
    """Every part's months."""
    made = scenario(workload=workload(10_000, growth=growth), horizon_months=months)
    found = bill(option, made, case or Case(), {"box": FixedSizer(each)})
    for part in found.parts:
        again, said = reckoned(part.formula)
        assert said == pytest.approx(part.usd.mean(), abs=0.0051)
        assert again == pytest.approx(said, rel=1e-5, abs=0.0051), part.formula
    return {part.part: part.usd[0] for part in found.parts}


def test_a_machine_loses_the_same_each_month_down_to_its_resale() -> None:
    found = parts(box(tax_share=known("tax_share", 0.2)))
    assert found["purchase"].tolist() == pytest.approx([60_000 * 0.8 / 48] * 12)
    assert found["tax"].tolist() == pytest.approx([60_000 * 0.2 / 48] * 12)


def test_over_its_whole_life_it_costs_what_was_paid_less_what_is_got_back() -> None:
    found = parts(box(tax_share=known("tax_share", 0.2)), months=48)
    assert found["purchase"].sum() + found["tax"].sum() == pytest.approx(60_000 * 1.2 - 60_000 * 0.2)


def test_interest_is_on_the_money_that_is_still_bound() -> None:
    found = parts(box(), months=48)["interest"]
    assert found[0] == pytest.approx((60_000 - 0.5 * 1000) * 0.05 / 12)
    assert found[-1] == pytest.approx((60_000 - 47.5 * 1000) * 0.05 / 12)
    # On average half way between what was paid and what is got back.
    assert found.sum() == pytest.approx((60_000 + 12_000) / 2 * 0.05 * 4)


def test_interest_is_paid_on_the_tax_too_which_nobody_gives_back() -> None:
    found = parts(box(tax_share=known("tax_share", 0.2)), months=48)["interest"]
    assert found.sum() == pytest.approx((72_000 + 12_000) / 2 * 0.05 * 4)


def walked(replicas: list[int], life: float, cost: float, loss: float) -> list[float]:
    """The book value machine by machine and life by life."""
    bought = np.diff([0, *replicas])
    return [
        sum(
            many * (cost - loss * ((now - month + 0.5) % life) / life)
            for month, many in enumerate(bought)
            if month <= now
        )
        for now in range(len(replicas))
    ]


@pytest.mark.parametrize("life", [1.0, 2.3, 7.0, 12.5, 60.0])
def test_the_book_value_is_what_each_machine_is_still_worth(life: float) -> None:
    replicas = [1, 3, 3, 4, 5, 5, 5, 6, 6, 6, 9, 9, 9, 9]
    found = book_value(np.array([replicas], float), np.array([[life]]), np.array([[100.0]]), np.array([[80.0]]))
    assert found[0].tolist() == pytest.approx(walked(replicas, life, 100, 80))


def test_each_world_has_its_own_life() -> None:
    replicas = [2] * 10
    lives = np.array([[3.0], [50.0]])
    found = book_value(np.array([replicas] * 2, float), lives, np.full((2, 1), 100.0), np.full((2, 1), 80.0))
    assert found.tolist() == [pytest.approx(walked(replicas, life, 100, 80)) for life in (3.0, 50.0)]


def test_machines_are_bought_when_the_months_need_them_and_not_given_back() -> None:
    rising, falling = parts(box(), growth=0.1), parts(box(), growth=-0.2, each=0.5)
    assert rising["purchase"] == pytest.approx(np.ceil(np.round(1.1 ** np.arange(12), 9)) * 1000)
    assert falling["purchase"].tolist() == pytest.approx([2000] * 12)


def test_spares_are_machines() -> None:
    assert parts(box({"spares": 1}))["hosting"].tolist() == pytest.approx([200] * 12)


def test_power_is_of_the_load_that_is_measured() -> None:
    # The mean hour's requests are half of the busiest's, which is half of what a replica takes.
    flow = workload(10_000)
    mean = 1 / flow.peak_over_mean.value
    busy = mean / 2
    found = parts(box(), each=2.0)["power"]
    assert found[0] == pytest.approx((400 + 1400 * busy) / 1000 * 729.6 * 1.3 * 0.2)


def test_power_follows_every_hour_where_machines_work_in_proportion_to_the_load() -> None:
    hours = tuple(float(1 + (hour * 7) % 23) for hour in range(168))
    shares = tuple(hour / sum(hours) for hour in hours)
    peak = quantity("workload.peak_over_mean", 168 * max(shares))
    flow = msgspec.structs.replace(workload(10_000), hours=shares, peak_over_mean=peak)
    found = bill(box(), scenario(workload=flow), Case(), {"box": FixedSizer(1.0)})
    power = next(part for part in found.parts if part.part == "power")
    assert power.usd[0, 0] == pytest.approx((400 + 1400 * np.mean(hours) / 23) / 1000 * 729.6 * 1.3 * 0.2)


def test_a_spare_shares_the_load_and_idles_the_more() -> None:
    one, two = parts(box(), each=2.0)["power"][0], parts(box({"spares": 1}), each=2.0)["power"][0]
    assert two - one == pytest.approx(0.4 * 729.6 * 1.3 * 0.2)


def test_power_at_work_below_idle_is_idle() -> None:
    found = parts(box(load_watts=known("load_watts", 100.0)))["power"]
    assert found[0] == pytest.approx(0.4 * 729.6 * 1.3 * 0.2)


def test_hosting_is_by_the_machine_and_repair_by_the_year() -> None:
    found = parts(box(), each=0.5)
    assert found["hosting"][0] == pytest.approx(2 * 100)
    assert found["repair"][0] == pytest.approx(2 * 60_000 * 0.04 / 12)


def test_what_is_paid_at_once_is_said() -> None:
    made = scenario(workload=workload(10_000, growth=0.1))
    option = box(tax_share=known("tax_share", 0.1))
    (said,) = bill(option, made, Case(), {"box": FixedSizer(1.0)}).warnings
    assert said.startswith("66,000.00 USD are paid at the purchase in the first month")
    assert said.endswith("2 replicas' machines are bought later, for 132,000.00 USD.")


def test_what_is_paid_at_once_is_said_in_the_plans_currency() -> None:
    made = msgspec.structs.replace(scenario(), currency="GBP", usd=1.25)
    (said,) = bill(box(), made, Case(), {"box": FixedSizer(1.0)}).warnings
    assert said.startswith("48,000.00 GBP are paid")


def test_where_no_number_of_machines_would_do_they_cost_infinitely_much_from_then_on() -> None:
    class Swamped(FixedSizer):
        def replicas(self, load, speed):  # type: ignore[no-untyped-def]
            return np.where(load > 1.5, np.inf, super().replicas(load, speed))

    made = scenario(workload=workload(10_000, growth=0.1))
    found = bill(box(), made, Case(), {"box": Swamped(1.0)})
    assert np.isinf(found.total).tolist() == [[False] * 5 + [True] * 7]
    assert not np.isnan([part.usd for part in found.parts]).any()
    endless, cash = found.warnings
    assert "From month 6 on no number of replicas" in endless
    assert "1 replica's machine is bought later, for 60,000.00 USD." in cash


def test_the_number_that_the_scenario_says_is_bought() -> None:
    found = parts(box({"replicas": 3}), growth=0.1)
    assert found["purchase"].tolist() == pytest.approx([3000] * 12)
