"""Tables: separators, quotes, and what is wrong with a line."""

from __future__ import annotations

import csv

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.datasets.faults import BadRows, Faults
from freehold.evaluate.datasets.table import read_table


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(separator: str) -> None:
    text = 'input,expected\r\n"a, b; c\td",e\r\n\r\nf,\r\n'.replace(",", separator)
    [one, other] = read_table(text.encode(), Faults())
    assert one == ("line 2", {"input": f"a{separator} b; c\td", "expected": "e"})
    assert other == ("line 4", {"input": "f"})


def test_a_value_of_several_lines_is_told_by_its_first() -> None:
    rows = list(read_table(b'input\n"a\nb"\nc\n', Faults()))
    assert rows == [("line 2", {"input": "a\nb"}), ("line 4", {"input": "c"})]


def test_lines_with_too_much_or_too_little_are_told() -> None:
    faults = Faults()
    assert len(list(read_table(b"a,b\n1\n1,2\n1,2,3\n", faults))) == 1
    with pytest.raises(BadRows) as raised:
        faults.check()
    assert [where for where, _ in raised.value.faults] == ["line 2", "line 4"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"a,a\n1,2", "two columns are called 'a'"),
        (b"a,b\n\xff,2", "line 2 is not UTF-8"),
        (b",".join([b"a"] * 501), "501 columns"),
        (b'"a\n', "cannot be read"),
    ],
)
def test_what_is_no_table_is_told(body: bytes, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        list(read_table(body, Faults()))


def test_quotes_that_do_not_close_are_told() -> None:
    faults = Faults()
    assert len(list(read_table(b'a,b\n1,2\n"1"x,2\n', faults))) == 1
    with pytest.raises(BadRows, match=r"line 3: .*stands in quotes"):
        faults.check()


def test_a_cell_that_cannot_be_meant_is_told() -> None:
    faults = Faults()
    assert not list(read_table(b"input,temperature\n?,warm\n", faults))
    with pytest.raises(BadRows, match="line 2: temperature is 'warm'"):
        faults.check()


def test_a_long_value_is_read_and_the_library_s_limit_is_as_it_was() -> None:
    before = csv.field_size_limit()
    rows = read_table(b"input\n" + b"x" * (before + 1) + b"\n", Faults())
    assert [len(row["input"]) for _, row in rows] == [before + 1]
    assert csv.field_size_limit() == before
