from __future__ import annotations

import msgspec
import numpy as np
import pytest

from freehold.plan.cost.api import busiest_minute, split
from freehold.plan.cost.options import bill
from freehold.plan.draws import Case
from freehold.plan.requests import Requests
from freehold.plan.scenario import Api
from support.scenarios import api, quantity, scenario, workload

FRONTIER = api("frontier", 2.5, 10.0)


def month(option: Api = FRONTIER, case: Case | None = None, **flow: float) -> float:
    """The first month, tokens alone."""
    made = scenario(workload=workload(10_000))
    case = case or Case()
    for name, value in flow.items():
        case = case.with_input(f"workload.{name}", value)
    return float(bill(option, made, case, {}).total[0, 0])


def test_the_moderate_workload_at_frontier_prices_is_100_a_day_and_3040_a_month() -> None:
    assert month() == pytest.approx(3040)
    assert month() / 30.4 == pytest.approx(100)


def test_50_a_day_needs_every_request_batched_at_half_price() -> None:
    assert month(batch_share=1.0) / 30.4 == pytest.approx(50)


def test_75_a_day_needs_a_prompt_cached_whole_at_half_price() -> None:
    assert FRONTIER.cached_input.value == 1.25
    assert month(cached_share=1.0) / 30.4 == pytest.approx(75)


def test_the_formulas_show_the_working() -> None:
    made = scenario(workload=workload(10_000))
    parts = bill(FRONTIER, made, Case(), {}).parts
    assert [part.part for part in parts[:3]] == ["input tokens", "cached input tokens", "output tokens"]
    assert parts[0].formula == (
        "10,000 requests/day x 30.4 days x 2,000 prompt tokens x 2.50 USD/million = 1,520.00 USD"
    )
    mixed = Case().with_input("workload.cached_share", 0.25).with_input("workload.batch_share", 0.4)
    plain, cached, _ = bill(FRONTIER, made, mixed, {}).parts[:3]
    assert plain.formula == (
        "10,000 requests/day x 30.4 days x 2,000 prompt tokens x (1 - 0.25 cached) "
        "x (1 - 0.4 that may wait x 0.5 off) x 2.50 USD/million = 912.00 USD"
    )
    assert "x 0.25 cached x" in cached.formula
    assert "options.frontier.cached_input" in cached.inputs
    assert "workload.cached_share" in plain.inputs


def long(**more: object) -> Api:
    at = "options.frontier.long"
    return msgspec.structs.replace(
        FRONTIER,
        long_above=3000,
        long_input=quantity(f"{at}_input", 5.0),
        long_output=quantity(f"{at}_output", 15.0),
        **more,
    )


def sampled(prompt: list[float], answer: list[float], cached: list[float] | None = None) -> Requests:
    at = np.arange(len(prompt), dtype=float)
    return Requests(at, np.array(prompt), np.array(answer), np.array(cached or [0.0] * len(prompt)), 60.0, "test")


def test_a_long_request_pays_long_prices_whole() -> None:
    # One request in four is long: 5,000 of 8,000 prompt tokens, 200 of 2,000 answer tokens.
    flow = msgspec.structs.replace(workload(10_000), busiest=sampled([1000, 1000, 1000, 5000], [600, 600, 600, 200]))
    made = bill(long(), scenario(workload=flow), Case(), {})
    usd = {part.part: part.usd[0, 0] for part in made.parts}
    assert usd["input tokens"] == pytest.approx(1520 * 3 / 8)
    assert usd["input tokens of long prompts"] == pytest.approx(1520 * 2 * 5 / 8)
    assert usd["output tokens of long prompts"] == pytest.approx(1520 * 1.5 / 10)
    assert usd["cached input tokens of long prompts"] == 0


def test_a_prompt_on_the_boundary_is_not_above_it() -> None:
    flow = msgspec.structs.replace(workload(), busiest=sampled([3000, 3000], [1, 1]))
    assert split(flow, 3000, np.array([[2000.0]])).plain == 0
    assert split(flow, 2999, np.array([[2000.0]])).plain == 1


def test_prompts_drawn_longer_pass_the_boundary_in_proportion() -> None:
    flow = msgspec.structs.replace(workload(), busiest=sampled([1000, 2000, 3000], [10, 10, 10]))
    found = split(flow, 3500, np.array([[2000.0], [2400.0], [4000.0]]))
    assert found.plain[:, 0] == pytest.approx([0, 1 / 2, 5 / 6])
    assert found.answer[:, 0] == pytest.approx([0, 1 / 3, 2 / 3])


def test_a_price_that_the_long_list_does_not_name_stays() -> None:
    flow = msgspec.structs.replace(
        workload(10_000), busiest=sampled([5000], [100], [5000]), cached_share=quantity("workload.cached_share", 1.0)
    )
    made = bill(long(), scenario(workload=flow), Case(), {})
    usd = {part.part: part.usd[0, 0] for part in made.parts}
    assert usd["cached input tokens of long prompts"] == pytest.approx(760)


def test_the_busiest_minute_is_counted_in_requests_and_tokens() -> None:
    sample = Requests(
        np.array([1.0, 59.0, 61.0, 62.0, 63.0]), np.array([10.0, 1000, 1, 1, 1]), np.ones(5), np.zeros(5), 120.0, "test"
    )
    assert busiest_minute(sample) == (3, 1012)
    none = np.zeros(0)
    assert busiest_minute(Requests(none, none, none, none, 60.0, "test")) == (0, 0)
    seconds = Requests(np.arange(6.0), np.full(6, 9.0), np.ones(6), np.zeros(6), 6.0, "test")
    assert busiest_minute(seconds) == (60, 600)


def test_a_limit_that_the_busiest_minute_passes_is_said_with_its_numbers() -> None:
    sample = sampled([2000.0] * 30, [500.0] * 30)
    flow = msgspec.structs.replace(workload(10_000, growth=0.1), busiest=sample)
    made = scenario(workload=flow)
    tight = msgspec.structs.replace(FRONTIER, requests_a_minute=40, tokens_a_minute=1e6)
    (said,) = bill(tight, made, Case(), {}).warnings
    assert "30 requests in the first month and 86 in the last" in said
    assert "limit is 40 a minute" in said
    assert bill(FRONTIER, made, Case(), {}).warnings == ()
    # Half of the requests may wait, and do not come in the busiest minute; 43 still do by the last month.
    half = Case().with_input("workload.batch_share", 0.5)
    assert "15 requests in the first month and 43 in the last" in bill(tight, made, half, {}).warnings[0]
    few = Case().with_input("workload.batch_share", 0.6)
    assert bill(tight, made, few, {}).warnings == ()
    (tokens,) = bill(msgspec.structs.replace(FRONTIER, tokens_a_minute=50_000), made, Case(), {}).warnings
    assert "75,000 tokens" in tokens
    longer = Case().with_input("workload.prompt_tokens", 4000)
    both = msgspec.structs.replace(FRONTIER, requests_a_minute=29, tokens_a_minute=50_000)
    requests, tokens = bill(both, made, longer, {}).warnings
    assert "30 requests" in requests
    assert "135,000 tokens" in tokens
