from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from freehold.engines.bert import read_safetensors, write_gguf
from freehold.engines.fit import EngineModel
from freehold.engines.llamacpp import LlamaCpp
from support import bert
from support.engine_client import ask_json

TEXTS = ["the committee met in march", "Thé comittee; MET!", "未 the", "", "unheard-of", "march " * 30]


@pytest.fixture(scope="module")
def tensors() -> dict[str, np.ndarray]:
    return bert.random_tensors()


def test_tensors_are_read_as_they_were_written(tensors: dict[str, np.ndarray]) -> None:
    read = read_safetensors(bert.safetensors_of(tensors))
    assert read.keys() == tensors.keys()
    assert all(np.array_equal(read[name], values) for name, values in tensors.items())


@pytest.mark.parametrize(("half", "kind"), [(False, "F32"), (True, "F16")])
def test_matrices_are_halved_where_that_is_asked_and_the_pooler_is_left_out(
    tmp_path: Path, tensors: dict[str, np.ndarray], half: bool, kind: str
) -> None:
    path = tmp_path / "b.gguf"
    write_gguf(path, bert.TINY, bert.safetensors_of(tensors), bert.TINY_VOCABULARY.encode(), half=half)
    written = {tensor.name: tensor.tensor_type.name for tensor in gguf.GGUFReader(path).tensors}
    assert written["blk.0.attn_q.weight"] == written["token_embd.weight"] == kind
    assert written["blk.0.attn_q.bias"] == written["position_embd.weight"] == written["token_types.weight"] == "F32"
    assert len(written) == len(tensors) - 3


def test_the_same_weights_give_the_same_bytes(tmp_path: Path, tensors: dict[str, np.ndarray]) -> None:
    weights = bert.safetensors_of(tensors)
    for name in ("a", "b"):
        write_gguf(tmp_path / name, bert.TINY, weights, bert.TINY_VOCABULARY.encode(), half=True)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_tensor_of_another_model_is_refused(tmp_path: Path) -> None:
    weights = bert.safetensors_of({"lm_head.weight": np.zeros((2, 2), np.float32)})
    with pytest.raises(ValueError, match=r"lm_head\.weight is no tensor of a BERT encoder"):
        write_gguf(tmp_path / "b.gguf", bert.TINY, weights, bert.TINY_VOCABULARY.encode(), half=False)


async def test_the_engine_embeds_as_numpy_does(tmp_path: Path, tensors: dict[str, np.ndarray]) -> None:
    path = tmp_path / "tiny-F32.gguf"
    write_gguf(path, bert.TINY, bert.safetensors_of(tensors), bert.TINY_VOCABULARY.encode(), half=False)
    engine = LlamaCpp([EngineModel("b", str(path), threads=1)], data_dir=tmp_path, memory=2**32)
    await engine.start()
    try:
        status = await engine.wait("b", 60)
        assert status.address is not None, status.reason
        found = await ask_json(status.address, "/embeddings", {"input": TEXTS, "model": "b"})
    finally:
        await engine.stop()
    tokenize = bert.WordPiece(bert.TINY_VOCABULARY)
    model = bert.Bert(tensors, layers=bert.TINY.layers, heads=bert.TINY.heads)
    for text, item in zip(TEXTS, found["data"], strict=True):
        assert np.asarray(item["embedding"]) @ model(tokenize(text)) == pytest.approx(1, abs=1e-3), text
