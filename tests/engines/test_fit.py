from __future__ import annotations

from pathlib import Path

import pytest

from freehold.core.errors import SetupError
from freehold.engines.fit import FIXED_OVERHEAD, EngineModel, Plan, plan_all, resident

MIB = 2**20


def plan(model: EngineModel, memory: int) -> Plan:
    found = plan_all([model], Path("/nowhere"), memory)[model.name]
    assert isinstance(found, Plan), found
    return found


def test_with_room_a_model_gets_the_context_it_was_trained_for(chat_model: Path) -> None:
    found = plan(EngineModel("m", str(chat_model)), 2**30)
    assert found.context == 1024
    assert found.needs <= 2**30
    assert not found.embedding


def test_what_was_asked_for_is_what_it_gets(chat_model: Path) -> None:
    found = plan(EngineModel("m", str(chat_model), context=300, kind="embedding"), 2**30)
    assert (found.context, found.embedding, found.mean_pooling) == (300, True, True)


def test_an_embedding_model_keeps_its_own_pooling(embedding_model: Path) -> None:
    found = plan(EngineModel("m", str(embedding_model)), 2**30)
    assert (found.embedding, found.mean_pooling) == (True, False)


def test_little_memory_shortens_the_context(tmp_path: Path) -> None:
    from support import tiny_gguf

    path = tiny_gguf.build(tmp_path / "long.gguf", context=100_000)
    weights = path.stat().st_size
    token = 2 * tiny_gguf.LAYERS * tiny_gguf.KV_HEADS * (tiny_gguf.WIDTH // tiny_gguf.HEADS) * 2
    found = plan(EngineModel("m", str(path)), resident(weights) + 2 * 4096 * token)
    assert found.context == 4096
    assert plan(EngineModel("m", str(path)), 2**30).context == 32_768


def test_models_share_and_one_that_is_absent_takes_nothing(chat_model: Path, embedding_model: Path) -> None:
    models = [EngineModel("a", str(chat_model)), EngineModel("b", str(embedding_model)), EngineModel("c", "/gone.gguf")]
    plans = plan_all(models, Path("/nowhere"), 2 * FIXED_OVERHEAD + 40 * MIB)
    assert isinstance(plans["a"], Plan)
    assert isinstance(plans["b"], Plan)
    assert isinstance(plans["c"], SetupError)
    assert plans["a"].prompt_cache + plans["b"].prompt_cache < 40 * MIB


@pytest.mark.parametrize("memory", [0, FIXED_OVERHEAD // 2])
def test_a_model_that_does_not_fit_is_not_started(chat_model: Path, memory: int) -> None:
    found = plan_all([EngineModel("m", str(chat_model))], Path("/nowhere"), memory)["m"]
    assert isinstance(found, SetupError)
    assert "freehold models fit" in str(found)
