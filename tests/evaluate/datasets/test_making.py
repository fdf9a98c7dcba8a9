"""The order in which examples become a dataset."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.core.errors import BadRequest, Unprocessable
from freehold.core.guards import Guards
from freehold.core.label import Label
from freehold.core.request import Request
from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.identity import dataset_id, example_of
from freehold.evaluate.datasets.making import Made, Wanted, make
from freehold.evaluate.datasets.reading import Read
from freehold.evaluate.datasets.splits import Splitting
from freehold.evaluate.model import Example
from freehold.guards import personal
from freehold.guards.scan import Scanner

LOOK = Scanner([personal.find]).scan_request


def example(text: str, **more: Any) -> Example:
    return example_of(read_body({"messages": [{"role": "user", "content": text}]}), **more)


def made(*examples: Example, **wanted: Any) -> Made:
    return make(Read(list(examples), ("read",)), Wanted(**{"name": "work", **wanted}), LOOK, Guards(), now_ns=5)


def test_a_dataset_is_named_by_its_content() -> None:
    one = made(example("a", label=Label.parse("internal")), example("b"))
    assert one.dataset.id == dataset_id(one.examples)
    assert (one.dataset.name, one.dataset.size, one.dataset.created_ns) == ("work", 2, 5)
    assert one.dataset.label == Label.parse("internal")
    assert one.dataset.report == ("read",)
    assert made(example("a")).dataset.label is None


def test_a_label_joins_that_of_each() -> None:
    one = made(example("a", label=Label.parse("internal")), example("b"), label=Label.parse("public;eu"))
    assert [str(each.label) for each in one.examples] == ["internal;eu", "public;eu"]
    assert str(one.dataset.label) == "internal;eu"


def test_what_is_the_same_once_redacted_is_one() -> None:
    one = made(example("Write to ada@example.org"), example("Write to ben@example.org"), personal="redact")
    assert one.dataset.size == 1


def test_leaks_go_once_sides_are_known() -> None:
    one = made(
        example("Is it?", at_ns=1),
        example("is it", at_ns=9, expected="x"),
        example("c", at_ns=2),
        splitting=Splitting(at_ns=5),
    )
    assert [(each.at_ns, each.split) for each in one.examples] == [(1, "test"), (9, "test"), (2, "train")]
    assert "asked more than once" in one.dataset.report[-1]


def test_near_ones_stay_where_that_is_wanted() -> None:
    text = "Please summarize this long text about the economy of Norway and its fisheries"
    pair = example(text), example(text.replace("summarize", "summarise"))
    assert (made(*pair).dataset.size, made(*pair, near=False).dataset.size) == (1, 2)


def test_nothing_is_no_dataset() -> None:
    with pytest.raises(Unprocessable, match="no example to make a dataset of: read"):
        made()


@pytest.mark.parametrize("name", ["", "a b", "ds_1", "-a", "x" * 81, "ä"])
def test_a_name_that_is_none_is_refused_before_anything_is_looked_at(name: str) -> None:
    def look(request: Request) -> list[Any]:
        raise AssertionError(request)

    with pytest.raises(BadRequest, match="name is letters"):
        make(Read([example("a")], ()), Wanted(name=name), look, Guards())
