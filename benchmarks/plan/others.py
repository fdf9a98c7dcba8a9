"""Measurements that nothing was fitted on: old engines, other makers' GPUs, batches that start and end as one.

Argonne's LLM-Inference-Bench gives tokens a second of prompt and answer together over a batch whose prompts and answers
are of one length; dstack's gives the seconds of so many requests at once. Both are a round of the model: as many
prefills, and as many steps as an answer has tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.goals import Row
from benchmarks.plan.measurements import Measurement, Table, lines
from freehold.catalog.architectures import architecture
from freehold.catalog.gpus import gpu
from freehold.core.errors import UnknownRow
from freehold.plan.capacity.memory import Deployment, room
from freehold.plan.capacity.serving import Serving

ARGONNE = Path("plan/argonne_llm_bench/All_results.csv.gz")
DSTACK = Path("plan/dstack_bench/results_flat.csv.gz")

ENGINES = {"vLLM": "vllm", "TensorRT-LLM": "trtllm"}
CARDS = {"Nvidia A100 GPU": "A100 SXM 40GB"}
"""Where the file's name does not tell the memory: the study's A100 are Polaris', with 40 GB."""


def argonne(path: Path) -> Iterator[Measurement]:
    """The rows of vLLM and TensorRT-LLM on GPUs of the catalog, in 16 bits, that fit."""
    for row in lines(path):
        if row["Framework"] not in ENGINES:
            continue
        try:
            card = gpu(CARDS.get(row["Hardware"], row["Hardware"]))
        except UnknownRow:
            continue
        deployment = Deployment(
            architecture(row["Model"]), card, int(row["Num of Hardware"]), engine=ENGINES[row["Framework"]]
        )
        length, batch = float(row["Input Output Length"]), float(row["Batch Size"])
        yield _round(deployment, batch, length, length, 2 * length * batch / float(row["Throughput"]))


def dstack(path: Path) -> Iterator[Measurement]:
    """Llama 3.1 405B in 8 bits on vLLM: eight H100, four and eight MI300X."""
    for row in lines(path):
        found = re.search(r"/(\d)x?(Mi300x|H100SXM5)-throughput.*?(?:_in|_ip)(\d+)_(?:out|op)(\d+)", row["path"])
        if found is None or not row["elapsed_time"]:
            continue
        card = gpu("MI300X" if found[2] == "Mi300x" else "H100 SXM")
        deployment = Deployment(architecture("Llama-3.1-405B"), card, int(found[1]), "fp8")
        yield _round(
            deployment, float(row["num_requests"]), float(found[3]), float(found[4]), float(row["elapsed_time"])
        )


def _round(deployment: Deployment, batch: float, prompt: float, answer: float, seconds: float) -> Measurement:
    """A whole batch as one steady state: of its time none is known to be before the first token."""
    return Measurement(deployment, "", batch, prompt, answer, 0.0, seconds / answer)


def run(rows: Iterable[Measurement], name: str) -> Iterator[Row]:
    """The shipped constants' error, for each GPU and all together."""
    fitting = [row for row in rows if room(row.deployment, int(row.prompt + row.answer)).fits]
    table = Table(fitting)
    made = [Serving(row.deployment).point(row.concurrency, row.prompt, row.answer).tokens_s for row in table.rows]
    log = np.log(np.array(made) / table.tokens_s)
    widths = np.array([np.log(Serving(row.deployment).interval(0.8)[1]) for row in table.rows])
    cards = np.array([f"{row.deployment.gpu.name}, {row.deployment.engine}" for row in table.rows])
    for card in (*sorted(set(cards)), ""):
        here = cards == card if card else np.ones(len(cards), bool)
        about = f"{name}, {card or 'all'} ({here.sum()})"
        yield f"{about}: median error", "Freehold", float(np.median(np.abs(np.expm1(log[here])))), 0.12
        yield f"{about}: median over measured", "Freehold", float(np.exp(np.median(log[here]))), 1.0
        yield f"{about}: inside the 80 % interval", "Freehold", float(np.mean(np.abs(log[here]) <= widths[here])), 0.80
