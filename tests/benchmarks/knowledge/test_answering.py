"""The measure itself, on documents of our own; the data it is meant for need not be there."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from benchmarks.knowledge.answering import Asked, Question, ask, chroma, main, scifact, score
from freehold.knowledge.library.sqlite import SqliteLibrary
from support.passages import LEAVE, MEALS, a_passage

SPAN = "Employees have 28 days of paid leave each year."
ASKED = "How many days of paid leave do employees have?"


def question(text: str = ASKED) -> Question:
    return Question(text, "handbook", lambda hit, quoted: "28 days" in quoted)


def test_shares_count_answers_and_silence() -> None:
    leave, meals = a_passage(1, LEAVE), a_passage(1, MEALS, heading=())
    good = Asked(question(), (leave,), (meals,), (meals,))
    wrong = Asked(question("How much is refunded for meals a day?"), (meals,), (leave,), (meals,))
    found = score([good, wrong], 0.5)
    assert (found.answered, found.right, found.near, found.far) == (1.0, 0.5, 1.0, 0.5)
    assert found.balance == pytest.approx((1.0 * 0.5 + 0.75) / 2)


def test_questions_and_spans_are_read_and_asked_of_a_real_library(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    (folder / "corpora").mkdir(parents=True)
    filler = "\n\n".join(f"Paid leave of employees, note {number}: ask the office." for number in range(40))
    (folder / "corpora" / "leave.md.gz").write_bytes(gzip.compress(f"# Leave\n\n{SPAN}\n\n{filler}\n".encode()))
    (folder / "corpora" / "meals.md.gz").write_bytes(gzip.compress(f"# Meals\n\n{MEALS}\n".encode()))
    with (folder / "questions.csv").open("w", newline="") as rows:
        writer = csv.DictWriter(rows, ["question", "references", "corpus_id"])
        writer.writeheader()
        for corpus in ("leave", "not-here"):
            writer.writerow({"question": ASKED, "references": json.dumps([{"content": SPAN}]), "corpus_id": corpus})
        writer.writerow({"question": "Meals?", "references": json.dumps([{"content": MEALS}]), "corpus_id": "meals"})
    library = SqliteLibrary(tmp_path / "library")
    questions = chroma(library, folder)
    assert [each.collection for each in questions] == ["leave", "meals"]
    first = ask(library, questions)[0]
    assert any(SPAN in passage.text for passage in first.there)
    assert not any(SPAN in passage.text for passage in first.near)
    assert all(passage.place.collection == "meals" for passage in first.far)
    library.close()


def test_claims_are_held_by_the_documents_judged_for_them(tmp_path: Path) -> None:
    folder = tmp_path / "scifact"
    folder.mkdir()
    corpus = [{"_id": "7", "title": "Leave", "text": LEAVE}, {"_id": "8", "title": "Meals", "text": MEALS}]
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, corpus)).encode()))
    (folder / "queries.train.jsonl").write_text(json.dumps({"_id": "1", "text": "Employees have paid leave."}) + "\n")
    (folder / "qrels.train.tsv").write_text("query-id\tcorpus-id\tscore\n1\t7\t1\n")
    library = SqliteLibrary(tmp_path / "library")
    (asked,) = ask(library, scifact(library, folder))
    assert {passage.place.name for passage in asked.near} <= {"8"}
    library.close()


def test_absent_data_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert "there is no" in capsys.readouterr().err
