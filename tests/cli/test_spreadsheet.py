"""CSV that other programs read, and that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest

from freehold.cli.spreadsheet import print_csv


def printed(capfdbinary: pytest.CaptureFixture[bytes], *cells: object) -> bytes:
    print_csv(("name",), [[cell] for cell in cells])
    return capfdbinary.readouterr().out


def test_lines_end_as_the_rfc_says_and_quotes_are_doubled(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    out = printed(capfdbinary, 'say "hi", twice', "two\nlines")
    assert out == b'name\r\n"say ""hi"", twice"\r\n"two\nlines"\r\n'
    assert list(csv.reader(io.StringIO(out.decode(), newline="")))[1:] == [['say "hi", twice'], ["two\nlines"]]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_begins_like_a_formula_becomes_text(capfdbinary: pytest.CaptureFixture[bytes], begin: str) -> None:
    out = printed(capfdbinary, f'{begin}HYPERLINK("http://x")')
    assert next(csv.reader(io.StringIO(out.decode().split("\r\n", 1)[1], newline="")))[0][0] == "'"


def test_numbers_stay_numbers(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert printed(capfdbinary, "-0.0025", -3, 1.5, None) == b'name\r\n-0.0025\r\n-3\r\n1.5\r\n""\r\n'
    assert printed(capfdbinary, "-1+1") == b"name\r\n'-1+1\r\n"
