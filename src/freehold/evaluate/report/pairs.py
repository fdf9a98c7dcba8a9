"""The first subject beside each other one, on the examples that both answered, as a whole and by slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from freehold.evaluate.model import CLUSTER, Example
from freehold.evaluate.report.comparison import Difference, Figure, Pair, Slice, figure
from freehold.evaluate.report.material import Columns, clusters
from freehold.evaluate.report.subjects import kept, quality
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.multiple import benjamini_hochberg, holm
from freehold.evaluate.statistics.needed import for_difference
from freehold.evaluate.statistics.paired import difference_interval, difference_p
from freehold.evaluate.statistics.ratio import ratio_interval
from freehold.evaluate.statistics.sequence import difference_evidence, difference_sequence

POINTS = 0.05
"""The difference that a report tells the needed number of examples for."""
FEWEST_DIFFER = 0.02
"""Of examples, taken for the share that differs where fewer were seen to: a small sample may have none."""
ENOUGH = 30
"""Examples below which a slice is counted and not judged."""
MOST_VALUES = 40
"""Values of one key beyond which it is a name of each example, not a slice."""


def pair(first: Columns, other: Columns, named: tuple[str, str], scorers: Sequence[str]) -> Pair:
    """Two subjects side by side; `corrected` is filled by `corrected_pairs`, when all are known."""
    both = first.answered & other.answered
    return Pair(
        first=named[0],
        other=named[1],
        both=int(both.sum()),
        only_first=int((first.answered & ~other.answered).sum()),
        only_other=int((other.answered & ~first.answered).sum()),
        scores=tuple(_difference(first, other, scorer) for scorer in scorers),
        cost=_times(first.cost, other.cost),
        time=_times(first.total_ms, other.total_ms),
    )


def corrected_pairs(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """The same with Holm's correction over every difference that may decide; the others are corrected among all."""
    deciding = [(at, place) for at, each in enumerate(pairs) for place, one in enumerate(each.scores) if one.gates]
    every = [(at, place) for at, each in enumerate(pairs) for place, _ in enumerate(each.scores)]
    once, always = ({**_holm(pairs, every, of), **_holm(pairs, deciding, of)} for of in ("p", "always_corrected"))
    return tuple(
        msgspec.structs.replace(
            each,
            scores=tuple(
                msgspec.structs.replace(one, corrected=once[at, place], always_corrected=always[at, place])
                for place, one in enumerate(each.scores)
            ),
        )
        for at, each in enumerate(pairs)
    )


def slices(
    first: Columns, other: Columns, named: tuple[str, str], scorers: Sequence[str], examples: Sequence[Example]
) -> tuple[list[Slice], list[str]]:
    """The difference in each part that has enough examples; and the parts that have not, with how many they have."""
    found: list[Slice] = []
    small: list[str] = []
    groups = clusters(examples)
    for key, value, members in parts(examples):
        for scorer in scorers:
            one, two = first.score(scorer), other.score(scorer)
            there = members & ~np.isnan(one) & ~np.isnan(two)
            size = int(there.sum())
            if size < ENOUGH:
                small.append(f"{key} = {value} ({size})")
                continue
            differences, together = two[there] - one[there], kept(groups, there)
            p = difference_p(differences, clusters=together)
            found.append(
                Slice(
                    key=key,
                    value=value,
                    scorer=scorer,
                    gates=_gates(first, other, scorer),
                    first=named[0],
                    other=named[1],
                    size=size,
                    first_quality=quality(np.where(there, one, np.nan), groups),
                    other_quality=quality(np.where(there, two, np.nan), groups),
                    delta=figure(difference_interval(differences, clusters=together)),
                    p=p,
                    corrected=p,
                )
            )
    return found, list(dict.fromkeys(small))


def corrected_slices(found: Sequence[Slice]) -> tuple[Slice, ...]:
    """The same with Benjamini and Hochberg's correction over all of them."""
    corrected = benjamini_hochberg([each.p for each in found])
    return tuple(msgspec.structs.replace(each, corrected=p) for each, p in zip(found, corrected, strict=True))


def parts(examples: Sequence[Example]) -> Iterator[tuple[str, str, np.ndarray]]:
    """Every key and value that examples are sliced by, and which of them have it."""
    keys = dict.fromkeys(key for example in examples for key in example.slices if key != CLUSTER)
    for key in keys:
        values = np.array([example.slices.get(key, "") for example in examples])
        distinct = sorted(set(values.tolist()) - {""})
        if 1 < len(distinct) <= MOST_VALUES:
            for value in distinct:
                yield key, value, values == value


def _difference(first: Columns, other: Columns, scorer: str) -> Difference:
    one, two = first.score(scorer), other.score(scorer)
    there = ~np.isnan(one) & ~np.isnan(two)
    differences = two[there] - one[there]
    together = kept(clusters(first.data.examples), there)
    p = difference_p(differences, clusters=together)
    spread = float(np.mean(differences**2)) if len(differences) else 0.0
    return Difference(
        scorer=scorer,
        gates=_gates(first, other, scorer),
        delta=figure(difference_interval(differences, clusters=together)),
        always=figure(difference_sequence(differences, clusters=together)),
        p=p,
        corrected=p,
        always_corrected=difference_evidence(differences, clusters=together),
        won=int((differences > 0).sum()),
        lost=int((differences < 0).sum()),
        tied=int((differences == 0).sum()),
        needed=for_difference(POINTS, max(spread, FEWEST_DIFFER)) if len(differences) else None,
    )


def _gates(first: Columns, other: Columns, scorer: str) -> bool:
    return scorer not in first.data.uncertified | other.data.uncertified


def _times(first: Floats, other: Floats) -> Figure | None:
    there = ~np.isnan(first) & ~np.isnan(other)
    if not there.any() or not first[there].mean() > 0:
        return None
    return figure(ratio_interval(other[there], first[there]))


def _holm(pairs: Sequence[Pair], places: Sequence[tuple[int, int]], of: str) -> dict[tuple[int, int], float]:
    found = holm([getattr(pairs[at].scores[place], of) for at, place in places])
    return dict(zip(places, found, strict=True))
