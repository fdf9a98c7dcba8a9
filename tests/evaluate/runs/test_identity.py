"""When requests are the same, and whom a limit draws."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from freehold.core.label import Label
from freehold.core.request import Sampling
from freehold.evaluate.model import Example, Settings
from freehold.evaluate.runs.identity import drawn, request_hash
from freehold.evaluate.runs.subject import Subject
from support.evaluated import ANN, request

SUBJECT = Subject("home", "r1", "s1", logprobs=False, repeatable=True, worst=lambda _: None)
EXAMPLE = Example("ex_1", request(1))


def hashed(example: Example = EXAMPLE, subject: Subject = SUBJECT, **caller: object) -> str:
    return request_hash(example, subject, msgspec.structs.replace(ANN, **caller), logprobs=False)


def test_what_an_answer_does_not_depend_on_does_not_count() -> None:
    other = Example("ex_2", request(1, user="ann", metadata={"a": "b"}, stream=True), expected="x", slices={"a": "b"})
    assert hashed(other, key_id="key_bob", name="bob") == hashed()
    assert len(hashed()) == 64


@pytest.mark.parametrize(
    "example",
    [
        Example("ex_1", request(2)),
        Example("ex_1", request(1, sampling=Sampling(temperature=0.5))),
        Example("ex_1", request(1), label=Label.parse("confidential")),
    ],
)
def test_another_request_or_label_is_another(example: Example) -> None:
    assert hashed(example) != hashed()


@pytest.mark.parametrize("changes", [{"name": "away"}, {"passing": "p2"}, {"standing": "s2"}])
def test_another_subject_guard_or_model_is_another(changes: dict[str, str]) -> None:
    subject = replace(SUBJECT, **changes)
    assert hashed(subject=subject) != hashed()


def test_a_revision_of_the_configuration_alone_is_none() -> None:
    assert hashed(subject=replace(SUBJECT, revision="r2")) == hashed()


def test_another_label_of_the_key_or_a_wish_for_probabilities_is_another() -> None:
    assert hashed(default_label=Label.parse("restricted")) != hashed()
    assert request_hash(EXAMPLE, SUBJECT, ANN, logprobs=True) != hashed()


def test_a_limit_draws_by_the_seed_and_keeps_the_order() -> None:
    some = drawn(range(100), Settings(limit=10, seed=3))
    assert some == sorted(some)
    assert len(set(some)) == 10
    assert some == drawn(range(100), Settings(limit=10, seed=3))
    assert some != drawn(range(100), Settings(limit=10, seed=4))
    assert drawn("abc", Settings()) == drawn("abc", Settings(limit=9)) == ["a", "b", "c"]
