"""Samples tied to the examples of a dataset, by what was asked: then they are results like any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from freehold.evaluate.elsewhere.samples import Sample, Samples, Unread
from freehold.evaluate.runs.exchanged import Document, GivenResult

_FEW = 3


def rows_of(samples: Samples) -> list[dict[str, Any]]:
    """The rows of a dataset that asks what was asked elsewhere."""
    return [{"messages": list(each.messages), "expected": each.expected} for each in samples.samples]


def asked_of(row: Mapping[str, Any]) -> str:
    """What an example is known by, of its row in a dataset; as `Sample.asked` of a sample."""
    turns = tuple({"role": str(each["role"]), "content": _text(each["content"])} for each in row["messages"])
    return Sample(turns, None, "", {}).asked


def tied(samples: Samples, examples: Iterable[Mapping[str, Any]], *, dataset: str, subject: str) -> Document:
    """The results for `examples`, which are rows of the dataset with their ``id``; raises `Unread`."""
    ids = {asked_of(row): str(row["id"]) for row in examples if "messages" in row}
    results: dict[str, GivenResult] = {}
    lost = []
    for each in samples.samples:
        example = ids.get(each.asked)
        if example is None:
            lost.append(each.messages[-1]["content"][:60])
        else:
            results.setdefault(example, _result(each, example))
    if lost:
        some = "; ".join(map(repr, lost[:_FEW]))
        raise Unread(f"{len(lost)} of {len(samples.samples)} samples ask what no example of the dataset asks: {some}")
    if not results:
        raise Unread("the file holds no samples; have the tool log them")
    return Document(dataset, subject, tuple(results.values()), note=f"from {samples.source}, task {samples.task}")


def _result(sample: Sample, example: str) -> GivenResult:
    return GivenResult(
        example=example,
        state="failed" if sample.error else "answered",
        text=sample.text,
        input_tokens=sample.input_tokens,
        output_tokens=sample.output_tokens,
        total_ms=sample.total_ms,
        error=sample.error,
        scores={} if sample.error else sample.scores,
    )


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
