from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.core.errors import SetupError
from freehold.engines.hub import Progress, Pulled, pull
from freehold.engines.weights import HubRef, locate
from support.hub import Hub, serving

REPO = "acme/Tiny-GGUF"
REF = HubRef(REPO)
CHUNK = 2**15


@pytest.fixture
def weights(chat_model: Path) -> bytes:
    return chat_model.read_bytes()


@pytest.fixture
def hub(weights: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    # The client pauses a second before it goes on after a break; nothing here depends on that.
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)
    # What has come is kept in whole chunks, of ten megabytes by default.
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", CHUNK)
    files = {
        "README.md": b"# Tiny",
        "Tiny-Q4_K_M.gguf": weights,
        "Tiny-Q8_0.gguf": weights + b"\0" * 32,
        "mmproj-Tiny-F16.gguf": b"GGUF projector",
        "../outside-Q4_K_M.gguf": b"GGUF evil",
    }
    with serving(Hub({REPO: files, "acme/notes": {"README.md": b"hello"}})) as hub:
        yield hub


def fetch(hub: Hub, models: Path, ref: HubRef = REF, **options: object) -> Pulled:
    options = {"token": "none", **options}
    return pull(ref, models, endpoint=hub.endpoint, **options)  # type: ignore[arg-type]


def test_the_usual_quantisation_is_fetched_and_then_found(hub: Hub, tmp_path: Path, weights: bytes) -> None:
    pulled = fetch(hub, tmp_path)
    assert pulled.path == tmp_path / REPO / "Tiny-Q4_K_M.gguf"
    assert pulled.path.read_bytes() == weights
    assert locate(f"hf:{REPO}", tmp_path) == pulled.path
    assert locate(f"hf:{REPO}:Q4_K_M", tmp_path) == pulled.path
    assert pulled.licence == "apache-2.0"
    assert [path.name for path in tmp_path.rglob("*.gguf")] == ["Tiny-Q4_K_M.gguf"]


def test_the_target_to_add_is_told(hub: Hub, tmp_path: Path) -> None:
    assert fetch(hub, tmp_path).target() == (
        '[[target]]\nname = "local/tiny"\nengine = "llamacpp"\nmodel = "hf:acme/Tiny-GGUF:Q4_K_M"\n'
    )


def test_progress_runs_from_nothing_to_all(hub: Hub, tmp_path: Path, weights: bytes) -> None:
    steps: list[Progress] = []
    fetch(hub, tmp_path, progress=steps.append)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1] == Progress("Tiny-Q4_K_M.gguf", len(weights), len(weights))


def test_a_model_that_is_there_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    first = fetch(hub, tmp_path)
    hub.ranges.clear()
    assert fetch(hub, tmp_path) == first
    assert hub.ranges == []


def test_a_damaged_model_is_fetched_again(hub: Hub, tmp_path: Path, weights: bytes) -> None:
    path = fetch(hub, tmp_path).path
    path.write_bytes(b"x" * len(weights))
    assert fetch(hub, tmp_path).path.read_bytes() == weights


def test_a_broken_connection_is_resumed_where_it_broke(hub: Hub, tmp_path: Path, weights: bytes) -> None:
    hub.cut_after["Tiny-Q4_K_M.gguf"] = [3 * CHUNK]
    assert fetch(hub, tmp_path).path.read_bytes() == weights
    assert [first for _, first in hub.ranges] == [0, 3 * CHUNK]


def test_a_fetch_that_was_given_up_goes_on_at_the_next(hub: Hub, tmp_path: Path, weights: bytes) -> None:
    hub.cut_after["Tiny-Q4_K_M.gguf"] = [3 * CHUNK, *[0] * 20]
    with pytest.raises(SetupError, match="repeat the command to go on"):
        fetch(hub, tmp_path)
    assert not (tmp_path / REPO).exists()
    hub.cut_after.clear()
    hub.ranges.clear()
    assert fetch(hub, tmp_path).path.read_bytes() == weights
    assert [first for _, first in hub.ranges] == [3 * CHUNK]


def test_a_file_with_another_hash_is_refused_and_thrown_away(hub: Hub, tmp_path: Path) -> None:
    hub.wrong_hash.add("Tiny-Q4_K_M.gguf")
    with pytest.raises(SetupError, match="SHA-256 differs"):
        fetch(hub, tmp_path)
    assert list(tmp_path.rglob("*.gguf")) == []


def test_a_file_without_a_hash_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.unhashed.add("Tiny-Q4_K_M.gguf")
    with pytest.raises(SetupError, match="states no SHA-256"):
        fetch(hub, tmp_path)


def test_a_full_disk_is_told_before_anything_is_fetched(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="GiB free"):
        fetch(hub, tmp_path, free=lambda _: 1000)
    assert hub.ranges == []


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        (HubRef(REPO, "Q2_K"), "it has Q4_K_M, Q8_0"),
        (HubRef("acme/notes"), "holds no GGUF file"),
        (HubRef("acme/nowhere"), "there is no acme/nowhere, or it is private"),
    ],
)
def test_what_cannot_be_fetched_is_explained(hub: Hub, tmp_path: Path, ref: HubRef, told: str) -> None:
    with pytest.raises(SetupError, match=told):
        fetch(hub, tmp_path, ref)


def test_a_private_repository_asks_for_a_token_and_takes_it(hub: Hub, tmp_path: Path) -> None:
    hub.token = "hf_secret"
    with pytest.raises(SetupError, match="HF_TOKEN") as refused:
        fetch(hub, tmp_path, token="hf_wrong")
    assert "hf_wrong" not in str(refused.value)
    assert fetch(hub, tmp_path, token="hf_secret").path.is_file()


def test_a_gated_repository_says_where_its_terms_are(hub: Hub, tmp_path: Path) -> None:
    hub.gated = True
    with pytest.raises(SetupError, match="terms accepted"):
        fetch(hub, tmp_path)


def test_shards_are_fetched_together(hub: Hub, tmp_path: Path, weights: bytes) -> None:
    hub.repos[REPO] = {f"Q4_K_M/Big-Q4_K_M-0000{n}-of-00002.gguf": weights for n in (1, 2)}
    pulled = fetch(hub, tmp_path)
    assert pulled.path.name == "Big-Q4_K_M-00001-of-00002.gguf"
    assert pulled.size == 2 * len(weights)
    assert len(list(pulled.path.parent.glob("*.gguf"))) == 2


def test_a_hub_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"http://127\.0\.0\.1:9 did not answer"):
        pull(REF, tmp_path, endpoint="http://127.0.0.1:9", token="none")


def test_the_environment_names_the_hub(hub: Hub, tmp_path: Path) -> None:
    script = """
        import pathlib, sys
        from freehold.engines.hub import pull
        from freehold.engines.weights import HubRef
        print(pull(HubRef("acme/Tiny-GGUF"), pathlib.Path(sys.argv[1])).path)
    """
    hub.token = "hf_secret"
    environment = {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": "hf_secret", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("Tiny-Q4_K_M.gguf")
