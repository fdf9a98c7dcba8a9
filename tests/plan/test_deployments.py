from __future__ import annotations

import pytest

from freehold.catalog.offers import shipped
from freehold.core.errors import UnknownRow
from freehold.plan.deployments import deployment
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
