"""Tokens are found by their lead, wherever they stand. Every token here is made as the test runs."""

from __future__ import annotations

import random
import re

import pytest

from benchmarks.guards.secrets import FORMATS, draw
from freehold.guards.secrets.known import LONGEST_LEAD, known
from freehold.guards.secrets.vendors import VENDORS

CHANCE = random.Random(7)
GITHUB = draw(FORMATS["GitHub token"], CHANCE)


def found(text: str) -> list[tuple[str, str]]:
    runs = [run.span() for run in re.finditer(r"[A-Za-z0-9+/_-]{16,}", text)]
    return [(text[span.start : span.end], span.kind) for span in known(text, runs)]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "use {}.",
        '{{"token":"{}"}}',
        "https://{}@github.com/a/b",
        "KEY={}\n",
        "a\\n{}\\n",
        "x={};y=1",
        "ключ {} тут",
    ],
)
def test_the_whole_token_is_the_finding(text: str) -> None:
    assert found(text.format(GITHUB)) == [(GITHUB, "github-token")]


def test_two_in_one_run_of_text_are_two() -> None:
    other = draw(FORMATS["Anthropic key"], CHANCE)
    assert [kind for _, kind in found(f"{GITHUB} {other}")] == ["github-token", "anthropic-key"]


def test_the_surest_of_rules_with_the_same_lead_names_it() -> None:
    assert found(draw(FORMATS["OpenAI key"], CHANCE))[0][1] == "openai-key"
    assert found(draw(FORMATS["Hugging Face token"], CHANCE))[0][1] == "huggingface-token"
    assert found("fh" + "-" + draw("{hex:8}-{url:43}", CHANCE))[0][1] == "freehold-key"


def test_a_lead_within_a_word_is_none() -> None:
    assert found("graph" + "p_" + "a1B2c3D4e5F6" * 3) == []


def test_an_example_of_one_letter_is_none() -> None:
    assert found("gh" + "p_" + "x" * 36) == []


def test_no_lead_is_out_of_sight() -> None:
    assert max(len(lead) for rule in VENDORS for lead in rule.leads) <= LONGEST_LEAD
