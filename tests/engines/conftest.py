"""Tiny models, built once for each test process."""

from __future__ import annotations

from pathlib import Path

import gguf
import pytest

from support import tiny_gguf


@pytest.fixture(scope="session")
def chat_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.build(tmp_path_factory.mktemp("chat") / "tiny-F32.gguf", context=1024)


@pytest.fixture(scope="session")
def embedding_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.build(tmp_path_factory.mktemp("embed") / "embed-F32.gguf", pooling=gguf.PoolingType.MEAN)
