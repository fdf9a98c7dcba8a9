from __future__ import annotations

import hashlib
import importlib.metadata
import os
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from freehold.core.errors import SetupError
from freehold.core.label import Label
from freehold.engines import minilm
from freehold.engines.bert import read_safetensors
from freehold.engines.llamacpp import Address, LlamaCpp, State
from support import bert
from support.engine_client import ask, ask_json

TEXTS = [
    "How do I take parental leave?",
    "Der Überlauf im Kühlwasserbehälter wurde größer.",
    "Le café où naïve élève étudie, çà et là; e\u0301te\u0301.",
    "Привет, как дела? Йод и ёлка.",
    "北京是中华人民共和国的首都。",
    "東京タワーはどこですか?",
    "مرحبا بالعالم",
    "Ελληνικά: άνθρωπος",
    "Tiếng Việt có dấu",
    "def getHTTPResponse_code(x) -> int: return $5 + 3%  # 😀",
    "naïve " * 100,
]
installed = pytest.mark.skipif(minilm.sources() is None, reason="the weights are not installed; 'make dev' does it")


@pytest.fixture
def sources(tmp_path: Path) -> minilm.Sources:
    """Weights of a small model, as if they were the published ones."""
    weights, vocabulary = tmp_path / "model.safetensors", tmp_path / "vocab.txt"
    weights.write_bytes(bert.safetensors_of(bert.random_tensors()))
    vocabulary.write_text(bert.TINY_VOCABULARY)
    return minilm.Sources(weights, vocabulary)


def digests(sources: minilm.Sources) -> minilm.Digests:
    weights, vocabulary = (
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (sources.weights, sources.vocabulary)
    )
    return minilm.Digests(weights, vocabulary)


def test_the_file_is_written_once_and_nothing_else_is_left(tmp_path: Path, sources: minilm.Sources) -> None:
    models = tmp_path / "models"
    path = minilm.prepare_from(sources, models, digests(sources))
    before = path.stat().st_mtime_ns
    assert minilm.prepare_from(sources, models, digests(sources)) == path
    assert path.stat().st_mtime_ns == before
    assert sorted(each.name for each in models.iterdir()) == [path.name, path.with_suffix(".json").name]


@pytest.mark.parametrize("harm", ["flip", "cut", "no record", "broken record", "other weights"])
def test_what_is_not_as_it_was_written_is_written_again(tmp_path: Path, sources: minilm.Sources, harm: str) -> None:
    path = minilm.prepare_from(sources, tmp_path, digests(sources))
    good, record = path.read_bytes(), path.with_suffix(".json")
    if harm == "flip":
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    elif harm == "cut":
        os.truncate(path, 100)
    elif harm == "no record":
        record.unlink()
    elif harm == "broken record":
        record.write_text("{")
    else:
        sources.weights.write_bytes(bert.safetensors_of(bert.random_tensors(seed=8)))
    minilm.prepare_from(sources, tmp_path, digests(sources))
    assert (path.read_bytes() == good) is (harm != "other weights")
    assert msgspec.json.decode(record.read_bytes())["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("which", ["weights", "vocabulary"])
def test_what_was_not_published_is_not_read(tmp_path: Path, sources: minilm.Sources, which: str) -> None:
    path: Path = getattr(sources, which)
    published = digests(sources)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(SetupError, match=r"is not the published file .*; install the weights with 'make install'"):
        minilm.prepare_from(sources, tmp_path / "models", published)
    assert not (tmp_path / "models").exists()


def test_what_was_written_serves_when_the_package_has_gone(tmp_path: Path, sources: minilm.Sources) -> None:
    with pytest.raises(SetupError, match="are not installed; install the weights"):
        minilm.prepare_from(None, tmp_path)
    path = minilm.prepare_from(sources, tmp_path, digests(sources))
    assert minilm.prepare_from(None, tmp_path, digests(sources)) == path


def test_a_folder_that_cannot_be_written_is_said_with_the_mend(tmp_path: Path, sources: minilm.Sources) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(SetupError, match=r"models: .*; check its permissions, and that there is room"):
        minilm.prepare_from(sources, tmp_path / "models", digests(sources))


def test_a_package_that_is_not_there_has_no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no-such-package")
    assert minilm.sources() is None


def test_the_target_embeds_whatever_the_house_holds() -> None:
    target = minilm.target(frozenset({"eu"}))
    assert (target.owned, target.profile.embeddings, target.profile.chat) == (True, True, False)
    assert Label.parse("restricted;eu").flows_to(target.clearance)


@installed
def test_the_package_is_found_without_being_run() -> None:
    found = minilm.sources()
    assert found is not None
    assert found.weights.is_file()
    assert importlib.metadata.version(minilm.PACKAGE) == minilm.VERSION


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[LlamaCpp]:
    engine = LlamaCpp([minilm.engine_model()], data_dir=tmp_path)
    await engine.start()
    yield engine
    await engine.stop()


async def address_of(engine: LlamaCpp) -> Address:
    status = await engine.wait(minilm.NAME, 60)
    assert status.address is not None, status.reason
    return status.address


@installed
async def test_it_embeds_as_the_published_weights_do_in_many_scripts(engine: LlamaCpp) -> None:
    assert engine.status(minilm.NAME).state is State.STOPPED
    found = await ask_json(await address_of(engine), "/embeddings", {"input": TEXTS, "model": "x"})
    sources = minilm.sources()
    assert sources is not None
    tokenize = bert.WordPiece(sources.vocabulary.read_text(encoding="utf-8"))
    model = bert.Bert(read_safetensors(sources.weights.read_bytes()), layers=6, heads=12)
    for text, item in zip(TEXTS, found["data"], strict=True):
        assert len(item["embedding"]) == minilm.DIMENSIONS
        assert np.asarray(item["embedding"]) @ model(tokenize(text)) > 0.9999, text


@installed
async def test_a_text_beyond_its_context_is_refused_by_its_length(engine: LlamaCpp) -> None:
    status, answer = await ask(await address_of(engine), "/embeddings", {"input": ["word " * 600], "model": "x"})
    assert status == 500
    assert "input (602 tokens) is too large" in answer
