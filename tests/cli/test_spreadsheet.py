"""CSV as it is printed: its bytes are those of the table, whatever the platform."""

from __future__ import annotations

import pytest

from freehold.cli.spreadsheet import print_csv


def test_the_ends_of_lines_are_printed_as_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_csv(("name", "b"), [["=1", "two\nlines"]])
    assert capfdbinary.readouterr().out == b'name,b\r\n\'=1,"two\nlines"\r\n'
