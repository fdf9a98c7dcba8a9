"""How long it takes to report ten thousand results that are kept: compared, as text, as JSON and as a page.

python -m benchmarks.evaluate --only report
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console

from benchmarks.goals import Row
from freehold.core.money import Nanodollars
from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.model import Dataset, Example, Result, Run, Scored, Settings
from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.html import html
from freehold.evaluate.report.json import to_json
from freehold.evaluate.report.material import RunData
from freehold.evaluate.report.text import text

EXAMPLES = 5000
"""Of two runs: ten thousand results."""
ROUNDS = 5
_BEGUN = 1_790_000_000_000_000_000


def run(_data: Path) -> Iterator[Row]:
    """Seconds, the best of some rounds, and how many times as long as reading the results' JSON alone."""
    for name, graded in (("right or wrong", False), ("graded, two scorers", True)):
        runs = [_run(seed, graded=graded) for seed in (1, 2)]
        kept = [[msgspec.json.encode(result) for result in each.results] for each in runs]
        reading = min(_timed(partial(_read, kept)) for _ in range(ROUNDS))
        whole = min(_timed(partial(_report, kept, runs)) for _ in range(ROUNDS))
        yield f"10,000 results re-reported, {name}, s", "read, compared, text, JSON, page", whole, 2.0
        yield f"10,000 results re-reported, {name}, ratio", "to reading their JSON", whole / reading, 40.0


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _read(kept: Sequence[Sequence[bytes]]) -> list[list[Result]]:
    decoder = msgspec.json.Decoder(Result)
    return [[decoder.decode(each) for each in rows] for rows in kept]


def _report(kept: Sequence[Sequence[bytes]], runs: Sequence[RunData]) -> None:
    read = [msgspec.structs.replace(each, results=rows) for each, rows in zip(runs, _read(kept), strict=True)]
    comparison = compare(read)
    Console(file=io.StringIO(), width=100).print(text(comparison))
    to_json(comparison)
    html(comparison)


def _run(seed: int, *, graded: bool) -> RunData:
    rng = np.random.default_rng(seed)
    scorers = ("f1", "rouge") if graded else ("exact",)
    examples = [_example(place) for place in range(EXAMPLES)]
    results = [
        Result(
            place=place,
            example=each.id,
            state="answered",
            text="An answer of a usual length. " * 8,
            cost=Nanodollars(int(rng.lognormal(14, 0.5))),
            input_tokens=300,
            output_tokens=60,
            first_ms=float(rng.lognormal(5, 0.4)),
            total_ms=float(rng.lognormal(7, 0.4)),
            scores={name: Scored(float(rng.beta(4, 2) if graded else rng.random() < 0.8)) for name in scorers},
        )
        for place, each in enumerate(examples)
    ]
    dataset = Dataset("ds_measured", "measured", EXAMPLES, _BEGUN)
    asked = Run(f"run_{seed}", dataset.id, f"subject-{seed}", "done", "key", _BEGUN, Settings(scorers))
    return RunData(asked, dataset, examples, results)


def _example(place: int) -> Example:
    message = Message("user", (TextPart(f"Question {place}, of a usual length, about what it was that was asked."),))
    request = Request(model="", messages=(message,), dialect="openai")
    return Example(f"ex_{place}", request, expected="An answer", slices={"task": f"task {place % 12}"})
