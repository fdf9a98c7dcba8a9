"""Names of members, and what is told where they are others."""

from __future__ import annotations

import pytest

from freehold.evaluate.datasets import fields
from freehold.evaluate.datasets.faults import RowFault


def test_the_own_name_comes_first() -> None:
    assert fields.name_in({"answer": "a", "expected": None, "output": "b"}, fields.EXPECTED) == "expected"
    assert fields.name_in({"answer": "a", "output": None}, fields.EXPECTED) == "answer"
    assert fields.name_in({"else": "a"}, fields.EXPECTED) is None


def test_two_names_of_one_thing_are_refused() -> None:
    with pytest.raises(RowFault, match="'answer' and 'output' may both be the expected; call the one that is meant"):
        fields.name_in({"answer": "a", "output": "b"}, fields.EXPECTED)


def test_what_is_missing_is_told_with_what_was_found_and_the_nearest() -> None:
    told = fields.missing({"questoin": 1, "answer": 2}, fields.INPUT, "what is asked")
    assert told == "it has no 'input', only 'questoin', 'answer'; is 'questoin' meant as 'question'?"
    told = fields.missing({"zzz": 1}, fields.INPUT, "what is asked")
    assert told == "it has no 'input', only 'zzz'; name what is asked 'input' or 'question' or 'prompt'"
    assert "and 3 more" in fields.missing({str(each): 1 for each in range(15)}, fields.INPUT, "it")


def test_only_unknown_names_are_passed_over() -> None:
    row = {"input": 1, "temperature": 0, "id": 3, "slice:task": "a", "model": "m", "notes": "n"}
    assert list(fields.unknown(row)) == ["notes"]


def test_names_that_are_not_looked_at_beside_their_first_are_told() -> None:
    row = {"input": "z", "prompt": "q", "expected": "y", "answer": "a", "output": None, "instruction": "Say"}
    assert list(fields.hidden(row)) == ["prompt", "answer"]
    assert list(fields.hidden({"question": "z", "answer": "a"})) == []


def test_what_is_null_is_said_to_be() -> None:
    assert fields.missing({"input": None}, fields.INPUT, "what is asked") == (
        "its 'input' is null; say what is asked, or leave the row out"
    )
