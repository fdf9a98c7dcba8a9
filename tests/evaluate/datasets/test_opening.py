"""Files as they come: packed, with marks, of any format, too large."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from freehold.core.errors import BadRequest, TooLarge
from freehold.evaluate.datasets import opening
from freehold.evaluate.datasets.opening import format_of, opened


def test_what_is_packed_is_unpacked_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(b'\xef\xbb\xbf{"a": 1}'))
    assert opened(tmp_path / "a.jsonl") == b'{"a": 1}'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        ("a,b".encode("utf-16"), "save it as UTF-8"),
        (gzip.compress(b"abc", mtime=0)[:-4], "pack it anew"),
        (b"\x1f\x8bno", "pack it anew"),
    ],
)
def test_what_cannot_be_opened_is_told(tmp_path: Path, body: bytes, told: str) -> None:
    (tmp_path / "a").write_bytes(body)
    with pytest.raises(BadRequest, match=told):
        opened(tmp_path / "a")


def test_what_unpacks_to_too_much_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_BYTES", 3 * 2**20)
    (tmp_path / "a").write_bytes(gzip.compress(bytes(8 * 2**20)))
    with pytest.raises(TooLarge, match="larger than 3 MiB once unpacked"):
        opened(tmp_path / "a")


@pytest.mark.parametrize(
    ("body", "name", "found"),
    [
        (b"{}", "a.jsonl", "jsonl"),
        (b"{}", "a.JSON.gz", "jsonl"),
        (b" [{}]", "a.jsonl", "json"),
        (b"a,b", "a.csv.gz", "csv"),
        (b"a\tb", "a.tsv", "tsv"),
        (b"PAR1", "a.parquet", "parquet"),
        (b"PAR1", "", "parquet"),
        (b"[", "", "json"),
        (b"{", "data", "jsonl"),
        (b"a,b", "data.txt", "csv"),
    ],
)
def test_the_format_is_told_by_name_and_beginning(body: bytes, name: str, found: str) -> None:
    assert format_of(body, name) == found


def test_the_format_that_is_said_holds() -> None:
    assert format_of(b"{", "a.csv", "jsonl") == "jsonl"
    with pytest.raises(BadRequest, match="format is one of jsonl, json, csv, tsv, parquet, not 'xls'"):
        format_of(b"{", "a.csv", "xls")
