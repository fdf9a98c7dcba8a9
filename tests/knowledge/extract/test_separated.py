from __future__ import annotations

import pytest

from freehold.knowledge.extract.separated import read_separated
from support.extracted import pieces


@pytest.mark.parametrize(
    "text",
    [
        "name,days\nAnn,25\n",
        "name;days\nAnn;25\n",
        "name\tdays\r\nAnn\t25\r\n",
        "name|days\nAnn|25",
        "sep=;\nname;days\nAnn;25\n",
    ],
)
def test_the_delimiter_is_found(text: str) -> None:
    rows = pieces(read_separated(text.encode(), "text/csv", 1000))[0][1].split("\n")
    assert rows[-2:] == ["name | days", "Ann | 25"]


def test_a_row_is_a_line_whatever_stands_in_its_cells() -> None:
    text = 'a,"say ""hi"", twice","two\nlines"\n,,\n,x,\n'
    assert pieces(read_separated(text.encode(), "text/csv", 1000)) == [
        ("table", 'a | say "hi", twice | two lines\n | x'.strip())
    ]


def test_what_is_no_table_is_read_as_text() -> None:
    extracted = read_separated(b'"' + b"never closed, " * 20_000, "text/csv", 1_000_000)
    assert extracted.blocks[0].kind == "paragraph"
    assert "read as plain text" in extracted.notes[0]
