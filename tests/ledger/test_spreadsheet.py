"""CSV that other programs read, and that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest

from freehold.ledger.spreadsheet import counts_cell, csv_text


def text(*cells: object) -> str:
    return csv_text(("name",), [[cell] for cell in cells])


def test_lines_end_as_the_rfc_says_and_quotes_are_doubled() -> None:
    out = text('say "hi", twice', "two\nlines")
    assert out == 'name\r\n"say ""hi"", twice"\r\n"two\nlines"\r\n'
    assert list(csv.reader(io.StringIO(out, newline="")))[1:] == [['say "hi", twice'], ["two\nlines"]]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_begins_like_a_formula_becomes_text(begin: str) -> None:
    out = text(f'{begin}HYPERLINK("http://x")')
    assert next(csv.reader(io.StringIO(out.split("\r\n", 1)[1], newline="")))[0][0] == "'"


def test_numbers_stay_numbers() -> None:
    assert text("-0.0025", -3, 1.5, None) == 'name\r\n-0.0025\r\n-3\r\n1.5\r\n""\r\n'
    assert text("-1+1") == "name\r\n'-1+1\r\n"


def test_counts_stand_in_one_cell() -> None:
    assert counts_cell({"server": 3, "timeout_first_byte": 1}) == "server 3; timeout_first_byte 1"
    assert counts_cell({}) == ""
