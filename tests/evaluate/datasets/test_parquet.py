"""Parquet: columns of any kind, and files that are none."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from freehold.core.errors import BadRequest, TooLarge, Unprocessable
from freehold.evaluate.datasets import parquet
from freehold.evaluate.datasets.faults import BadRows, Faults
from freehold.evaluate.datasets.parquet import read_parquet

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def packed(rows: list[dict[str, Any]]) -> bytes:
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), body)
    return body.getvalue()


def test_rows_are_read_without_what_is_null() -> None:
    turns = [{"role": "user", "content": "Hi", "name": None}, {"role": "user", "content": "Ho", "name": "ada"}]
    rows = list(
        read_parquet(packed([{"messages": turns, "answer": None}, {"messages": turns[:1], "answer": 4}]), Faults())
    )
    first = [{"role": "user", "content": "Hi"}, {"role": "user", "content": "Ho", "name": "ada"}]
    assert rows == [("row 1", {"messages": first}), ("row 2", {"messages": first[:1], "answer": 4})]


def test_bytes_are_told_by_their_row() -> None:
    faults = Faults()
    assert not list(read_parquet(packed([{"input": b"Hi"}]), faults))
    with pytest.raises(BadRows, match="row 1: input holds bytes"):
        faults.check()


def test_what_is_no_parquet_is_told() -> None:
    with pytest.raises(BadRequest, match="cannot be read as Parquet"):
        list(read_parquet(b"PAR1 and no more", Faults()))


def test_what_is_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MOST_ROWS", 1)
    with pytest.raises(TooLarge, match="2 rows"):
        list(read_parquet(packed([{"input": "a"}, {"input": "b"}]), Faults()))


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Unprocessable, match=r"pip install 'freehold\[evaluate\]'"):
        list(read_parquet(b"", Faults()))
