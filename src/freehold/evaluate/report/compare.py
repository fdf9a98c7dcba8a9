"""Runs side by side."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from freehold.evaluate.model import Run
from freehold.evaluate.report import cases as changed
from freehold.evaluate.report.comparison import Comparison, Figure, Scorecard, Subject
from freehold.evaluate.report.material import Columns, RunData, checked, scorers
from freehold.evaluate.report.notes import notes
from freehold.evaluate.report.pairs import corrected_pairs, corrected_slices, pair, slices
from freehold.evaluate.report.subjects import names, subject
from freehold.evaluate.statistics.methods import METHODS


def compare(runs: Sequence[RunData], *, most_cases: int = changed.MOST) -> Comparison:
    """One run summed up, or several beside one another; the first is what the others are held against.

    `most_cases` is how many of the examples that changed are told each way, of each pair.

    Raises:
        Unlike: there is no run, or they are of different datasets.
    """
    checked(runs)
    first = runs[0]
    size = len(first.examples)
    named, said = names(runs), scorers(runs)
    columns = [Columns(each, size) for each in runs]
    subjects = tuple(subject(each, named[place], place, said) for place, each in enumerate(columns))
    others = [(each, (named[0], name)) for each, name in zip(columns[1:], named[1:], strict=True)]
    pairs = corrected_pairs([pair(columns[0], each, both, said) for each, both in others])
    parts = [slices(columns[0], each, both, said, first.examples) for each, both in others]
    comparison = Comparison(
        dataset=first.dataset.id,
        dataset_name=first.dataset.name,
        dataset_size=size,
        taken=max(_day(each.run) for each in runs),
        partial=any(each.partial for each in runs),
        subjects=subjects,
        pairs=pairs,
        slices=corrected_slices([each for found, _ in parts for each in found]),
        small_slices=tuple(dict.fromkeys(each for _, small in parts for each in small)),
        cases=tuple(
            case
            for each, both in others
            for scorer in said[:1]
            for case in changed.cases(columns[0], each, both, scorer, first.examples, most_cases)
        ),
        notes=tuple(notes(subjects, pairs)),
        scorecards=tuple(card for each, one in zip(runs, subjects, strict=True) for card in _scorecards(each, one)),
    )
    return _with_methods(comparison)


def _scorecards(data: RunData, one: Subject) -> Iterator[Scorecard]:
    for score in one.scores:
        found = score.quality
        if found is not None:
            yield Scorecard(
                subject=data.run.subject,
                dataset=data.dataset.id,
                dataset_name=data.dataset.name,
                scorer=score.scorer,
                gates=score.gates,
                partial=data.partial,
                quality=found.value,
                low=found.low if found.low is not None else 0.0,
                high=found.high if found.high is not None else 1.0,
                size=found.size,
                cost_usd=one.cost.value if one.cost is not None else 0.0,
                input_tokens=one.input_tokens,
                output_tokens=one.output_tokens,
                p95_ms=one.p95_ms.value if one.p95_ms is not None else None,
                taken=_day(data.run),
            )


def _with_methods(comparison: Comparison) -> Comparison:
    used = dict.fromkeys(each.method for each in _figures(comparison))
    if comparison.pairs:
        used |= dict.fromkeys(("mcnemar", "holm"))
    if comparison.slices:
        used |= {"benjamini-hochberg": None}
    return msgspec.structs.replace(comparison, methods={name: METHODS[name] for name in used if name})


def _figures(comparison: Comparison) -> Iterator[Figure]:
    for one in comparison.subjects:
        found = [one.cost, one.p50_ms, one.p95_ms, one.first_ms, one.refusals, one.failures, one.escalations]
        found += [end for score in one.scores for end in (score.quality, score.always)]
        yield from (each for each in found if each is not None)
    for pair_ in comparison.pairs:
        found = [pair_.cost, pair_.time, *(end for score in pair_.scores for end in (score.delta, score.always))]
        yield from (each for each in found if each is not None)
    for part in comparison.slices:
        yield from (each for each in (part.first_quality, part.other_quality, part.delta) if each is not None)


def _day(run: Run) -> str:
    return datetime.datetime.fromtimestamp(run.created_ns / 1e9, datetime.UTC).date().isoformat()
