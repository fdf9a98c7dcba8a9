"""Sides: by time, by hash, by group; the same example always on the same."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.identity import example_of
from freehold.evaluate.datasets.splits import Splitting, checked, split
from freehold.evaluate.model import Example


def example(number: int, **more: Any) -> Example:
    asked = read_body({"messages": [{"role": "user", "content": f"Question {number}"}]})
    return example_of(asked, **{"at_ns": number, **more})


MANY = [example(number, slices={"who": str(number % 40)}) for number in range(1000)]


def sides(examples: list[Example], splitting: Splitting) -> list[str]:
    return [each.split for each in split(examples, splitting)[0]]


def test_nothing_asked_is_nothing_done() -> None:
    assert split(MANY[:3], Splitting()) == (MANY[:3], ())


def test_a_moment_parts_what_came_before() -> None:
    parted, told = split(MANY[:5], Splitting(at_ns=3))
    assert [each.split for each in parted] == ["train"] * 3 + ["test"] * 2
    assert told == ("split by when they were asked: 2 test, 3 train",)


def test_the_newest_share_is_for_testing_and_one_moment_stays_together() -> None:
    assert sides(MANY[:10], Splitting(share=0.3, by="time")) == ["train"] * 7 + ["test"] * 3
    twins = [example(each, at_ns=each // 2) for each in range(10)]
    assert sides(twins, Splitting(share=0.3, by="time")) == ["train"] * 6 + ["test"] * 4


def test_a_hash_keeps_its_side_as_data_grows() -> None:
    few, many = sides(MANY[500:], Splitting(share=0.3)), sides(MANY, Splitting(share=0.3))
    assert many[500:] == few
    assert 0.25 < many.count("test") / len(many) < 0.35
    again = [example(each, expected="other") for each in range(1000)]
    assert sides(again, Splitting(share=0.3)) == many


def test_a_greater_share_takes_in_the_lesser() -> None:
    less, more = (sides(MANY, Splitting(share=share)) for share in (0.2, 0.4))
    assert all(other == "test" for side, other in zip(less, more, strict=True) if side == "test")


@pytest.mark.parametrize("splitting", [Splitting(share=0.3, group="who"), Splitting(share=0.3, by="time", group="who")])
def test_a_group_is_never_parted(splitting: Splitting) -> None:
    parted = split(MANY, splitting)[0]
    for who in range(40):
        assert len({each.split for each in parted if each.slices["who"] == str(who)}) == 1
    assert {each.split for each in parted} == {"train", "test"}


def test_a_group_is_as_new_as_its_newest() -> None:
    grouped = [example(0, slices={"who": "a"}), example(1, slices={"who": "b"}), example(9, slices={"who": "a"})]
    assert sides(grouped, Splitting(at_ns=5, group="who")) == ["test", "train", "test"]


def test_what_has_a_side_keeps_it() -> None:
    given = [example(0, split="dev"), example(1), example(2)]
    parted, told = split(given, Splitting(at_ns=2))
    assert [each.split for each in parted] == ["dev", "train", "test"]
    assert told[1] == "1 had a split already and keep it"


@pytest.mark.parametrize(
    ("splitting", "told"),
    [
        (Splitting(at_ns=1, share=0.5), "not by both"),
        (Splitting(share=0), "between 0 and 1"),
        (Splitting(share=1.0), "between 0 and 1"),
        (Splitting(share=float("nan")), "between 0 and 1"),
        (Splitting(group="who"), "say test_share or split_at too"),
    ],
)
def test_what_contradicts_itself_is_refused(splitting: Splitting, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        checked(splitting)


def test_what_cannot_be_split_so_is_told() -> None:
    with pytest.raises(BadRequest, match="1 of 2 examples do not say when they were asked"):
        split([example(1), example(2, at_ns=None)], Splitting(at_ns=1))
    with pytest.raises(BadRequest, match="2 of 2 examples have no slice 'team'"):
        split([example(1), example(2)], Splitting(share=0.5, group="team"))
