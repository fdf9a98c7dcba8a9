from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from freehold.catalog.offers import shipped
from freehold.plan.claims import verdicts
from freehold.plan.costing import Costing
from freehold.plan.draws import Case
from freehold.plan.result import Verdict
from freehold.plan.scenario import Claim, Scenario, Server
from support.scenarios import FixedSizer, api, cloud, owned, scenario, server, workload


def checked(claim: Claim, made: Scenario | None = None, refusals: dict[str, str] | None = None) -> Verdict:
    made = made or scenario(workload=workload())
    costing = Costing(msgspec.structs.replace(made, claims=(claim,)), {"gpu": FixedSizer(), "box": FixedSizer()})
    (found,) = verdicts(costing, shipped(), refusals or {})
    return found


def on(gpu: str, weights: str, gpus: int = 1) -> Server:
    return server("claim", gpu=gpu, weights=weights, gpus=gpus)


def claim(figure: str, low: float | None = None, high: float | None = None, **more: object) -> Claim:
    return Claim(name="said", text="It is said.", figure=figure, low=low, high=high, **more)  # type: ignore[arg-type]


def test_the_frontier_costs_100_a_day_and_fifty_needs_batches_as_seventy_five_needs_a_cache() -> None:
    found = checked(claim("usd_a_day", 50, 70, options=("frontier",)))
    assert found.verdict == "holds only if"
    assert found.computed.value == pytest.approx(100.0)
    assert found.unit == "USD/day"
    assert "It is 100.00 USD/day" in found.sentence
    assert (
        "at least 60 % of the requests may wait and get the batch discount of 50 % (all of them: 50.00)"
        in found.sentence
    )
    assert "Even with a fully cached prompt it is 75.00" in found.sentence


def test_the_frontier_costs_3040_a_month() -> None:
    found = checked(claim("usd_a_month", 3040, 3040, options=("frontier",)))
    assert found.verdict == "holds"
    assert found.computed.value == pytest.approx(3040.0)
    assert "10,000 requests/day x 30.4 days x 2,000 prompt tokens x 2.50 USD/million = 1,520.00 USD" in found.sentence


def test_a_fully_cached_prompt_brings_75_a_day() -> None:
    found = checked(claim("usd_a_day", 75, 75, options=("frontier",)))
    assert "at least 100 % of the prompt tokens are cached (all of them: 75.00)" in found.sentence


@pytest.mark.parametrize(("takes", "verdict"), [(0.35, "holds"), (0.5, "holds only if")])
def test_a_month_of_150_to_300_needs_a_blended_price_of_20_to_39_cents(takes: float, verdict: str) -> None:
    made = scenario(options=(api("hosted", takes, takes),), workload=workload())
    found = checked(claim("blended_price", 150, 300, options=("hosted",)), made)
    assert (found.computed.low, found.computed.high) == pytest.approx((150 / 760, 300 / 760))
    assert found.verdict == verdict
    assert "0.20 to 0.39" in found.sentence
    assert f"takes {takes:.2f}" in found.sentence


def test_a_blended_price_of_nobody_is_a_condition() -> None:
    found = checked(claim("blended_price", 150, 300))
    assert found.verdict == "holds only if"
    assert "only if the blended price is 0.20 to 0.39" in found.sentence


HOUR = {"options.gpu.price_gpu_hour": (2.5, 3.5)}


def test_an_hour_of_250_to_350_is_1825_to_2555_a_month() -> None:
    found = checked(claim("gpu_month", 1825, 2555, options=("gpu",), where=HOUR))
    assert found.verdict == "holds"
    assert (found.computed.low, found.computed.high) == pytest.approx((1825, 2555))
    assert "2.50 to 3.50 USD/GPU-hour x 730 hours" in found.sentence


def test_a_range_that_reaches_beyond_the_claim_holds_only_in_part() -> None:
    found = checked(claim("gpu_month", 1100, 2500, options=("gpu",), where=HOUR))
    assert found.verdict == "holds only if"
    assert "an hour of a GPU is at most 3.42 USD/GPU hour" in found.sentence


def test_a_70b_model_at_16_bits_needs_two_a100s() -> None:
    found = checked(claim("gpus_needed", 1, 1, server=on("A100 80GB", "bf16", 2)))
    assert found.verdict == "does not hold"
    assert found.computed.value == 2
    assert checked(claim("gpus_needed", 2, 2, server=on("A100 80GB", "bf16"))).verdict == "holds"


def test_at_4_bits_it_does_not_fit_a_4090() -> None:
    found = checked(claim("fits", server=on("RTX 4090", "q4_k_m")))
    assert found.verdict == "does not hold"
    assert "39.6" in found.sentence
    assert "24" in found.sentence
    assert checked(claim("fits", server=on("A100 80GB", "q4_k_m"))).verdict == "holds"


def test_the_mean_load_is_58_answer_tokens_a_second() -> None:
    found = checked(claim("tokens_a_second", 58, 58))
    assert found.verdict == "holds"
    assert found.computed.value == pytest.approx(10_000 * 500 / 86_400)


def test_1015_dollars_a_month_break_even_at_3338_queries_a_day() -> None:
    found = checked(claim("break_even_requests", 3338, 3338, options=("frontier",), usd_month=1015.0))
    assert found.verdict == "holds"
    assert found.computed.value == pytest.approx(3338.8158)
    assert "3,338.8 requests/day: 1,015.00 USD/month / 30.4 days / 0.01 USD/request" in found.sentence


def test_a_volume_outside_its_range_is_no_condition_but_is_told() -> None:
    found = checked(claim("usd_a_day", 10, 20, options=("frontier",)))
    assert found.verdict == "does not hold"
    assert "No input makes it true within its range" in found.sentence
    assert "volume is 1,000 requests/day to 2,000 requests/day" in found.sentence
    assert "all its token prices are 10 % to 20 % of what they are" in found.sentence


def test_a_volume_within_its_range_is_a_condition() -> None:
    made = scenario(workload=workload(low=6_000.0, high=15_000.0))
    where = {"workload.batch_share": (0.0, 0.0), "workload.cached_share": (0.0, 0.0)}
    found = checked(claim("usd_a_day", 50, 70, options=("frontier",), where=where), made)
    assert found.verdict == "holds only if"
    assert "volume is at most 7,000 requests/day" in found.sentence


def test_a_claim_of_one_number_has_the_condition_that_makes_it_true() -> None:
    made = scenario(workload=workload(low=6_000.0, high=15_000.0))
    found = checked(claim("usd_a_month", 2000, 2000, options=("frontier",)), made)
    assert found.verdict == "holds only if"
    assert "volume is 6,579 requests/day" in found.sentence
    assert "68 % of the requests may wait" in found.sentence


def test_a_claims_own_inputs_take_the_place_of_the_scenarios() -> None:
    where = {"workload.requests_a_day": (5_000.0, 5_000.0)}
    found = checked(claim("usd_a_day", 50, 50, options=("frontier",), where=where))
    assert found.verdict == "holds"


def test_people_are_left_out_of_what_an_option_costs() -> None:
    made = scenario(options=(api("frontier", 2.5, 10.0, hours=40.0),), workload=workload())
    assert checked(claim("usd_a_day", 100, 100, options=("frontier",)), made).verdict == "holds"


def test_a_claim_says_what_it_counts_and_gives_the_figure_with_people_beside_it() -> None:
    made = scenario(options=(api("hosted", 0.35, 0.35, hours=4.0), cloud(hours=10.0)), workload=workload())
    assert "That is the tokens alone" in checked(claim("usd_a_day", 1, 99, options=("hosted",)), made).sentence
    month = 760 * 0.35 + 4 * 75
    assert f"with its people it is {month:.2f} USD/month." in (
        checked(claim("usd_a_month", 1, 999, options=("hosted",)), made).sentence
    )
    blended = checked(claim("blended_price", 150, 300, options=("hosted",)), made)
    assert blended.verdict == "holds"
    assert f"takes 0.35 by the tokens alone, and with its people {month / 760:.2f}, {month:.2f} USD a month" in (
        blended.sentence
    )
    assert "without disk, spares and people" in checked(claim("gpu_month", 1, 9999, options=("gpu",)), made).sentence


def test_what_is_bound_in_a_machine_is_the_mean_that_the_plan_tells_too() -> None:
    made = scenario(options=(owned(),), workload=workload(), horizon_months=36)
    costing = Costing(made, {"box": FixedSizer()})
    parts = {part.part: part.formula for part in costing.bill("box", Case()).parts}
    found = checked(claim("usd_a_month", 1, 99_999, options=("box",)), made)
    assert parts["interest"] in found.sentence
    assert "the mean of 36 months at the first month's volume" in found.sentence


def test_a_claim_in_another_currency_is_answered_in_it_with_dollars_beside() -> None:
    low, high = 79 * 1.25, 81 * 1.25
    found = checked(claim("usd_a_day", low, high, options=("frontier",), currency="GBP", usd=1.25))
    assert (found.verdict, found.unit) == ("holds", "GBP/day")
    assert found.computed.value == pytest.approx(80.0)
    assert "It is 80.00 GBP/day (100.00 USD at 1.25 USD for one GBP)" in found.sentence
    dear = checked(claim("usd_a_day", 49 * 1.25, 70 * 1.25, options=("frontier",), currency="GBP", usd=1.25))
    assert "(all of them: 40.00)" in dear.sentence
    blended = checked(claim("blended_price", 150 * 1.25, 300 * 1.25, currency="GBP", usd=1.25))
    assert blended.sentence.startswith("It holds only if the blended price is 0.20 to 0.39: 150.00 to 300.00 a month")


def test_a_condition_at_the_low_end_of_a_range_is_no_single_number() -> None:
    made = scenario(workload=workload(low=7_000.0, high=15_000.0))
    found = checked(claim("usd_a_day", 50, 70, options=("frontier",)), made)
    assert "volume is at most 7,000 requests/day" in found.sentence


def test_a_claim_is_of_the_first_month_and_so_is_its_arithmetic() -> None:
    made = scenario(options=(api("frontier", 2.5, 10.0),), workload=workload(growth=0.1))
    found = checked(claim("usd_a_month", 3040, 3040, options=("frontier",)), made)
    assert found.verdict == "holds"
    assert "growth" not in found.sentence
    assert "= 1,520.00 USD" in found.sentence


def test_conditions_that_need_the_least_are_told_first() -> None:
    found = checked(claim("usd_a_month", 2000, 3200, options=("box",)))
    assert found.verdict == "holds only if"
    said = found.sentence.partition("It holds only if ")[2]
    assert said.startswith(("life of the machine is at least", "purchase of a replica's machine is at most"))
    assert "Own A100s" not in said


def test_claims_are_in_dollars_and_verdicts_in_the_scenarios_currency() -> None:
    made = scenario(currency="GBP", usd=1.25, workload=workload())
    found = checked(claim("usd_a_day", 99, 101, options=("frontier",)), made)
    assert found.verdict == "holds"
    assert found.computed.value == pytest.approx(80.0)
    assert found.unit == "GBP/day"
    assert (
        checked(claim("break_even_requests", 3338, 3338, options=("frontier",), usd_month=1015.0), made).verdict
        == "holds"
    )
    assert checked(claim("blended_price", 150, 300), made).computed.low == pytest.approx(150 / 760 / 1.25)
    gpu = checked(claim("gpu_month", 1825, 2555, options=("gpu",), where=HOUR), made)
    assert (gpu.verdict, gpu.computed.low) == ("holds", pytest.approx(1460))
    assert "2.50 to 3.50 USD/GPU-hour x 730 hours / 1.25 USD for one GBP" in gpu.sentence


def test_an_input_of_either_side_may_make_a_claim_on_a_hybrid_true() -> None:
    now = checked(claim("usd_a_month", 1, 1, options=("cascade",))).computed.value
    found = checked(claim("usd_a_month", None, now - 200, options=("cascade",)))
    assert found.verdict == "holds only if"
    assert "an hour of a GPU is at most" in found.sentence


def test_what_cannot_be_had_costs_nothing_that_could_be_claimed() -> None:
    found = checked(claim("usd_a_month", 60, 85, options=("box",)), refusals={"box": "it does not fit"})
    assert found.verdict == "does not hold"
    assert found.sentence == "box cannot be had: it does not fit."


def test_a_claim_may_leave_an_end_open() -> None:
    assert checked(claim("usd_a_day", 90, None, options=("frontier",))).verdict == "holds"
    assert checked(claim("usd_a_day", None, 90, options=("frontier",))).verdict == "holds only if"


def test_machines_are_sized_for_a_claim_as_for_the_plan() -> None:
    made = scenario(options=(cloud("gpu", 1.0),), workload=workload())
    month = 2 * 4 * 24 * 30.4
    assert checked(claim("usd_a_month", month, month, options=("gpu",)), made).verdict == "holds"
    assert replace(FixedSizer(), each=0.75).replicas(1.0, 1.0) == 2
