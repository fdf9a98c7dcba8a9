"""What every scorer keeps to, whatever the answer."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freehold.core.event import Answer, Call, Choice
from freehold.evaluate.model import Example, Result
from freehold.evaluate.ports import Scorer
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.kinds import OWN
from freehold.evaluate.scorers.reading import scorer
from support.judging import around_judges
from support.scored import example, result


async def said(_exchange: str) -> list[dict[str, Any]]:
    return [{"thumb": 1, "score": None}]


NAMES = (
    "exact",
    "normalised",
    "numeric",
    "numeric:rel=0.1",
    "choice",
    "choice:AB",
    "regex",
    "regex:^a",
    "json",
    "json:a.b",
    "contains",
    "contains:all",
    "f1",
    "rouge-l",
    "bleu",
    "citations",
    "people",
    "code",
    "judge:rater",
    "judge:chooser",
)
TEXTS = (
    "",
    " ",
    "\x00",
    "\ud800",
    "NaN",
    "{" * 5000,
    "1" * 5000,
    "a b " * 5000,
    "x" * 2_000_000,
    "```\n```",
    "é" * 400,
)
EXPECTED = (
    None,
    "",
    "a",
    "NaN",
    math.nan,
    math.inf,
    7,
    True,
    [],
    ["a", "b"],
    [[["a"]]],
    {"a": {"b": 1}},
    {},
    "[",
    "\ud800",
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Around:
    return around_judges(tmp_path_factory.mktemp("judges"), opinions=said)


def checked(each: Scorer, asked: Example, answer: Result) -> None:
    """One score, twice: in range or none, and the same again."""
    first = asyncio.run(each(asked, answer))  # type: ignore[arg-type]
    again = asyncio.run(each(asked, answer))  # type: ignore[arg-type]
    assert first.value is None or 0 <= first.value <= 1
    assert first.value is not None or first.reason, "what is not scored says why"
    assert first.value == again.value
    assert all(math.isfinite(figure) for figure in first.detail.values())


def test_every_kind_is_held_to_this() -> None:
    assert {name.partition(":")[0] for name in NAMES} == set(OWN)


@pytest.mark.parametrize("name", NAMES)
def test_every_scorer_says_its_name_and_version(name: str, around: Around) -> None:
    made = scorer(name, around)
    assert made.name == name
    assert name in made.version
    assert isinstance(made.gates, bool)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "code"])
def test_no_answer_is_too_odd(name: str, around: Around) -> None:
    made = scorer(name, around)
    for text in TEXTS:
        checked(made, example("a"), result(text))
    for expected in EXPECTED:
        checked(made, example(expected), result("a 7"))


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_of_another_shape_is_no_fault(name: str, around: Around) -> None:
    made = scorer(name, around)
    tool = Answer(choices=[Choice(calls=[Call("1", "f", "{")], finish="tool_calls")])
    cut = Answer(choices=[Choice(text="a", finish=None)])
    noted = Answer(choices=[Choice(text="a", annotations=[{}, {"url_citation": {"valid": True}}], finish="stop")])
    for answer in (None, Answer(), tool, cut, noted):
        checked(made, example("a"), result("", answer=answer))


@pytest.mark.parametrize("name", NAMES)
def test_what_was_not_answered_is_not_scored(name: str, around: Around) -> None:
    failed = Result(0, "ex_1", "failed", error="it broke off")
    scored = asyncio.run(scorer(name, around)(example("a"), failed))  # type: ignore[arg-type]
    assert scored.value is None
    assert scored.reason


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"code", "judge:rater", "judge:chooser"}])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(), expected=json_values)
def test_any_text_and_any_expectation_are_scored(name: str, around: Around, text: str, expected: Any) -> None:
    checked(scorer(name, around), example(expected), result(text))
