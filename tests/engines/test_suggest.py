from __future__ import annotations

import pytest

from freehold.engines.fit import GIB
from freehold.engines.suggest import KNOWN, best_fit, fitting, suggestion


@pytest.mark.parametrize(
    ("gigabytes", "accelerator", "name"),
    [
        (2, False, "Qwen3 0.6B"),
        (3, False, "Qwen3 1.7B"),
        (4, False, "Qwen3 4B"),
        (8, False, "Qwen3 8B"),
        (16, False, "gpt-oss 20B"),
        (64, False, "Qwen3 30B-A3B"),
        (12, True, "Qwen3 14B"),
    ],
)
def test_the_most_able_model_that_fits_is_suggested(gigabytes: int, accelerator: bool, name: str) -> None:
    model = best_fit(gigabytes * GIB, accelerator=accelerator)
    assert model is not None
    assert model.name == name


def test_a_machine_that_holds_none_is_promised_none() -> None:
    assert suggestion(GIB // 2) is None
    assert fitting(GIB // 2) == []


def test_the_suggestion_is_one_command() -> None:
    assert suggestion(16 * GIB) == "freehold models pull hf:ggml-org/gpt-oss-20b-GGUF:MXFP4"


def test_the_sum_adds_up_to_what_is_needed() -> None:
    for model in KNOWN:
        assert model.sum().endswith(f"= {model.needs() / GIB:.1f} GiB")
        assert model.needs() > model.weights
        assert model.needs(8192) - model.needs(4096) == 4096 * model.token_bytes


def test_only_licences_without_conditions_are_suggested_unasked() -> None:
    licences = {model.licence for gigabytes in range(1, 200) if (model := best_fit(gigabytes * GIB, accelerator=True))}
    assert licences <= {"apache-2.0", "mit"}


def test_every_row_says_where_it_is_from() -> None:
    assert all(model.source.startswith("https://huggingface.co/") and model.ref.quant for model in KNOWN)
    assert len({model.ref for model in KNOWN}) == len(KNOWN)
