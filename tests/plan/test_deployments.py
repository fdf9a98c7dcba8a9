from __future__ import annotations

import numpy as np
import pytest

from freehold.catalog.offers import shipped
from freehold.core.errors import UnknownRow
from freehold.plan.deployments import deployment, too_long
from support.queues import requests
from support.scenarios import server


def test_a_server_is_looked_up_by_any_of_its_names() -> None:
    found = deployment(server("gpu", model="llama 3.3 70b", gpu="a100-80gb", gpus=2, weights="fp8"), shipped())
    assert found.architecture.name == "meta-llama/Llama-3.3-70B-Instruct"
    assert found.gpu.memory_gib == 80
    assert (found.gpus, found.weights, found.kv, found.engine) == (2, "fp8", "bf16", "vllm")


def test_what_nobody_knows_is_an_error_with_the_nearest_names() -> None:
    with pytest.raises(UnknownRow, match="Llama"):
        deployment(server("gpu", model="Llama-3.3-71B"), shipped())
    with pytest.raises(UnknownRow, match="A100"):
        deployment(server("gpu", gpu="A1000 80GB"), shipped())


def test_requests_longer_than_the_context_are_told_unless_few_enough_to_miss_the_objectives_anyway() -> None:
    short = deployment(server("gpu", model="Llama-2-7b", gpu="h100"), shipped())
    traffic = requests(np.arange(100.0), [3596.0] * 90 + [6000.0] * 10, 500)
    assert too_long(short, traffic, 0.9) == ""
    said = too_long(short, traffic, 0.95)
    assert said.startswith("meta-llama/Llama-2-7b-hf takes 4,096 tokens of prompt and answer together; 10% of the")
    assert said.endswith("the longest 6,500")
    assert too_long(deployment(server("gpu", model="Llama-3.1-8B"), shipped()), traffic, 0.95) == ""
