from __future__ import annotations

import numpy as np

from benchmarks.knowledge import minilm


class Server:
    """Stands in for the engine: the vector of a text is its length and 1."""

    def __init__(self):
        self.asked = []

    def handle_embeddings(self, request):
        self.asked += request["input"]
        return {"data": [{"embedding": [len(text), 1.0]} for text in request["input"]]}


def test_each_text_is_embedded_once_and_vectors_have_length_one():
    server = Server()
    model = minilm.MiniLM(server)
    vectors = model(["a", "bb", "a"])
    assert server.asked == ["a", "bb"]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.array_equal(vectors[0], vectors[2])
    model(["bb"])
    assert server.asked == ["a", "bb"]


def test_without_weights_there_is_no_model(monkeypatch):
    monkeypatch.setattr(minilm.minilm, "sources", lambda: None)
    with minilm.opened() as model:
        assert model is None
