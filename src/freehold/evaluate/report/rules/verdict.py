"""Whether a comparison passes its rules. What cannot be judged fails: a gate that is broken is shut."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from freehold.evaluate.report.comparison import Comparison, Subject
from freehold.evaluate.report.rules.grammar import Comparing, Measure, Rule, Term
from freehold.evaluate.report.rules.measured import Untold, value
from freehold.evaluate.report.rules.words import PAIRED, RATIOS

_COMPARED: dict[Comparing, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Verdict(msgspec.Struct, frozen=True):
    """What became of one rule, for one subject."""

    rule: str
    subject: str
    passed: bool
    why: str
    """The numbers that decided it, or why it could not be judged."""


def judge(comparison: Comparison, rules: Iterable[Rule]) -> tuple[Verdict, ...]:
    """Each rule for each subject that it is about: the one it names, or all but the first, or the only one.

    A partial comparison fails every rule: what is missing may be what would have failed.
    """
    return tuple(verdict for rule in rules for verdict in _judged(comparison, rule))


def passed(verdicts: Sequence[Verdict]) -> bool:
    """Whether none failed."""
    return all(each.passed for each in verdicts)


def _judged(comparison: Comparison, rule: Rule) -> Iterator[Verdict]:
    for about in _about(comparison, rule):
        if comparison.partial:
            why = "a run is partial, and what is missing could change it; finish it with 'freehold eval run'"
            yield Verdict(rule.text, about.name, False, why)
            continue
        try:
            held, why = _held(comparison, rule, about)
        except Untold as reason:
            yield Verdict(rule.text, about.name, False, f"it cannot be judged: {reason}")
        else:
            yield Verdict(rule.text, about.name, not held, why)


def _about(comparison: Comparison, rule: Rule) -> Sequence[Subject]:
    """Whom a rule is judged for: once where each of its measures names a subject, else for each that it may mean."""
    measures = [term.measure for term in (*rule.left, *rule.right) if term.measure is not None]
    others = comparison.subjects[1:] or comparison.subjects
    return others[:1] if measures and all(each.subject for each in measures) else others


def _held(comparison: Comparison, rule: Rule, about: Subject) -> tuple[bool, str]:
    left, right = rule.left, rule.right
    if right[0].times:
        left, right = _as_ratio(comparison, left[0], right[0])
    one, two = _sum(comparison, left, about), _sum(comparison, right, about)
    if math.isnan(one) or math.isnan(two):
        raise Untold("a figure of it is no number")
    held = _COMPARED[rule.comparing](one, two)
    said = f"{_number(one)} {rule.comparing} {_number(two)}"
    return held, f"{said} holds" if held else f"{said} does not hold"


def _as_ratio(comparison: Comparison, left: Term, right: Term) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """``cost > 1.2x`` by the paired ratio, which has an interval; another metric by the first subject's own value."""
    measure = left.measure
    if measure is None or measure.metric in PAIRED:
        raise Untold("a multiple is of a metric that both subjects have, such as cost or p95_ms")
    if len(comparison.subjects) < 2:
        raise Untold("a multiple is of the first subject's, and there is only one subject")
    ratio = RATIOS.get(measure.metric)
    if ratio is not None:
        return (Term(1.0, msgspec.structs.replace(measure, metric=ratio)),), (Term(right.factor),)
    first = Measure(measure.metric, scorer=measure.scorer, subject=comparison.subjects[0].name)
    return (left,), (Term(right.factor, first),)


def _sum(comparison: Comparison, terms: Sequence[Term], about: Subject) -> float:
    return sum(
        term.factor * (value(comparison, term.measure, about) if term.measure is not None else 1.0) for term in terms
    )


def _number(value_: float) -> str:
    return f"{value_:.4g}"
