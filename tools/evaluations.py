"""Writes ``docs/reference/evaluation-json.md``: what comparisons and results are as JSON, and what rules may say."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence

from freehold.evaluate.report import comparison as words
from freehold.evaluate.report.rules import grammar
from freehold.evaluate.report.rules.words import ENDS, METRICS, PAIRED, SCORED
from freehold.evaluate.runs import exchanged
from freehold.evaluate.statistics.methods import METHODS, Method

INTRODUCTION = f"""
Two documents go in and out of an evaluation. Each says its format in `format`; its number grows when a field changes
what it means or goes, and new fields do not change it. Money is in US dollars, times are in milliseconds, shares and
scores are from 0 to 1.

- a **comparison**, `{words.FORMAT}`: every figure of the table and the page of `freehold eval compare`;
- **results**, `{exchanged.FORMAT}`: what became of each example of one run, to be taken elsewhere and brought from
  there.

The planner and spreadsheets read `scorecards` of a comparison: one row for each subject and scorer, cost beside
quality.
"""

RULES = """
`--fail-if RULE` fails the build where the rule holds, and where it cannot be judged: where a figure is not there, an
end is not bounded, the judge is not certified, a run is partial, or, for quality, more than a tenth of what was asked
has no answer. A rule that names no subject is judged for every
subject but the first, or for the only one.

| rule | fails where the other subject is |
| --- | --- |
| `quality(B) < quality(A) - 0.02` | worse by more than two points, as they were seen |
| `lower(quality.delta) < -0.02` | not shown to be worse by less than two points |
| `always_lower(quality.delta) < -0.02` | the same, however often one looks at data that grows |
| `upper(quality.delta) < 0` | shown to be worse |
| `cost > 1.2x` | dearer than the first by more than a fifth |
| `p95_ms > 0.8 s` | slower for 5 of 100 answers; `p95_ms > 800` is the same |
| `failures > 1%` | without an answer too often |
| `quality[numeric:0.01] < 0.9` | found too bad by that scorer |
| `quality("local/qwen") < 0.9` | that one, and too bad |
"""

PLAIN: Mapping[str, str] = {
    "answered": "Examples that were answered.",
    "asked": "Examples that something was asked for.",
    "corrected": "The p-value, corrected.",
    "cost_usd": "Of the answer, in decimals.",
    "dataset": "The dataset's id, the hash of its content.",
    "dataset_name": "What it is called.",
    "dataset_size": "Its examples.",
    "delta": "The mean of other - first, for one look.",
    "detail": "Further figures, such as precision and recall.",
    "error": "Why there is no answer.",
    "example": "The example's id.",
    "expected": "What the answer should have been.",
    "first": "The first subject, by its name.",
    "first_answer": "What it answered.",
    "first_quality": "Its mean score.",
    "first_reason": "Why it got its score.",
    "first_score": "What its answer was worth.",
    "format": "Which format, and which version of it.",
    "gates": "Whether the scorer may decide anything: not a judge that is not certified.",
    "high": "The upper end of the interval.",
    "input": "What was asked.",
    "lost": "Examples on which the other is worth less.",
    "low": "The lower end of the interval.",
    "method": "A key of `methods`.",
    "name": "What the subject is called here.",
    "note": "Why it is not whole, or where it comes from.",
    "other": "The subject beside it, by its name.",
    "other_answer": "What it answered.",
    "other_quality": "Its mean score.",
    "other_reason": "Why it got its score.",
    "other_score": "What its answer was worth.",
    "output_tokens": "Tokens that were written.",
    "input_tokens": "Tokens that were read.",
    "p": "The p-value, for one look.",
    "p50_ms": "Within which half of the answers came.",
    "p95_ms": "Within which 95 of 100 answers came.",
    "first_ms": "To the first token.",
    "total_ms": "To the end of the answer.",
    "pairs": "The first subject beside each other one.",
    "partial": "Whether the run ended before every example was asked.",
    "place": "Of the example in its dataset, from 0.",
    "quality": "The mean score.",
    "reason": "Why, in a few words.",
    "results": "What became of each example.",
    "run": "The run's id.",
    "scorer": "The scorer, as it was asked for.",
    "scores": "By scorer.",
    "size": "How many examples, or pairs of them, it rests on.",
    "skipped": "Examples that nothing was asked for.",
    "slices": "Parts of the dataset with enough examples.",
    "source": "Where it is described.",
    "state": "How the run ended, or what became of the example.",
    "subject": "The route or target that was asked.",
    "subjects": "Each run, summed up.",
    "taken": "The day, ISO.",
    "target": "Which target's answer it is.",
    "text": "The answer.",
    "tied": "Examples on which both are worth the same.",
    "title": "What it is called.",
    "value": "The figure itself.",
    "won": "Examples on which the other is worth more.",
    "confidence": "With which intervals hold.",
    "cases": "The examples that changed most.",
    "scorecards": "Rows for the planner.",
    "cost": "Of one answer.",
}
"""What fields are whose name says it; others have a note in the code."""

COMPARED = (
    words.Comparison,
    words.Subject,
    words.Score,
    words.Pair,
    words.Difference,
    words.Slice,
    words.Case,
    words.Scorecard,
    words.Figure,
    Method,
)
EXCHANGED = (exchanged.Document, exchanged.GivenResult, exchanged.GivenScore)


def evaluations(
    page: Callable[..., str],
    table: Callable[[Sequence[str], Sequence[Sequence[str]]], str],
    notes: Callable[[type], dict[str, str]],
) -> str:
    """The page; `notes` gives what stands below the fields of a class."""

    def told(kinds: Sequence[type]) -> str:
        return "\n\n".join(f"### {kind.__name__}\n\n{_lead(kind)}\n\n{_fields(kind, table, notes)}" for kind in kinds)

    return page(
        "Evaluations as JSON, and rules",
        INTRODUCTION,
        "## A comparison",
        told(COMPARED),
        "## Results",
        told(EXCHANGED),
        "## Rules",
        RULES,
        table(("metric", "of", "what it is"), [(f"`{name}`", _of(name), said) for name, said in METRICS.items()]),
        table(("around a metric", "what it is"), [(f"`{name}(...)`", said) for name, said in ENDS.items()]),
        "### Grammar",
        _grammar(),
        "## Methods",
        table(
            ("`method`", "what it is", "source"),
            [(f"`{name}`", method.title, method.source) for name, method in METHODS.items()],
        ),
    )


def _lead(kind: type) -> str:
    return " ".join(inspect.cleandoc(kind.__doc__ or "").replace("``", "`").split())


def _fields(
    kind: type,
    table: Callable[[Sequence[str], Sequence[Sequence[str]]], str],
    notes: Callable[[type], dict[str, str]],
) -> str:
    known = notes(kind)
    rows = [
        (f"`{name}`", f"`{_type(annotation)}`", known.get(name) or PLAIN[name])
        for name, annotation in inspect.get_annotations(kind).items()
    ]
    return table(("field", "is", "meaning"), rows)


def _type(annotation: str) -> str:
    """An annotation as JSON would say it."""
    said = annotation.replace("tuple[", "list[").replace(", ...]", "]").replace("None", "null")
    return (
        said.replace("bool", "boolean").replace("float", "number").replace("int", "whole number").replace("str", "text")
    )


def _of(metric: str) -> str:
    by = ", by a scorer" if metric in SCORED else ""
    return f"a subject beside the first{by}" if metric in PAIRED else f"a subject{by}"


def _grammar() -> str:
    """As the module that reads rules says it."""
    lines = (grammar.__doc__ or "").splitlines()
    shown = [line.removeprefix("    ") for line in lines if line.startswith("    ")]
    return "\n".join(("```text", *shown, "```"))
