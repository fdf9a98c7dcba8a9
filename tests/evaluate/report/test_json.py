"""A comparison for programs, and back."""

from __future__ import annotations

import json

import pytest

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.json import from_json, to_json
from support.evaluations import run_data


@pytest.fixture(scope="module")
def written() -> bytes:
    return to_json(compare([run_data("a", size=40), run_data("b", size=40, seed=2)]))


def test_it_comes_back_as_it_was(written):
    assert to_json(from_json(written)) == written


def test_it_is_plain_json_and_says_what_it_is(written):
    found = json.loads(written, parse_constant=pytest.fail)
    assert found["format"] == "freehold-comparison/1"
    assert found["subjects"][0]["p95_ms"]["high"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [(b"{", "no comparison"), (b'{"format": "x/9"}', "'x/9'"), (b'{"format": "freehold-comparison/1"}', "dataset")],
)
def test_what_is_no_comparison_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        from_json(text)
