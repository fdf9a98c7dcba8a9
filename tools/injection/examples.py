"""Samples cut into what the classifier sees: windows with their features, and whether they are attacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import numpy as np

from freehold.guards.injection import patterns
from freehold.guards.injection.features import features
from freehold.guards.injection.rules import SURE
from freehold.guards.injection.windows import Window, cut
from tools.injection.corpus import Sample
from tools.injection.fit import Design, Matrix

_MOST_WINDOWS = 40
"""Of one sample."""
_COVERED = 0.3
"""Part of an attack, or of a window, that must lie in the other for the window to count as one."""
_TOLD_WHOLE = 3
"""Windows up to which all of a published attack is taken for one. Of a longer one, those that a rule matches."""
_LEAST_GROUPS = 3
"""Groups that a feature must occur in, so that nothing is learnt from one text."""


class Example(msgspec.Struct, frozen=True):
    """A window of the sample of that number. `attack` is `None` where nobody can say."""

    sample: int
    text: str
    features: frozenset[str]
    attack: bool | None


def examples(samples: Sequence[Sample]) -> list[Example]:
    """The windows of all samples, in order."""
    return [each for number, sample in enumerate(samples) for each in _examples(number, sample)]


def _examples(number: int, sample: Sample) -> Iterator[Example]:
    spans = list(patterns.find(sample.text))
    windows = cut(sample.text)[:_MOST_WINDOWS]
    for window in windows:
        rules = {span.rule for span in spans if span.start < window.end and span.end > window.start}
        attack = _is_attack(sample, window)
        if sample.attack and sample.source.startswith("valid/") and len(windows) > _TOLD_WHOLE:
            attack = True if rules else None
        yield Example(number, window.text, frozenset(features(window.text, rules)), attack)


def _is_attack(sample: Sample, window: Window) -> bool | None:
    common = min(window.end, sample.end) - max(window.start, sample.start)
    if not sample.attack or common <= 0:
        return False
    return True if common > _COVERED * min(sample.end - sample.start, window.end - window.start) else None


def sure(samples: Sequence[Sample]) -> Matrix:
    """Which samples a sure rule matches, as zeros and ones."""
    return np.array(
        [any(span.confidence >= SURE for span in patterns.find(sample.text)) for sample in samples], np.float32
    )


def vocabulary(known: Iterable[tuple[Example, str]]) -> dict[str, int]:
    """The features that occur in several groups, given with each example, and the column of each."""
    groups = defaultdict(set)
    for example, group in known:
        for feature in example.features:
            groups[feature].add(group)
    return {name: at for at, name in enumerate(sorted(f for f, g in groups.items() if len(g) >= _LEAST_GROUPS))}


def design(known: Sequence[Example], vocabulary: dict[str, int], dense: Matrix) -> Design:
    """Which features each example has, beside dense columns."""
    pairs = [
        (row, column)
        for row, example in enumerate(known)
        for feature in sorted(example.features)
        if (column := vocabulary.get(feature)) is not None
    ]
    rows, columns = np.array(pairs, np.intp).reshape(-1, 2).T
    return Design(rows, columns, len(vocabulary), dense)
