"""Names and arguments of calls, in the letters and shapes of this dialect."""

from __future__ import annotations

import doctest
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from freehold.core.request import CacheMark
from freehold.wire.anthropic import turns
from freehold.wire.anthropic.turns import RAW_ARGUMENTS, cache_control, call_input, safe_id
from support.neutral import objects


def test_the_examples_in_the_docs() -> None:
    assert doctest.testmod(turns).failed == 0


@given(st.text(max_size=20), st.text(max_size=20))
def test_ids_are_safe_and_stay_apart(one: str, other: str) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", safe_id(one))
    assert (safe_id(one) == safe_id(other)) == (one == other)


@given(objects)
def test_an_object_is_read_as_it_is(value: dict[str, object]) -> None:
    assert call_input(json.dumps(value)) == value


@given(st.text(min_size=1).filter(str.strip))
def test_anything_else_keeps_its_text(text: str) -> None:
    read = call_input(text)
    assert read == {RAW_ARGUMENTS: text} or read == json.loads(text)


def test_nesting_without_end_keeps_its_text() -> None:
    deep = '{"a":' * 5000
    assert call_input(deep) == {RAW_ARGUMENTS: deep}


def test_cache_marks() -> None:
    assert cache_control(None) == {}
    assert cache_control(CacheMark()) == {"cache_control": {"type": "ephemeral"}}
    assert cache_control(CacheMark("1h")) == {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
