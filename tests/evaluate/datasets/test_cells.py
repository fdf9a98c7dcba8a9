"""Cells and columns: JSON where their meaning has any, text otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.evaluate.datasets.cells import as_read, of_cell
from freehold.evaluate.datasets.faults import RowFault


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("input", "[1] is cited", "[1] is cited"),
        ("input", "[1]", "[1]"),
        ("input", '[{"role": "user", "content": "Hi"}]', [{"role": "user", "content": "Hi"}]),
        ("expected", '["a", "b"]', ["a", "b"]),
        ("expected", "{x}", "{x}"),
        ("answer", "42", "42"),
        ("messages", '[{"role": "user"}]', [{"role": "user"}]),
        ("temperature", "0.5", 0.5),
        ("seed", "7", 7),
        ("stop", "END", "END"),
        ("stop", '["END"]', ["END"]),
        ("notes", "[1]", "[1]"),
        ("slices", '{"a": "b"}', {"a": "b"}),
    ],
)
def test_a_cell_holds_what_its_column_means(name: str, text: str, read: Any) -> None:
    assert of_cell(name, text) == read


@pytest.mark.parametrize("text", ["warm", "NaN", '{"a":1,"a":2}'])
def test_a_setting_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(RowFault, match="which is no JSON"):
        of_cell("temperature", text)


def test_columns_of_structs_lose_what_is_nothing() -> None:
    turns = [{"role": "user", "content": "Hi", "tool_calls": None}]
    assert as_read("messages", turns) == [{"role": "user", "content": "Hi"}]
    assert as_read("messages", '[{"role": "user"}]') == [{"role": "user"}]
    assert as_read("expected", '["a"]') == '["a"]'
    with pytest.raises(RowFault, match="holds bytes"):
        as_read("input", b"Hi")
