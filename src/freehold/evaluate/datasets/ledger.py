"""Examples from what people said of answers, where the key that asked consented to its text being kept.

An answer that was found good is what is expected; one that was corrected, its correction. Of one that was found wrong
and not corrected nothing is known but that it was disputed: it is kept so, for judges and for people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.core.request import (
    Json,
    JsonObject,
    Message,
    OpaqueTool,
    OutputFormat,
    Reasoning,
    Request,
    Sampling,
    Tool,
    ToolChoice,
)
from freehold.evaluate.datasets.body import of_task
from freehold.evaluate.datasets.identity import example_of
from freehold.evaluate.datasets.reading import Read
from freehold.evaluate.datasets.row import LONGEST_SLICE, called, moment_ns
from freehold.evaluate.model import Example

Opinion = Literal["accepted", "corrected", "disputed"]

GOOD = 0.7
"""From this score on an answer counts as accepted; up to `BAD`, as disputed. What is between says neither."""
BAD = 0.3
GOOD_OUTCOMES = frozenset({"accepted", "good", "ok", "resolved", "solved", "success", "used", "merged"})
BAD_OUTCOMES = frozenset({"rejected", "bad", "failed", "failure", "wrong", "unresolved", "discarded", "reverted"})

_FIELDS: dict[str, Any] = {
    "messages": tuple[Message, ...],
    "tool_choice": ToolChoice | None,
    "parallel_tool_calls": bool | None,
    "sampling": Sampling,
    "output": OutputFormat | None,
    "reasoning": Reasoning | None,
    "extra": dict[str, Any],
}
"""The members of a kept request that are its task's own, apart from its tools."""


def read_opinions(rows: Iterable[JsonObject]) -> Read:
    """The examples that lie in feedback, as ``GET /api/feedback`` exports it, oldest first.

    Several opinions of one request are one: a correction counts before what was said in thumbs, scores and outcomes,
    the last correction before earlier ones; and where some say good and others bad, it is disputed.
    """
    by_request: dict[str, list[JsonObject]] = {}
    for row in rows:
        by_request.setdefault(row["request"], []).append(row)
    examples: list[Example] = []
    counts: Counter[str] = Counter()
    for said in by_request.values():
        found = _example(said)
        if isinstance(found, Example):
            examples.append(found)
            counts[found.slices["opinion"]] += 1
        else:
            counts[found] += 1
    kept = ", ".join(f"{counts[opinion]} {opinion}" for opinion in ("accepted", "corrected", "disputed"))
    notes = [f"{len(examples)} from the ledger: {kept}"]
    notes += [f"{count} left out: {why}" for why, count in counts.items() if why not in _OPINIONS]
    return Read(sorted(examples, key=lambda example: example.at_ns or 0), tuple(notes))


_OPINIONS = frozenset({"accepted", "corrected", "disputed"})


def _example(said: list[JsonObject]) -> Example | str:
    """The example in what was said of one request, or why there is none."""
    row = said[-1]
    if not row["consent"]:
        return "their text is not kept, since the key did not consent, or it was erased or has expired"
    if "messages" not in row["input"]:
        return "they are no conversations"
    opinion = opinion_of(said)
    if opinion is None:
        return "what was said of them is neither good nor bad"
    if row["label"] is None:
        return "their label is not known"
    expected: Json = None
    if opinion == "corrected":
        expected = next(each["corrected"] for each in reversed(said) if each["corrected"])
    elif opinion == "accepted" and (expected := _answer(row["answer"])) is None:
        return "their answers broke off, or held nothing"
    try:
        return example_of(
            request_of(row["input"]),
            expected=expected,
            label=Label.parse(row["label"]),
            slices=_slices(row, opinion),
            at_ns=moment_ns(row["asked"]),
            exchange=row["request"],
        )
    except (BadRequest, msgspec.ValidationError):
        return "they cannot be written as chat completions"


def opinion_of(said: Iterable[Mapping[str, Any]]) -> Opinion | None:
    """What all opinions of one request come to; `None` where they say nothing of whether it is good."""
    rows = list(said)
    if any(row["corrected"] for row in rows):
        return "corrected"
    verdicts = {verdict for row in rows for verdict in _verdicts(row)}
    if not verdicts:
        return None
    return "accepted" if verdicts == {True} else "disputed"


def _verdicts(row: Mapping[str, Any]) -> Iterable[bool]:
    """Good or bad, for each thing that one opinion says."""
    if row["thumb"] is not None:
        yield row["thumb"] > 0
    if row["score"] is not None and (row["score"] >= GOOD or row["score"] <= BAD):
        yield row["score"] >= GOOD
    if row["outcome"] in GOOD_OUTCOMES | BAD_OUTCOMES:
        yield row["outcome"] in GOOD_OUTCOMES


def _answer(choices: Any) -> Json:
    """What the first choice says: its calls where it makes any, else its text; `None` where it is not whole."""
    if not choices or choices[0].get("finish") not in {"stop", "stop_sequence", "tool_calls"}:
        return None
    first = choices[0]
    if first.get("calls"):
        return {"tool_calls": [called(call["name"], call["arguments"]) for call in first["calls"]]}
    return first.get("text") or None


def _slices(row: JsonObject, opinion: Opinion) -> dict[str, str]:
    named = {"opinion": opinion, "route": row["route"], "target": row["target"], "outcome": row["outcome"]}
    return {name: value[:LONGEST_SLICE] for name, value in named.items() if value}


def request_of(kept: JsonObject) -> Request:
    """The request that the ledger keeps as JSON, without what is not its task's own.

    Raises `msgspec.ValidationError` for what was never one.
    """
    given = {name: msgspec.convert(kept[name], kind) for name, kind in _FIELDS.items() if name in kept}
    tools = tuple(_tool(tool) for tool in kept.get("tools") or ())
    return of_task(Request(model="", dialect=kept.get("dialect", "openai"), tools=tools, **given))


def _tool(kept: JsonObject) -> Tool | OpaqueTool:
    return msgspec.convert(kept, OpaqueTool) if "raw" in kept else msgspec.convert(kept, Tool)
