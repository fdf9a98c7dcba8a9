"""Ids are by content."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.core.label import Label
from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.identity import dataset_id, example_id, example_of


def asking(text: str, **more: Any) -> Any:
    return read_body({"messages": [{"role": "user", "content": text}], **more})


def test_an_example_is_its_request_and_expectation() -> None:
    one = example_of(asking("a"), expected="b")
    assert one.id == example_of(asking("a"), expected="b", label=Label.parse("internal"), split="test", at_ns=5).id
    assert one.id.startswith("ex_")
    assert len(one.id) == 35
    others = [example_id(asking("a"), "c"), example_id(asking("b"), "b"), example_id(asking("a"), ["b"])]
    others += [example_id(asking("a", seed=1), "b"), example_id(asking("a"), "b", "assert f(1)")]
    assert len({one.id, *others}) == 6


def test_the_order_of_members_is_no_content() -> None:
    assert example_id(asking("a"), {"x": 1, "y": 2}) == example_id(asking("a"), {"y": 2, "x": 1})


def test_a_dataset_is_its_examples_in_order_with_labels_slices_and_splits() -> None:
    one, other = example_of(asking("a")), example_of(asking("b"))
    first = dataset_id([one, other])
    assert first == dataset_id([msgspec.structs.replace(one, at_ns=3, exchange="x"), other])
    changed: list[dict[str, Any]] = [{"label": Label.parse("public")}, {"slices": {"a": "b"}}, {"split": "test"}]
    ids = [dataset_id([msgspec.structs.replace(one, **change), other]) for change in changed]
    assert len({first, dataset_id([other, one]), dataset_id([one]), *ids}) == 6
