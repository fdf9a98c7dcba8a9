"""Inspect AI's log of an evaluation, as ``--log-format json`` writes it (version 2 of its format).

Epochs are several answers to one example, of which the first is read. Grades are worth what `inspect_ai.scorer.
value_to_float` has them worth: C and P and I are 1, a half and 0, N is 0.
"""

from __future__ import annotations

from typing import Any

from freehold.evaluate.elsewhere.samples import Sample, Samples, Unread, score
from freehold.evaluate.runs.exchanged import GivenScore

_GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
_LONGEST_REASON = 500


def is_log(document: Any) -> bool:
    """Whether it is such a log."""
    return isinstance(document, dict) and {"version", "eval", "samples"} <= document.keys()


def read_log(document: dict[str, Any]) -> Samples:
    """The samples of a log; raises `Unread`."""
    try:
        told = document["eval"]
        samples = [each for each in document["samples"] or () if each.get("epoch", 1) == 1]
        model = str(told["model"])
        return Samples(str(told["task"]), model, f"Inspect AI, {model}", tuple(map(_sample, samples)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unread(f"this is no log of Inspect AI that can be read: {type(error).__name__} {error}") from error


def _sample(row: dict[str, Any]) -> Sample:
    output = row.get("output") or {}
    usage = output.get("usage") or {}
    seconds = row.get("total_time")
    failed = row.get("error")
    return Sample(
        messages=_messages(row["input"]),
        expected=row["target"],
        text=str(output.get("completion", "")),
        scores={name: _score(each) for name, each in (row.get("scores") or {}).items()},
        input_tokens=int(usage.get("input_tokens") or 0),
        output_tokens=int(usage.get("output_tokens") or 0),
        total_ms=None if seconds is None else 1000 * float(seconds),
        error="" if failed is None else str(failed.get("message", "it failed")),
    )


def _messages(asked: Any) -> tuple[dict[str, str], ...]:
    if isinstance(asked, str):
        return ({"role": "user", "content": asked},)
    return tuple({"role": str(each["role"]), "content": _text(each["content"])} for each in asked)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content if part.get("type") == "text")


def _score(given: dict[str, Any]) -> GivenScore:
    value = given["value"]
    graded = _GRADES.get(value, value) if isinstance(value, str) else value
    return score(graded, str(given.get("explanation") or "")[:_LONGEST_REASON])
