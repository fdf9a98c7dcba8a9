"""Duplicates, leaks and contradictions."""

from __future__ import annotations

from typing import Any

from freehold.core.label import Label
from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.cleaning import clean
from freehold.evaluate.datasets.identity import example_of
from freehold.evaluate.model import Example

LONG = "Please summarize this long text about the economy of Norway and its fisheries in three short sentences."
NEAR = LONG.replace("summarize", "summarise")


def example(text: str, expected: Any = "yes", split: str = "", **more: Any) -> Example:
    asked = read_body({"messages": [{"role": "user", "content": text}]})
    return example_of(asked, expected=expected, split=split, **more)


def test_what_is_there_twice_is_there_once() -> None:
    first, other = example("Is it?"), example("Was it?")
    cleaned = clean([first, other, example(" is  IT"), example("Is it?", "YES.")])
    assert cleaned.examples == [first, other]
    [told] = cleaned.notes
    assert told.startswith("2 left out, the same as another: ex_")
    assert "('is IT')" in told


def test_what_is_left_out_leaves_its_label() -> None:
    first = example("Is it?", label=Label.parse("internal"))
    second = example("Is it?", label=Label.parse("public;eu"))
    third = example(LONG, label=None)
    fourth = example(NEAR, label=Label.parse("confidential"))
    fifth = example(NEAR, label=Label.parse("public;x"))
    cleaned = clean([first, second, third, fourth, fifth])
    assert [str(each.label) for each in cleaned.examples] == ["internal;eu", "confidential;x"]


def test_training_gives_way_to_testing_wherever_it_stands() -> None:
    kept, leak, apart = example("Is it?", split="test"), example("is it", split="train"), example("c", split="train")
    dev = example("Was it?", split="dev")
    cleaned = clean([leak, apart, example("was it", split="train"), dev, kept])
    assert cleaned.examples == [apart, dev, kept]
    assert [note.partition(":")[0] for note in cleaned.notes] == [
        "1 left out of train, the same as one of test, which would leak",
        "1 left out of train, the same as one of dev, which would leak",
    ]


def test_a_leak_is_one_whatever_it_expects() -> None:
    kept = example("Is it?", "yes", "test")
    assert clean([example("Is it?", "no", "train"), kept]).examples == [kept]
    near = example(LONG, "a", "test")
    cleaned = clean([example(NEAR, "b", "train"), near])
    assert cleaned.examples == [near]
    assert "nearly the same as one of test" in cleaned.notes[0]


def test_what_is_nearly_the_same_goes_only_if_it_expects_the_same() -> None:
    first, other = example(LONG, "a"), example(NEAR, "b")
    assert clean([first, other]).examples == [first, other]
    same = example(NEAR, "a")
    assert clean([first, same]).examples == [first]
    assert clean([first, same], near=False).examples == [first, same]


def test_contradictions_stay_and_are_told() -> None:
    both = [example("Is it?", "yes"), example("Is it?", "no")]
    cleaned = clean(both)
    assert cleaned.examples == both
    assert cleaned.notes[0].startswith("1 are asked more than once with different expectations, which all stay")


def test_tests_are_expectations() -> None:
    both = [example("f", None, tests="assert f(1)"), example("f", None, tests="assert f(2)")]
    assert clean(both).examples == both


def test_the_words_of_the_ledger_stand_in_no_report() -> None:
    cleaned = clean([example("Is it?"), example("Is it?", exchange="req_1")])
    assert "Is it" not in cleaned.notes[0]
    assert clean([]).examples == []
