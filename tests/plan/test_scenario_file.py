from datetime import date
from pathlib import Path

from freehold.plan.scenario_file import read

EXAMPLES = Path(__file__).parents[2] / "examples" / "plan"
TODAY = date(2026, 11, 22)


def test_the_moderate_workload_is_read_as_it_is_told():
    scenario = read(EXAMPLES / "moderate.toml", today=TODAY)
    workload = scenario.workload
    assert (workload.requests_a_day.value, workload.prompt_tokens.value, workload.answer_tokens.value) == (
        10_000,
        2_000,
        500,
    )
    assert workload.days_a_month == 30.4
    servers = {option.name: option.server for option in scenario.options if hasattr(option, "server")}
    assert servers["a100"].gpus == 2
    assert {claim.name: claim.low for claim in scenario.claims}["rtx4090-month"] == 60 * 1.27
