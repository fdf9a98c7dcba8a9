"""Samples of EleutherAI's lm-evaluation-harness, as ``--log_samples`` writes them: a line of JSON for each.

The model stands in the file of results beside them, of the same moment; its name is `results_of`'s. Where several
filters were applied to one answer, the first is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from freehold.evaluate.elsewhere.samples import Sample, Samples, Unread, score

_NAME = re.compile(r"samples_(.+)_(\d{4}-\d{2}-\d{2}T[\d.:-]+)\.jsonl")


def is_line(row: Any) -> bool:
    """Whether a line is of such samples."""
    return isinstance(row, dict) and {"doc_id", "arguments", "filtered_resps"} <= row.keys()


def results_of(name: str) -> str | None:
    """What the file of results beside a file of samples is called; `None` where the name says nothing of it."""
    found = _NAME.fullmatch(name)
    return None if found is None else f"results_{found[2]}.json"


def model_of(results: dict[str, Any]) -> str:
    """The model that a file of results names; empty where it names none."""
    return str(results.get("model_name") or "")


def read_samples(rows: Sequence[dict[str, Any]], *, name: str, model: str) -> Samples:
    """The samples of one task; raises `Unread`."""
    found = _NAME.fullmatch(name)
    first: dict[Any, dict[str, Any]] = {}
    try:
        for row in rows:
            first.setdefault(row["doc_id"], row)
        samples = tuple(map(_sample, first.values()))
    except (KeyError, TypeError, IndexError, AttributeError, msgspec.DecodeError) as error:
        told = f"{type(error).__name__} {error}"
        raise Unread(f"these are no samples of lm-evaluation-harness that can be read: {told}") from error
    return Samples(found[1] if found else "task", model, f"lm-evaluation-harness, {model or 'no model named'}", samples)


def _sample(row: dict[str, Any]) -> Sample:
    answer = row["filtered_resps"][0]
    return Sample(
        messages=_messages(row["arguments"]),
        expected=row["target"],
        text=answer if isinstance(answer, str) else str(answer),
        scores={metric: score(row.get(metric)) for metric in row.get("metrics", ())},
    )


def _messages(arguments: dict[str, Any]) -> tuple[dict[str, str], ...]:
    """What was asked: a plain prompt, or turns of a chat as JSON in a list of one."""
    asked = next(iter(arguments.values()))["arg_0"]
    if isinstance(asked, list):
        turns = msgspec.json.decode(asked[0], type=list[dict[str, Any]])
        return tuple({"role": str(each["role"]), "content": str(each["content"])} for each in turns)
    return ({"role": "user", "content": str(asked)},)
