import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.goals import DATA
from freehold.plan.requests import Requests
from freehold.plan.workload.rescale import dispersion, rescaled
from freehold.plan.workload.synthetic import Lengths, synthetic
from freehold.plan.workload.trace import read_trace

AZURE = DATA / "plan" / "azure_traces"


@given(st.floats(0.01, 100.0), st.floats(0.5, 5.0))
def test_another_volume_is_as_bursty(factor, burstiness):
    lengths = Lengths(100, 1.0)
    hour = synthetic(2.0, lengths, lengths, cached_share=0, burstiness=burstiness, seed=3)
    other = rescaled(hour, hour.rate * factor)
    assert other.rate == pytest.approx(hour.rate * factor)
    assert dispersion(other, 10 / factor) == pytest.approx(dispersion(hour, 10.0), rel=0.02)
    assert np.array_equal(other.prompt, hour.prompt)


def test_dispersion_is_one_by_chance_and_none_of_a_metronome():
    random = np.random.default_rng(1)
    tokens = np.ones(20_000)

    def sample(at):
        return Requests(at=at, prompt=tokens, answer=tokens, cached=tokens, seconds=1000.0, source="")

    assert dispersion(sample(np.sort(random.uniform(0, 1000, 20_000))), 1.0) == pytest.approx(1, abs=0.15)
    assert dispersion(sample(np.arange(20_000) / 20 + 0.001), 1.0) == pytest.approx(0, abs=0.01)


@pytest.mark.skipif(not AZURE.exists(), reason="the Azure traces are not here: set FREEHOLD_BENCH_DATA to their folder")
@pytest.mark.parametrize(("name", "at_least"), [("code", 60.0), ("conv", 3.0)])
def test_the_busiest_hour_of_a_public_trace_keeps_its_bursts(name, at_least):
    hour = read_trace(AZURE / f"AzureLLMInferenceTrace_{name}.csv.gz").observed.busiest
    other = rescaled(hour, hour.rate / 24)
    assert dispersion(hour, 10.0) > at_least
    for window in (1.0, 10.0, 60.0):
        assert dispersion(other, 24 * window) == pytest.approx(dispersion(hour, window), rel=0.02)
