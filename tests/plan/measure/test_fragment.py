"""What a scenario takes from a measurement."""

from __future__ import annotations

import tomllib

import pytest

from freehold.plan.measure.fit import Fit
from freehold.plan.measure.fragment import Subject, fragment
from freehold.plan.measure.load import Rung

FITTED = Fit(speed=0.9312, low=0.88, high=0.985, prefill=1.1, decode=0.9, before_s=0.014, error=0.03)
RUNG = Rung(
    concurrency=8,
    requests=40,
    failed=1,
    prompt_tokens=500,
    answer_tokens=100,
    ttft_s=0.1,
    ttft_p95_s=0.2,
    tpot_s=0.02,
    tpot_p95_s=0.03,
    stay_s=2.0,
)


def lines(option: str = "a100", model: str = "Qwen/Qwen3-32B") -> str:
    return fragment(option, Subject(target="gpu-box", model=model, engine="vllm", date="2026-11-22"), FITTED, [RUNG])


def test_a_scenario_reads_it() -> None:
    said = tomllib.loads(lines())["options"]["a100"]["speed"]
    assert said == {
        "value": 0.931,
        "low": 0.88,
        "high": 0.985,
        "date": "2026-11-22",
        "source": "freehold plan measure: Qwen/Qwen3-32B at gpu-box on vllm",
    }


def test_it_can_follow_a_scenario_that_has_the_option() -> None:
    said = tomllib.loads('[options."a100"]\ngpu = "A100"\n[finance]\nyears = 3\n' + lines())
    assert said["options"]["a100"]["gpu"] == "A100"
    assert said["options"]["a100"]["speed"]["value"] == 0.931


def test_it_says_what_it_follows_from() -> None:
    text = lines()
    assert "40 requests, 1 to 8 at once" in text
    assert "prompts 1.10 and answers 0.90 times as fast" in text
    assert "14 ms" in text
    assert "3.0%" in text


@pytest.mark.parametrize("name", ['a "quoted"\nname', "back\\slash", "tab\tand\x7f", "éß"])
def test_no_name_breaks_out_of_its_place(name: str) -> None:
    said = tomllib.loads(lines(name, name))
    assert list(said) == ["options"]
    assert list(said["options"]) == [name]
    assert name in said["options"][name]["speed"]["source"]
