from __future__ import annotations

from typing import Any

import pytest

from freehold.core.errors import BadRequest
from freehold.core.request import Message, TextPart
from freehold.evaluate.judges.gold import digest, read
from freehold.evaluate.judges.model import Pair, Point

ASKED = (Message("user", (TextPart("Why?"),)),)


@pytest.mark.parametrize(
    "row",
    [
        {"input": "Why?", "output_1": "a", "output_2": "b", "label": 2},
        {"question": "Why?", "first": "a", "second": "b", "better": "second"},
        {"messages": [{"role": "user", "content": "Why?"}], "a": "a", "b": "b", "winner": "model_b"},
    ],
)
def test_pairs_are_read_by_the_keys_in_use(row: dict[str, Any]) -> None:
    assert read([row])[0] == (Pair(ASKED, "a", "b", 2),)


def test_preferences_stand_first_about_as_often_as_second() -> None:
    rows = [{"prompt": "Why?", "chosen": f"good {n}", "rejected": f"bad {n}"} for n in range(200)]
    gold = read(rows)[0]
    assert gold == read(rows)[0]
    first = sum(each.better == 1 for each in gold if isinstance(each, Pair))
    assert 70 < first < 130
    assert all(
        isinstance(each, Pair) and (each.first, each.second)[each.better - 1].startswith("good") for each in gold
    )


@pytest.mark.parametrize(("good", "said"), [(True, True), (0, False), (1.0, True), ("wrong", False)])
def test_single_answers_are_good_or_not(good: Any, said: bool) -> None:
    assert read([{"question": "Why?", "answer": "x", "good": good, "expected": "y"}])[0] == (
        Point(ASKED, "x", said, "y"),
    )


def test_ties_and_doubles_are_left_out_and_told() -> None:
    row = {"question": "Why?", "first": "a", "second": "b", "better": 1}
    gold, told = read([row, row, row | {"better": "tie"}])
    assert len(gold) == 1
    assert len(told) == 2


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no gold"),
        (["x"], "row 1 is no object"),
        ([{"first": "a"}], "row 1 has none of question"),
        ([{"question": "q", "first": "a", "second": "b", "better": True}], "write 1 or 2"),
        ([{"question": "q", "first": "a", "second": "b", "better": 3}], "write 1 or 2"),
        ([{"question": "q", "first": "a", "better": 1}], "none of second"),
        ([{"question": "q", "answer": "a", "good": 7}], "neither good nor bad"),
        ([{"question": 7, "answer": "a", "good": 1}], "neither text nor messages"),
        (
            [
                {"question": "q", "answer": "a", "good": 1},
                {"question": "q", "first": "a", "second": "b", "better": 1},
            ],
            "one kind at a time",
        ),
    ],
)
def test_every_fault_is_told_with_its_row(rows: list[Any], why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        read(rows)


def test_the_digest_is_of_all_of_it() -> None:
    one, other = (read([{"question": "q", "answer": "a", "good": good}])[0] for good in (0, 1))
    assert digest(one) != digest(other)
    assert digest(one) == digest(one)
