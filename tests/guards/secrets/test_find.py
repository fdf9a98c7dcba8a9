"""All rules together: what is found, what is left alone, and how long it takes."""

from __future__ import annotations

import random
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.guards.secrets import (
    FORMATS,
    NAMED,
    PLACES,
    UNLISTED,
    code_folders,
    digests,
    draw,
    lines_of_code,
    missed,
    share_hit,
)
from freehold.guards.secrets import KINDS, find

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "secrets.md"
PROSE = (
    "We met on Tuesday to talk about what the spring will bring, and nobody had an answer to the question. "
    "Donaudampfschifffahrtsgesellschaftskapitäne haben keine Geheimnisse. Το πλοίο έφυγε. 天気がいい。"
)


@pytest.mark.parametrize(("formats", "places"), [(FORMATS, PLACES), (UNLISTED, PLACES), (NAMED, ("{}",))])
def test_all_but_two_in_a_hundred_are_found(formats: dict[str, str], places: tuple[str, ...]) -> None:
    shares = missed(formats, places, each=4)
    assert sum(shares.values()) / len(shares) < 0.02, {name: share for name, share in shares.items() if share}


def test_code_and_digests_are_left_alone() -> None:
    for pieces in (lines_of_code(500, code_folders()), digests(500)):
        share, count = share_hit(pieces)
        assert count >= 500
        assert share < 0.01


def test_prose_is_left_alone() -> None:
    assert find(PROSE) == []


def test_spans_come_in_order_and_none_lies_within_another() -> None:
    chance = random.Random(12)
    text = "\n".join(place.format(draw(form, chance)) for form in FORMATS.values() for place in PLACES[:3])
    spans = find(text)
    assert len(spans) >= len(FORMATS) * 2.9
    assert all(first.end <= second.start for first, second in pairwise(spans))
    assert {span.kind for span in spans} <= set(KINDS)
    assert {span.family for span in spans} == {"secrets"}


@given(st.text(max_size=300))
def test_every_text_has_an_answer(text: str) -> None:
    assert all(0 <= span.start < span.end <= len(text) for span in find(text))


@pytest.mark.parametrize(
    "unit",
    ["password=", 'password="', "a", "aB3-", "://a:", "Bearer ", "eyJabcdefghij.", "curl -u ", "-", "key-", "sk-ant-",
     "-" * 5 + "BEGIN PRIVATE KEY" + "-" * 5, "12345678:", "PuTTY-User-Key-File-2:", "api_key: ", '"', "MT.", "\n"],
)  # fmt: skip
def test_time_grows_with_the_text_alone(unit: str) -> None:
    """40,000 characters of the worst there is take under a second, where squares would take many."""
    text = unit * (40_000 // len(unit))
    began = time.process_time()
    find(text)
    assert time.process_time() - began < 1.5


def test_the_page_lists_every_kind() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == sorted(KINDS)
