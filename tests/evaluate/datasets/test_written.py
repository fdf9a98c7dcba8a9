"""What is written reads back as what it was."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.label import Label, Level
from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.identity import example_of
from freehold.evaluate.datasets.written import restored, written
from freehold.evaluate.model import Example

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ASKED = TEXT.filter(lambda text: bool(text.strip()))
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
TURN = st.fixed_dictionaries({"role": st.sampled_from(["user", "system", "assistant"]), "content": ASKED})
BODY = st.fixed_dictionaries(
    {"messages": st.lists(TURN, min_size=1, max_size=4)},
    optional={
        "temperature": st.floats(0, 2),
        "seed": st.integers(0, 2**31),
        "stop": st.lists(TEXT, min_size=1, max_size=2),
        "response_format": st.just({"type": "json_object"}),
        "guided_choice": st.lists(TEXT, max_size=2),
        "tools": st.just([{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]),
    },
)
LABEL = st.builds(Label, st.sampled_from(Level), st.frozensets(st.sampled_from(["eu", "health"])))


@st.composite
def examples(draw: Any) -> Example:
    return example_of(
        read_body(draw(BODY)),
        expected=draw(st.none() | TEXT | st.lists(TEXT, max_size=3) | st.dictionaries(TEXT, VALUE, max_size=3)),
        label=draw(st.none() | LABEL),
        slices=draw(st.dictionaries(TEXT, TEXT, max_size=3)),
        tests=draw(st.none() | TEXT),
        split=draw(st.sampled_from(["", "train", "test"])),
        at_ns=draw(st.none() | st.integers(0, 2**62)),
        exchange=draw(st.none() | st.just("req_1")),
    )


@given(examples())
def test_an_example_reads_back_as_it_was(example: Example) -> None:
    assert restored(written(example)) == example
    assert restored(written(example).decode()) == example


def test_it_is_one_line_that_other_programs_read() -> None:
    example = example_of(read_body({"messages": [{"role": "user", "content": "a\nb"}], "guided": 1}), expected="c")
    assert b"\n" not in written(example)
    turns = [{"role": "user", "content": "a\nb"}]
    said = {"id": example.id, "messages": turns, "extra": {"guided": 1}, "expected": "c"}
    assert msgspec.json.decode(written(example)) == said
