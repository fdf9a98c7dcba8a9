"""The tool that fits the capacity model finds what made-up measurements were made with, and reads rows as they are."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.plan import serving
from benchmarks.plan.fit import Fit
from benchmarks.plan.measurements import Measurement, Table, silicon
from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.constants import shipped
from freehold.plan.capacity.memory import Deployment
from freehold.plan.capacity.serving import Serving
from tools.capacity import fitted

COLUMNS = (
    "id,silicon_data_source,backend,backend_version,model_path,system,precision,mode,isl,osl,batch_size,tp_size,"
    "attention_dp_size,moe_tp_size,moe_ep_size,silicon_ttft_ms,silicon_tpot_ms"
)


def made_up() -> list[Measurement]:
    """Two models on two GPUs, as fast as the shipped constants say."""
    rows = []
    for model, weights in (("Llama-3.1-8B", "bf16"), ("gpt-oss-120b", "mxfp4")):
        for card in ("H100 SXM", "H200"):
            deployment = Deployment(architecture(model), gpu(card), 2, weights)
            for load in (1.0, 8.0, 64.0):
                point = Serving(deployment).point(load, 1024, 512)
                rows.append(Measurement(deployment, "", load, 1024, 512, point.ttft_s, point.tpot_s))
    return rows


@pytest.fixture(scope="module")
def table() -> Table:
    return Table(made_up())


def test_what_was_made_by_the_model_is_found_again(table: Table) -> None:
    predicted = Fit(table).predict(table)
    assert np.max(np.abs(np.log(predicted.tokens_s / table.tokens_s))) < 0.1


def test_a_fault_in_one_row_moves_the_others_little(table: Table) -> None:
    first, *rest = table.rows
    spoiled = Table([dataclasses.replace(first, tpot_s=20 * first.tpot_s), *rest])
    predicted = Fit(spoiled).predict(table)
    assert np.median(np.abs(np.log(predicted.tokens_s / table.tokens_s))) < 0.1


def test_what_is_shipped_names_its_data_and_its_errors(table: Table) -> None:
    made = fitted(table)
    assert {seen.model for seen in made.seen} == {"meta-llama/Llama-3.1-8B-Instruct", "openai/gpt-oss-120b"}
    assert sum(seen.points for seen in made.seen) == len(table)
    assert made.fitted_makers == ("NVIDIA",)
    assert made.error.shares == serving.DRAWN
    assert made.engines.keys() == {"vllm"}
    assert made.common == made.of("llama.cpp")


def test_rows_left_out_are_not_in_the_fit(table: Table) -> None:
    seen: list[tuple[set[str], set[str]]] = []

    def predict(known: Table, asked: Table) -> tuple[np.ndarray, np.ndarray]:
        seen.append((set(serving.pairs(known)), set(serving.pairs(asked))))
        return asked.tokens_s, asked.tpot_s

    tokens, _ = serving.left_out(table, serving.pairs(table), predict)
    assert len(seen) == 4
    assert all(not known & asked for known, asked in seen)
    assert np.array_equal(tokens, table.tokens_s)


def test_rows_are_read_once_each_with_their_own_gpus(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        f"{COLUMNS}\n"
        "a_tp8_ep8,silicon_concurrency=16;,trtllm,1,deepseek-ai/DeepSeek-R1,h200_sxm,fp8,agg,1024,512,2,64,,8,8,99,9\n"
        "b_cfg1,silicon_concurrency=16,trtllm,1,deepseek-ai/DeepSeek-V3,h200_sxm,fp8,agg,1024,512,2,64,,8,8,99,9\n"
        "c_tp2_1,nothing,vllm,1,Qwen/Qwen3-32B,h100_sxm,,agg,1024,512,4,2,,1,1,50,12\n"
        "d_tp2_1,silicon_concurrency=4,vllm,1,Qwen/Qwen3-32B,h100_sxm,,disagg,1024,512,4,2,,1,1,50,12\n"
    )
    first, second = silicon(path)
    assert (first.deployment.gpus, first.concurrency, first.deployment.kv) == (8, 16, "fp8")
    assert (second.deployment.gpus, second.concurrency, second.deployment.weights) == (2, 4, "bf16")
    assert second.tokens_s == pytest.approx(4 * 512 / (0.05 + 512 * 0.012))


def test_the_shipped_constants_hold_on_further_rows(table: Table) -> None:
    found = {measure: value for measure, _, value, _ in serving.shipped_errors(table)}
    assert found["throughput, 12 rows: median error"] == pytest.approx(0, abs=1e-9)
    assert found["throughput inside the 80 % interval"] == 1
    assert math.isclose(shipped().error.far, 1.6)
