"""What was planned for, in sentences: volume, tokens, how bursty, the peak, the objectives."""

from __future__ import annotations

import numpy as np

from freehold.plan.quantity import Quantity
from freehold.plan.report.figures import count, seconds, share
from freehold.plan.scenario import Objectives, Scenario, Workload


def workload_sentences(scenario: Scenario) -> tuple[str, ...]:
    """All of them."""
    flow = scenario.workload
    said = [_volume(flow, scenario.horizon_months), _tokens(flow), _peak(flow), _objectives(scenario.objectives)]
    if not scenario.may_leave:
        said.append("Prompts may not leave the team's own machines.")
    return tuple(said)


def _volume(flow: Workload, months: int) -> str:
    growth = flow.growth_a_month
    said = f"{_ranged(flow.requests_a_day)} requests on an average day of the first month"
    if growth.value == 0:
        return f"{said}, and as many later."
    last = flow.requests_a_day.value * (1 + growth.value) ** (months - 1)
    return f"{said}; {share(growth.value)} more each month make {count(last)} a day in month {months}."


def _tokens(flow: Workload) -> str:
    said = (
        f"{count(flow.prompt_tokens.value)} prompt and {count(flow.answer_tokens.value)} answer tokens each, on average"
    )
    if flow.cached_share.value:
        said += f"; {share(flow.cached_share.value)} of the prompt tokens repeat an earlier prompt's beginning"
    if flow.batch_share.value:
        said += f"; {share(flow.batch_share.value)} of the requests may wait for a day"
    return f"{said}."


def _peak(flow: Workload) -> str:
    gaps = np.diff(flow.busiest.at)
    burst = (
        f", and its gaps vary by {gaps.std() / gaps.mean():.1f} times their mean"
        if gaps.size > 1 and gaps.mean()
        else ""
    )
    return (
        f"The busiest hour of the week has {count(flow.peak_over_mean.value)} times the mean hour's requests, "
        f"{count(flow.busiest.rate)} a second{burst} (1 is chance, more is bursty); {flow.busiest.source}."
    )


def _objectives(goals: Objectives) -> str:
    parts = []
    if goals.ttft_s is not None:
        parts.append(f"begin within {seconds(goals.ttft_s)}")
    if goals.tpot_s is not None:
        parts.append(f"take at most {seconds(goals.tpot_s)} for each further token")
    if not parts:
        return "No objective is set for how fast answers come: machines keep up, and that is all."
    return f"{share(goals.percentile)} of the requests of the busiest hour must {' and '.join(parts)}."


def _ranged(quantity: Quantity) -> str:
    if quantity.known:
        return count(quantity.value)
    return f"{count(quantity.value)} ({count(quantity.low)} to {count(quantity.high)})"
