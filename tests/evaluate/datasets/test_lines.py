"""Rows of JSON: where each is, and what is wrong with those that are none."""

from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.datasets import lines
from freehold.evaluate.datasets.faults import BadRows, Faults
from freehold.evaluate.datasets.lines import read_lines, read_list


def test_lines_are_counted_from_one_and_empty_ones_passed_over() -> None:
    rows = list(read_lines(b'{"a":1}\r\n\r\n  \n{"a":2}', Faults()))
    assert rows == [("line 1", {"a": 1}), ("line 4", {"a": 2})]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"a":NaN}', "JSON has no NaN or Infinity"),
        (b'{"a":1,"a":2}', "the key 'a' is given twice"),
        (b"[1]", "must be a JSON object"),
        (b'{"a":', "a row is one JSON object on one line"),
        (b"\xff", "a row is one JSON object on one line"),
        (b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", "nested too deeply"),
    ],
)
def test_each_bad_line_is_told_and_the_others_read(line: bytes, told: str) -> None:
    faults = Faults()
    assert [where for where, _ in read_lines(b'{"a":1}\n' + line + b'\n{"a":2}', faults)] == ["line 1", "line 3"]
    with pytest.raises(BadRows, match=f"line 2: .*{told}"):
        faults.check()


def test_a_line_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_ROW_BYTES", 2**20)
    faults = Faults()
    assert not list(read_lines(b'{"a":"' + b"x" * 2**20 + b'"}', faults))
    with pytest.raises(BadRows, match="larger than 1 MiB"):
        faults.check()


def test_a_list_tells_the_line_on_which_a_row_begins() -> None:
    faults = Faults()
    rows = list(read_list(b'[\n {"a": 1},\n {"a":\n  2},\n 7,\n {"a": 1}]', faults))
    assert rows == [("line 2", {"a": 1}), ("line 3", {"a": 2}), ("line 6", {"a": 1})]
    with pytest.raises(BadRows, match="line 5: it must be a JSON object"):
        faults.check()


@pytest.mark.parametrize("body", [b'{"data": []}', b"[1, 2", b"[NaN]"])
def test_what_is_no_list_is_told(body: bytes) -> None:
    with pytest.raises(BadRequest, match="no list of JSON objects"):
        list(read_list(body, Faults()))
