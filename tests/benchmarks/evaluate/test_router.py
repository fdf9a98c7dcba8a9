"""The measures of a router, on outcomes that are made up."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from benchmarks.evaluate import router
from benchmarks.evaluate.router import Task, by_subject, embedded, over, read, sliced, split
from freehold.evaluate.router.rank import recovered

SUBJECTS = ("law", "sums")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Sums are what the weaker model gets wrong; every fifth row is contaminated."""
    path = tmp_path / "some.csv.gz"
    with gzip.open(path, "wt", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(["prompt", router.WEAK, router.STRONG, "domain", "contaminated"])
        for number in range(500):
            subject = SUBJECTS[number % 2]
            weak = subject == "law" or number % 7 == 0
            text = f"What is {number} + {number * 3}?" if subject == "sums" else "Who may " + "appeal " * (number % 9)
            table.writerow([f"{text} ({number})", weak, number % 11 != 0, subject, number % 5 == 0])
    return path


def no_vectors(texts: list[str], name: str, cache: Path | None) -> np.ndarray:
    return np.zeros((len(texts), 0))


def test_reads_what_is_not_contaminated(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "embedded", no_vectors)
    evidence, subjects = read(file, "some", None)
    assert len(evidence) == len(subjects) == 400
    assert 0.4 < evidence.gains.mean() < 0.5 or evidence.gains.sum() > 0


def test_ranks_every_prompt_that_was_not_taught(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "embedded", no_vectors)
    read_ = read(file, "some", None)
    areas, apart, chosen = over(read_[0], 300, 2)
    assert areas.min() > 0.6
    assert apart.max() < 0.3
    assert len(chosen) == 2
    taught, others = split(read_[0], 300, 0)
    assert (len(taught), len(others)) == (300, 100)
    stated = sliced(read_)[0]
    taught, others = split(stated, 300, 0)
    assert recovered(by_subject(taught, others.points), others.gains) > 0.65


def test_tells_every_row_with_its_goal(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "embedded", no_vectors)
    monkeypatch.setattr(router, "TASKS", (Task("some", 300, 0.6, subjects=True),))
    monkeypatch.setattr(router, "FOLDER", Path())
    monkeypatch.setattr(router, "SPLITS", 2)
    monkeypatch.setattr(router, "FEWER", 1)
    rows = list(router.run(file.parent))
    areas = {method: value for measure, method, value, goal in rows if measure.startswith("APGR") and goal == 0.6}
    assert {"router", "router, subject stated", "nearest", "logistic", "subject look-up", "form alone"} <= set(areas)
    assert all(0.5 < value < 1.1 for value in areas.values())


def test_embeddings_are_taken_from_the_cache(tmp_path: Path) -> None:
    texts = ["One.", "Two."]
    np.save(tmp_path / f"router-some-{router._hash(texts)}.npy", np.eye(2, dtype=np.float32))
    assert embedded(texts, "some", tmp_path).tolist() == [[1, 0], [0, 1]]
