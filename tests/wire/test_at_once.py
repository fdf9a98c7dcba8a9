"""What only one dialect has: the caller's own body goes on, without what is Freehold's, to a target that knows it."""

from __future__ import annotations

import json

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.label import PUBLIC
from freehold.core.request import JsonObject, Origin
from freehold.core.target import Dialect, Target
from freehold.wire.at_once import ask


def target(dialect: Dialect = "openai") -> Target:
    return Target("t", "real", "http://h/v1", dialect, PUBLIC)


def afresh() -> JsonObject:
    return {"input": ["written anew"]}


def test_the_caller_s_own_body_goes_on_under_the_target_s_name_of_the_model() -> None:
    origin = Origin("openai", {"model": "auto", "input": "as it came", "metadata": {"freehold": "{}"}, "odd": 1})
    asked = ask("/embeddings", "embeddings", target(), origin, afresh)
    assert asked.path == "/embeddings"
    assert json.loads(asked.body) == {"model": "real", "input": "as it came", "odd": 1}
    assert origin.body["model"] == "auto"


def test_without_one_it_is_written_afresh() -> None:
    asked = ask("/embeddings", "embeddings", target(), None, afresh)
    assert json.loads(asked.body) == {"input": ["written anew"], "model": "real"}


def test_a_target_of_another_dialect_is_not_asked() -> None:
    with pytest.raises(AttemptFailed, match="this target's dialect has no reranking") as caught:
        ask("/rerank", "reranking", target("anthropic"), None, afresh)
    assert (caught.value.fault, caught.value.param) == (Fault.UNTRANSLATABLE, "model")
