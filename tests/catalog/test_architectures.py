from __future__ import annotations

import msgspec
import pytest

from freehold.catalog.architectures import Architecture, architecture, architectures, find, spellings
from freehold.core.errors import UnknownRow


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Llama-3.1-8B", "meta-llama/Llama-3.1-8B-Instruct"),
        ("llama 3.1 8b", "meta-llama/Llama-3.1-8B-Instruct"),
        ("nvidia/Llama-3.1-8B-Instruct-FP8", "meta-llama/Llama-3.1-8B-Instruct"),
        ("gpt_oss_120b", "openai/gpt-oss-120b"),
        ("zhipuai/GLM-5", "zai-org/GLM-5"),
        ("somebody/Qwen3-32B", "Qwen/Qwen3-32B"),
        ("llama3.1:8b", "meta-llama/Llama-3.1-8B-Instruct"),
        ("nvidia/Llama-3.3-70B-Instruct-FP4", "meta-llama/Llama-3.3-70B-Instruct"),
        ("Qwen/Qwen3-30B-A3B-GPTQ-Int4", "Qwen/Qwen3-30B-A3B"),
        ("RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", "meta-llama/Llama-3.3-70B-Instruct"),
    ],
)
def test_a_model_is_found_by_the_names_that_people_write(asked: str, found: str) -> None:
    assert architecture(asked).name == found


def test_an_unknown_model_is_told_its_nearest_names() -> None:
    with pytest.raises(UnknownRow) as caught:
        architecture("Qwen3-33B")
    assert "Qwen3-32B" in caught.value.near
    assert "row of your own" in str(caught.value)


def test_a_later_row_wins() -> None:
    own = msgspec.structs.replace(architecture("Qwen3-8B"), context=999)
    assert find("qwen3-8b", (*architectures(), own)).context == 999


def test_no_two_rows_share_a_name() -> None:
    names = [name for row in architectures() for name in spellings(row)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("row", architectures(), ids=lambda row: row.name)
def test_a_row_is_whole_and_its_parameters_follow_from_its_shape(row: Architecture) -> None:
    assert row.date
    assert row.source
    assert row.context >= 2048
    assert 0 < row.active <= row.parameters
    assert row.heads % row.kv_heads == 0
    assert (row.latent > 0) == (row.attention in ("latent", "sparse"))
    assert (row.window > 0) == (row.attention in ("window", "sparse"))
    assert (row.full < row.layers) == (row.attention in ("window", "linear"))
    assert (row.experts > 1) == (row.active < row.parameters)
    if row.experts > 1:
        assert 0.85 * row.parameters < row.expert_parameters < row.parameters
        return
    projections = row.head_dim * (2 * row.heads + 2 * row.kv_heads) * row.hidden
    plain_layer = projections + 2 * row.hidden * row.intermediate
    gated_layer = projections + 3 * row.hidden * row.intermediate
    # A linear layer has projections of its own, and falcon and its age two matrices where newer models have three.
    assert row.layers * plain_layer / 1e9 + 0.9 * row.head_parameters < row.parameters
    assert row.parameters < 1.15 * (row.layers * gated_layer / 1e9 + 2 * row.head_parameters)
