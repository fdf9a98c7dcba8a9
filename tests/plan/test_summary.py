from __future__ import annotations

import msgspec

from freehold.plan.scenario import Objectives
from freehold.plan.summary import workload_sentences
from support.scenarios import quantity, scenario, workload


def test_the_workload_is_told_in_sentences() -> None:
    volume, tokens, peak, objectives = workload_sentences(scenario(workload=workload(low=8_000.0, high=12_000.0)))
    assert volume == "10,000 (8,000 to 12,000) requests on an average day of the first month, and as many later."
    assert tokens == "2,000 prompt and 500 answer tokens each, on average."
    assert peak.startswith(
        "The busiest hour of the week has 2 times the mean hour's requests, 0.231 a second, and its gaps"
    )
    assert objectives.startswith(
        "95 % of the requests of the busiest hour must begin within 2.0 s and take at most 100 ms"
    )


def test_growth_is_carried_to_the_last_month() -> None:
    volume = workload_sentences(scenario(workload=workload(1_000.0, growth=0.1)))[0]
    assert volume == (
        "1,000 requests on an average day of the first month; 10 % more each month make 2,853 a day in month 12."
    )


def test_what_is_cached_and_what_may_wait_is_told() -> None:
    flow = msgspec.structs.replace(
        workload(),
        cached_share=quantity("workload.cached_share", 0.3),
        batch_share=quantity("workload.batch_share", 0.2),
    )
    tokens = workload_sentences(scenario(workload=flow))[1]
    assert "30 % of the prompt tokens repeat an earlier prompt's beginning" in tokens
    assert "20 % of the requests may wait for a day" in tokens


def test_without_objectives_machines_only_keep_up() -> None:
    said = workload_sentences(scenario(objectives=Objectives(), may_leave=False))
    assert said[3].startswith("No objective is set")
    assert said[4] == "Prompts may not leave the team's own machines."
