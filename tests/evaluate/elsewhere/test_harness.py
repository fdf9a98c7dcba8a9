from __future__ import annotations

import json
from typing import Any

import pytest

from freehold.evaluate.elsewhere.harness import is_line, model_of, read_samples, results_of
from freehold.evaluate.elsewhere.samples import Unread
from freehold.evaluate.runs.exchanged import GivenScore

NAME = "samples_sums_2026-11-22T22-40-06.665362.jsonl"


def line(number: int = 0, asked: Any = None, **more: Any) -> dict[str, Any]:
    chat = [json.dumps([{"role": "user", "content": "2+2?"}])]
    return {
        "doc_id": number, "target": "4", "arguments": {"gen_args_0": {"arg_0": asked or chat, "arg_1": {}}},
        "filtered_resps": ["4"], "metrics": ["exact_match"], "exact_match": 1.0, **more,
    }  # fmt: skip


def test_a_line_is_read_with_its_metrics() -> None:
    assert is_line(line())
    found = read_samples([line()], name=NAME, model="small")
    assert (found.task, found.model) == ("sums", "small")
    [each] = found.samples
    assert each.messages == ({"role": "user", "content": "2+2?"},)
    assert (each.expected, each.text, each.scores) == ("4", "4", {"exact_match": GivenScore(1.0)})


def test_a_plain_prompt_is_one_turn_and_one_filter_is_read() -> None:
    found = read_samples([line(asked="2+2?"), line(filtered_resps=["four"])], name="mine.jsonl", model="")
    [each] = found.samples
    assert (each.messages[0]["content"], each.text) == ("2+2?", "4")


def test_the_model_stands_in_the_file_of_the_same_moment() -> None:
    assert results_of(NAME) == "results_2026-11-22T22-40-06.665362.json"
    assert results_of("mine.jsonl") is None
    assert (model_of({"model_name": "small"}), model_of({})) == ("small", "")


def test_what_is_no_sample_is_said() -> None:
    assert not is_line({"input": "2+2?"})
    with pytest.raises(Unread, match="no samples of lm-evaluation-harness"):
        read_samples([line(filtered_resps=[])], name=NAME, model="small")
