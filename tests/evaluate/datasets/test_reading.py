"""Whole files: all rows or none, and the same content by every way."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from freehold.core.errors import BadRequest, TooLarge
from freehold.evaluate.datasets import reading
from freehold.evaluate.datasets.faults import BadRows
from freehold.evaluate.datasets.reading import read

ROWS: list[dict[str, Any]] = [
    {"input": "2+2?", "expected": 4, "slices": {"task": "sums"}},
    {"input": 'Say "hi", please', "expected": ["hi"]},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_every_format_gives_the_same_examples(file: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    lines = "\r\n".join(map(json.dumps, ROWS)).encode()
    file.write_bytes(lines)
    wanted = read(file, name="a.jsonl").examples
    assert [example.expected for example in wanted] == ["4", ["hi"]]
    table = 'input,expected,slice:task\n2+2?,4,sums\n"Say ""hi"", please","[""hi""]",\n'
    for body, name in (
        (json.dumps(ROWS, indent=1).encode(), "a.json"),
        (gzip.compress(b"\xef\xbb\xbf" + lines), "a.jsonl.gz"),
        (table.encode(), "a.csv"),
    ):
        file.write_bytes(body)
        assert read(file, name=name).examples == wanted, name
    rows = [{"input": row["input"], "ideal": each} for row, each in zip(ROWS, (["4"], ["hi"]), strict=True)]
    pq.write_table(pa.Table.from_pylist(rows), file)
    assert [example.expected for example in read(file).examples] == [["4"], ["hi"]]


def test_one_bad_row_is_enough_and_all_are_told(file: Path) -> None:
    file.write_text('{"input": "a"}\n{"inptu": "b"}\nno\n{"input": ""}\n')
    with pytest.raises(BadRows) as raised:
        read(file)
    assert [where for where, _ in raised.value.faults] == ["line 2", "line 3", "line 4"]


def test_what_was_passed_over_and_what_is_not_known_is_told(file: Path) -> None:
    file.write_text('{"input": "a", "notes": 1, "id": 7}\n{"input": "b", "expected": "c"}\n')
    assert read(file).notes == (
        "2 rows read as jsonl",
        "passed over, since nothing here is called so: 'notes'",
        "1 without an expectation: judges may score their answers, and other scorers cannot",
    )


def test_a_name_beside_the_one_that_is_meant_is_told(file: Path) -> None:
    file.write_text('{"input": "a", "expected": "b", "answer": "c"}\n')
    assert read(file).notes == (
        "1 row read as jsonl",
        "passed over, since 'input' or 'expected' stands beside and is what is meant: 'answer'",
    )


def test_a_file_without_rows_is_refused(file: Path) -> None:
    file.write_text("[]")
    with pytest.raises(BadRequest, match="no rows"):
        read(file)


def test_a_file_of_too_many_rows_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    file.write_text('{"input": "a"}\n{"input": "b"}\n')
    with pytest.raises(TooLarge, match="more than 1 rows"):
        read(file)
