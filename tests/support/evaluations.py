"""Runs of made-up subjects on a made-up dataset, for tests and benchmarks of what is reported of them."""

from __future__ import annotations

import numpy as np

from freehold.core.money import Nanodollars
from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.model import Dataset, Example, Result, Run, RunState, Scored, Settings
from freehold.evaluate.report.material import RunData

BEGUN = 1_790_000_000_000_000_000


def examples(size: int) -> list[Example]:
    """Questions of three tasks, of which the last has a tenth."""
    tasks = ["triage", "extract", "triage", "extract", "triage", "extract", "triage", "extract", "triage", "legal"]
    return [
        Example(
            id=f"ex_{place:032x}",
            request=Request(
                dialect="openai", model="", messages=(Message("user", (TextPart(f"Question {place}: 2 < 3?"),)),)
            ),
            expected=f"answer {place}",
            slices={"task": tasks[place % 10]},
        )
        for place in range(size)
    ]


def dataset(size: int, name: str = "tickets") -> Dataset:
    return Dataset(id=f"ds_{name}_{size}", name=name, size=size, created_ns=BEGUN)


def run_data(
    subject: str,
    *,
    size: int = 200,
    right: float = 0.8,
    cost: float = 0.001,
    seed: int = 0,
    shared: int = 99,
    alike: float = 0.7,
    graded: bool = False,
    state: RunState = "done",
    failed: float = 0.0,
    refused: float = 0.0,
    uncertified: frozenset[str] = frozenset(),
    scorers: tuple[str, ...] = ("exact",),
    questions: list[Example] | None = None,
) -> RunData:
    """A subject that is right on a share of the examples, on much the same ones as others made with `shared`."""
    own, common = np.random.default_rng(seed), np.random.default_rng(shared)
    draws = np.where(common.random(size) < alike, common.random(size), own.random(size))
    times, length = own.lognormal(6.5, 0.5, size), common.lognormal(0, 0.5, size)
    asked = questions if questions is not None else examples(size)
    results = []
    for place, (draw, time) in enumerate(zip(draws, times, strict=True)):
        fate = own.random()
        if fate < failed or fate < failed + refused:
            lost = "failed" if fate < failed else "refused"
            results.append(Result(place=place, example=asked[place].id, state=lost, error="it broke"))
            continue
        value = float(np.clip(right + (0.5 - draw) * 0.4, 0, 1)) if graded else float(draw < right)
        results.append(
            Result(
                place=place,
                example=asked[place].id,
                state="answered",
                text=f"answer {place}" if value else f"<b>wrong</b> {place}",
                target=subject,
                cost=Nanodollars(int(cost * 1e9 * length[place])),
                input_tokens=200,
                output_tokens=40,
                first_ms=float(time / 4),
                total_ms=float(time),
                scores={name: Scored(value, "as expected" if value else "not as expected") for name in scorers},
            )
        )
    run = Run(f"run_{subject}", f"ds_tickets_{size}", subject, state, "key_1", BEGUN, Settings(scorers=scorers))
    return RunData(run, dataset(size), asked, results, uncertified)
