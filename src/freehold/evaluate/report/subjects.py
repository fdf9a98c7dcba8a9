"""One run, summed up: what its answers were worth, cost and took, and how many there were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from freehold.evaluate.report.comparison import Figure, Score, Subject, figure
from freehold.evaluate.report.material import Columns, RunData, clusters
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.mean import mean_interval
from freehold.evaluate.statistics.proportion import wilson
from freehold.evaluate.statistics.quantile import quantile_interval
from freehold.evaluate.statistics.ratio import ratio_interval
from freehold.evaluate.statistics.sequence import mean_sequence


def names(runs: Sequence[RunData]) -> list[str]:
    """What each run is called: its subject, and its number where several runs asked the same subject."""
    many = Counter(each.run.subject for each in runs)
    seen: Counter[str] = Counter()
    found = []
    for each in runs:
        subject = each.run.subject
        seen[subject] += 1
        found.append(subject if many[subject] == 1 else f"{subject} #{seen[subject]}")
    return found


def subject(columns: Columns, name: str, place: int, scorers: Iterable[str]) -> Subject:
    """The figures of one run."""
    data, results = columns.data, list(columns.by_place.values())
    asked, answered = int(columns.asked.sum()), int(columns.answered.sum())
    given = [result for result in results if result.state == "answered"]
    return Subject(
        name=name,
        letter=chr(ord("A") + place) if place < 26 else "",
        run=data.run.id,
        state=data.run.state,
        note=data.run.note,
        asked=asked,
        skipped=len(data.examples) - asked,
        answered=answered,
        refusals=_share(sum(result.state == "refused" for result in results), asked),
        failures=_share(sum(result.state == "failed" for result in results), asked),
        escalations=_share(sum(result.escalated for result in given), answered),
        targets=dict(Counter(result.target for result in given).most_common()),
        scores=tuple(_score(columns, scorer) for scorer in scorers),
        cost=_amount(columns.cost),
        paid=sum(result.cost for result in results) / 1e9,
        worth=sum(result.spent for result in results) / 1e9,
        reused=sum(result.repeated for result in given),
        p50_ms=_quantile(columns.total_ms, 0.5),
        p95_ms=_quantile(columns.total_ms, 0.95),
        first_ms=_quantile(columns.first_ms, 0.5),
        input_tokens=_mean(result.input_tokens for result in given),
        output_tokens=_mean(result.output_tokens for result in given),
    )


def quality(values: Floats, groups: Sequence[str]) -> Figure | None:
    """The mean of the scores that there are, and its interval."""
    there = ~np.isnan(values)
    return figure(mean_interval(values[there], clusters=kept(groups, there)))


def kept(groups: Sequence[str], there: np.ndarray) -> list[str]:
    """The clusters of those examples."""
    return [groups[place] for place in np.flatnonzero(there).tolist()]


def _score(columns: Columns, scorer: str) -> Score:
    values = columns.score(scorer)
    there, groups = ~np.isnan(values), clusters(columns.data.examples)
    return Score(
        scorer=scorer,
        gates=scorer not in columns.data.uncertified,
        quality=quality(values, groups),
        always=figure(mean_sequence(values[there], clusters=kept(groups, there))),
        untold=int(columns.answered.sum()) - int(there.sum()),
    )


def _share(count: int, size: int) -> Figure | None:
    return figure(wilson(count, size)) if size else None


def _amount(values: Floats) -> Figure | None:
    """The mean of amounts, as a multiple of one dollar: the interval is that of a ratio, which is never below 0."""
    there = values[~np.isnan(values)]
    if len(there) and not there.any():
        return Figure(0.0, 0.0, 0.0, "", len(there))
    return figure(ratio_interval(there, np.ones(len(there)))) if len(there) else None


def _quantile(values: Floats, quantile: float) -> Figure | None:
    there = values[~np.isnan(values)]
    return figure(quantile_interval(there, quantile)) if len(there) else None


def _mean(values: Iterable[int]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
