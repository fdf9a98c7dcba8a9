"""``freehold models pull`` from a hub on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import tiny_gguf
from support.commands import Ran, installed
from support.hub import Hub, serving

REF = "hf:acme/Tiny-GGUF"
FILE = "Tiny-Q4_K_M.gguf"
BLOCK = '[[target]]\nname = "local/tiny"\nengine = "llamacpp"\nmodel = "hf:acme/Tiny-GGUF:Q4_K_M"\n'


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return tiny_gguf.build(tmp_path_factory.mktemp("hub") / FILE).read_bytes()


@pytest.fixture
def hub(weights: bytes) -> Iterator[Hub]:
    with serving(Hub({"acme/Tiny-GGUF": {FILE: weights}})) as hub:
        yield hub


def pull(hub: Hub, folder: Path, *options: str) -> Ran:
    return installed("models", "pull", REF, *options, cwd=folder, env={"HF_ENDPOINT": hub.endpoint})


def test_it_prints_the_target_to_add(hub: Hub, tmp_path: Path, own_data: Path, weights: bytes) -> None:
    ran = pull(hub, tmp_path)
    assert ran.code == 0
    assert ran.out == BLOCK
    assert (own_data / "models" / "acme" / "Tiny-GGUF" / FILE).read_bytes() == weights
    assert ran.err.splitlines()[0] == f"fetching {FILE}"
    assert any(line.startswith("100 % of ") for line in ran.err.splitlines())
    assert "licence apache-2.0" in ran.err
    assert not (tmp_path / "freehold.toml").exists()


def test_add_writes_it_into_the_configuration_once(hub: Hub, tmp_path: Path) -> None:
    ran = pull(hub, tmp_path, "--add")
    assert ran.code == 0
    assert ran.out == f"added local/tiny to {tmp_path / 'freehold.toml'}; start Freehold anew to have it answer\n"
    assert "only what it names will answer" in ran.err
    assert (tmp_path / "freehold.toml").read_text() == BLOCK
    assert "local/tiny" in installed("models", "list", cwd=tmp_path).out
    asked = len(hub.ranges)
    again = pull(hub, tmp_path, "--add")
    assert again.code == 1
    assert "there is a target 'local/tiny'" in again.err
    assert len(hub.ranges) == asked  # refused before anything was fetched


def test_json(hub: Hub, tmp_path: Path) -> None:
    found = json.loads(pull(hub, tmp_path, "--json").out)
    assert (found["name"], found["target"], found["added_to"]) == ("local/tiny", BLOCK, None)


def test_what_broke_off_goes_on(hub: Hub, tmp_path: Path, weights: bytes) -> None:
    pulled = pull(hub, tmp_path)
    assert pulled.code == 0
    hub.ranges.clear()
    assert pull(hub, tmp_path).code == 0
    assert hub.ranges == []  # all of it was there


@pytest.mark.parametrize(
    ("ref", "said"),
    [("nonsense", "write hf:OWNER/NAME"), ("hf:acme/gone", "there is no acme/gone"), (f"{REF}:Q2_K", "has no Q2_K")],
)
def test_what_is_not_there(hub: Hub, tmp_path: Path, ref: str, said: str) -> None:
    ran = installed("models", "pull", ref, cwd=tmp_path, env={"HF_ENDPOINT": hub.endpoint})
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
