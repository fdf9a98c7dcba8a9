from __future__ import annotations

from typing import Any

import pytest

from freehold.evaluate.elsewhere.inspect_log import is_log, read_log
from freehold.evaluate.elsewhere.samples import Unread
from freehold.evaluate.runs.exchanged import GivenScore


def sample(**more: Any) -> dict[str, Any]:
    usage = {"input_tokens": 5, "output_tokens": 3}
    return {
        "id": 1, "epoch": 1, "input": "2+2?", "target": "4", "total_time": 0.5,
        "output": {"completion": "5", "usage": usage},
        "scores": {"match": {"value": "I", "explanation": "5"}, "f1": {"value": 0.25}}, **more,
    }  # fmt: skip


def log(*samples: dict[str, Any]) -> dict[str, Any]:
    told = {"task": "sums", "model": "openai-api/freehold/small"}
    return {"version": 2, "status": "success", "eval": told, "samples": list(samples)}


def test_a_sample_is_read_with_its_grades() -> None:
    found = read_log(log(sample()))
    assert (found.task, found.model) == ("sums", "openai-api/freehold/small")
    [each] = found.samples
    assert each.messages == ({"role": "user", "content": "2+2?"},)
    assert (each.expected, each.text, each.input_tokens, each.output_tokens, each.total_ms) == ("4", "5", 5, 3, 500.0)
    assert each.scores == {"match": GivenScore(0.0, "5"), "f1": GivenScore(0.25)}


def test_turns_and_parts_of_turns_are_read() -> None:
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "2+2?"}]},
    ]
    [each] = read_log(log(sample(input=turns))).samples
    assert [turn["content"] for turn in each.messages] == ["Be brief.", "2+2?"]


def test_further_epochs_are_left_out_and_failures_told() -> None:
    failed = sample(error={"message": "timed out"}, output=None, scores=None)
    [each] = read_log(log(failed, sample(epoch=2))).samples
    assert (each.error, each.text, each.scores) == ("timed out", "", {})


def test_what_is_no_log_is_said() -> None:
    assert is_log(log())
    assert not is_log([log()])
    with pytest.raises(Unread, match="KeyError 'input'"):
        read_log(log({"epoch": 1}))
