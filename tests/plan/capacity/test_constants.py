"""The shipped constants are whole, and physical."""

from __future__ import annotations

import pytest

from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.constants import shipped
from freehold.plan.capacity.physics import Constants


@pytest.mark.parametrize("engine", ["vllm", "sglang", "trtllm"])
def test_no_efficiency_is_above_what_there_is(engine: str) -> None:
    made = shipped().of(engine)
    for share in ("memory", "expert_memory", "compute", "narrow_compute", "expert_compute", "link", "wait"):
        assert 0 < getattr(made, share) <= 1
    # The cache's precision is not known of every row, so that this one may come out a little above.
    assert 0 < made.cache <= 1.1
    assert 0 < made.attention <= 1
    for seconds in ("layer_s", "expert_layer_s", "hop_s", "step_s", "request_s"):
        assert 0 < getattr(made, seconds) < 2e-3


def test_an_engine_that_was_not_measured_has_the_common_constants() -> None:
    assert shipped().of("llama.cpp") == shipped().common
    assert isinstance(shipped().common, Constants)


def test_errors_rise_with_the_share_that_they_hold() -> None:
    error = shipped().error
    for logs in (error.dense, error.experts):
        assert len(logs) == len(error.shares)
        assert list(logs) == sorted(logs)
    assert error.far > 1


def test_what_was_measured_is_named_as_the_catalog_names_it() -> None:
    for seen in shipped().seen:
        assert architecture(seen.model).name == seen.model
        assert gpu(seen.gpu).name == seen.gpu
        assert gpu(seen.gpu).maker in shipped().fitted_makers
        assert seen.points > 0
