from __future__ import annotations

from pathlib import Path

import pytest

from freehold.core.errors import SetupError
from freehold.engines.weights import HubRef, choose, is_weights, locate, quant_of, weight_bytes


@pytest.mark.parametrize(
    ("name", "quant"),
    [
        ("Qwen3-4B-Q4_K_M.gguf", "Q4_K_M"),
        ("qwen3-0.6b.q8_0.gguf", "Q8_0"),
        ("gpt-oss-20b-mxfp4.gguf", "MXFP4"),
        ("model-IQ2_XXS.gguf", "IQ2_XXS"),
        ("BF16/model-BF16-00001-of-00003.gguf", "BF16"),
        ("model-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("model.gguf", None),
    ],
)
def test_a_files_name_tells_its_quantisation(name: str, quant: str | None) -> None:
    assert quant_of(name) == quant


@pytest.mark.parametrize("name", ["mmproj-model-f16.gguf", "model.mmproj-F16.gguf.txt", "imatrix.gguf", "README.md"])
def test_projectors_and_other_files_are_no_weights(name: str) -> None:
    assert not is_weights(name)


@pytest.mark.parametrize("text", ["hf:Qwen/Qwen3-4B-GGUF:q4_k_m", "Qwen/Qwen3-4B-GGUF:Q4_K_M"])
def test_a_reference_is_read_and_written(text: str) -> None:
    assert str(HubRef.parse(text)) == "hf:Qwen/Qwen3-4B-GGUF:Q4_K_M"


@pytest.mark.parametrize(
    "text", ["hf:Qwen", "hf:../../etc", "hf:a/..", "hf:a/b:../c", "hf:a/b:FINE", "hf:a/b/c", "hf:a/b\n"]
)
def test_what_names_no_model_is_refused(text: str) -> None:
    with pytest.raises(SetupError, match="write hf:OWNER/NAME"):
        HubRef.parse(text)


def test_the_usual_quantisation_is_chosen_and_else_the_only_one() -> None:
    ref = HubRef("a/b")
    assert choose(["m-Q8_0.gguf", "m-Q4_K_M.gguf"], ref) == ["m-Q4_K_M.gguf"]
    assert choose(["m-Q8_0.gguf", "mmproj-m-F16.gguf"], ref) == ["m-Q8_0.gguf"]
    with pytest.raises(SetupError, match="it has Q6_K, Q8_0"):
        choose(["m-Q8_0.gguf", "m-Q6_K.gguf"], ref)


def test_shards_come_in_order_and_none_may_be_missing() -> None:
    names = [f"m-Q4_K_M-0000{n}-of-00003.gguf" for n in (2, 3, 1)]
    assert choose(names, HubRef("a/b")) == sorted(names)
    with pytest.raises(SetupError, match="2 of the 3 parts"):
        choose(names[:2], HubRef("a/b"))


def test_a_directory_is_its_only_model(tmp_path: Path) -> None:
    for name in ("m-00001-of-00002.gguf", "m-00002-of-00002.gguf", "mmproj-m.gguf"):
        (tmp_path / name).write_bytes(b"12345")
    first = locate(str(tmp_path), tmp_path)
    assert first.name == "m-00001-of-00002.gguf"
    assert weight_bytes(first) == 10
    (tmp_path / "other.gguf").touch()
    with pytest.raises(SetupError, match="2 models"):
        locate(str(tmp_path), tmp_path)


def test_an_empty_directory_and_an_absent_file_say_so(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no GGUF model"):
        locate(str(tmp_path), tmp_path)
    with pytest.raises(SetupError, match="freehold models pull"):
        locate(str(tmp_path / "gone.gguf"), tmp_path)


def test_another_quantisation_than_the_fetched_one_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "m-Q8_0.gguf"
    path.parent.mkdir(parents=True)
    path.touch()
    assert locate("hf:a/b", tmp_path) == path
    with pytest.raises(SetupError, match=r"freehold models pull hf:a/b:Q4_K_M"):
        locate("hf:a/b:Q4_K_M", tmp_path)
