from __future__ import annotations

import csv
import gzip
import json
from contextlib import contextmanager

import pytest

from benchmarks.knowledge import chunking

TEXT = (
    "# Leave\n\nWhoever is ill stays at home.\n\n# Pay\n\nWages are paid on the last day of the month.\n\n"
    "# Other\n\n" + "Nothing else is said here of anything at all. " * 60
)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """One corpus, one question and no embedding model."""
    folder = tmp_path / "knowledge" / "chroma-chunking"
    (folder / "corpora").mkdir(parents=True)
    (folder / "corpora" / "handbook.md.gz").write_bytes(gzip.compress(TEXT.encode()))
    start = TEXT.index("Wages")
    with (folder / "questions.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["question", "references", "corpus_id"])
        gold = [{"content": "", "start_index": start, "end_index": start + 44}]
        rows.writerow(["When are wages paid?", json.dumps(gold), "handbook"])
        rows.writerow(["Of a corpus that is not there?", json.dumps(gold), "elsewhere"])

    @contextmanager
    def none():
        yield None

    monkeypatch.setattr(chunking, "opened", none)
    return tmp_path


def test_the_chain_finds_what_was_marked(data):
    rows = chunking.run(data)
    assert [(method, value, goal) for _, method, value, goal in rows] == [
        ("words", 1.0, 0.9),
        ("words", 1.0, 0.9),
        ("words, widened", 1.0, 0.9),
        ("words, widened", 1.0, 0.9),
    ]
    assert rows[0][0] == "recall of gold characters at 5, within its corpus"


def test_absent_data_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="FREEHOLD_BENCH_DATA"):
        chunking.run(tmp_path)


def test_characters_are_counted_once():
    assert chunking.covered([(0, 10), (20, 30)], [(5, 25), (0, 6)]) == 0.75
    assert chunking.covered([(0, 10)], []) == 0.0
