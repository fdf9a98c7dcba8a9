"""Vectors of the embedding model that Freehold brings, made by the same engine and from the same file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from freehold.engines import minilm
from freehold.knowledge.ports import Vectors

_BATCH = 16
_SHORTEST = 100
"""Characters. The engine refuses what is longer than the model's 512 tokens, as some tables are; such a text loses a
quarter until it is taken, as where Freehold embeds documents."""
_QUIET = 2


class MiniLM:
    """Embeds texts; remembers what it has embedded."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._known: dict[str, Vectors] = {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(texts, 384)``; each row has length 1."""
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        for at in range(0, len(missing), _BATCH):
            batch = missing[at : at + _BATCH]
            for text, vector in zip(batch, self._embed([text[: minilm.CHARACTERS] for text in batch]), strict=True):
                self._known[text] = vector / np.linalg.norm(vector)
        return np.stack([self._known[text] for text in texts])

    def _embed(self, texts: list[str]) -> list[Vectors]:
        answer = self._server.handle_embeddings({"input": texts})
        if "data" in answer:
            return [np.asarray(row["embedding"], np.float32) for row in answer["data"]]
        if len(texts) > 1:
            return [vector for text in texts for vector in self._embed([text])]
        if len(texts[0]) <= _SHORTEST:
            raise RuntimeError(f"the engine embeds not even {_SHORTEST} characters: {answer}")
        return self._embed([texts[0][: max(_SHORTEST, len(texts[0]) * 3 // 4)]])


@contextmanager
def opened(threads: int = 2) -> Iterator[MiniLM | None]:
    """The model, loaded; `None` where its weights are not installed."""
    if minilm.sources() is None:
        yield None
        return
    # Before the library reads it: threads that spin while they wait for one another are slow on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp  # noqa: PLC0415  # 100 MB of native code, which only those need who have the weights

    with tempfile.TemporaryDirectory(prefix="freehold-minilm-") as folder:
        params = xllamacpp.CommonParams()
        params.model.path = str(minilm.prepare(Path(folder)))
        params.verbosity = _QUIET
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
        params.n_ctx = params.n_batch = params.n_ubatch = minilm.CONTEXT
        params.n_parallel = 1
        params.cpuparams.n_threads = threads
        yield MiniLM(xllamacpp.Server(params))
