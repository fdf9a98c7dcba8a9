"""What a rule's words are worth in a comparison."""

from __future__ import annotations

import msgspec
import pytest

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.rules.grammar import Measure
from freehold.evaluate.report.rules.measured import Untold, value
from support.evaluations import run_data


def test_ends_are_those_of_the_interval_that_is_named():
    two = compare([run_data("a"), run_data("b", seed=2)])
    (pair,), about = two.pairs, two.subjects[1]
    found = [value(two, Measure("quality.delta", end), about) for end in ("", "lower", "upper", "always_upper")]
    (score,) = pair.scores
    assert found == [score.delta.value, score.delta.low, score.delta.high, score.always.high]
    assert value(two, Measure("quality", "always_lower"), about) == about.scores[0].always.low


def test_a_name_goes_before_a_letter():
    two = compare([run_data("B", right=0.9), run_data("x", right=0.3, seed=2)])
    assert value(two, Measure("quality", subject="B"), two.subjects[1]) == two.subjects[0].scores[0].quality.value
    with pytest.raises(Untold, match="one of: A, B, x"):
        value(two, Measure("quality", subject="Zulu"), two.subjects[1])


def test_a_judge_that_is_silent_about_many_decides_nothing():
    two = compare([run_data("a"), run_data("b", seed=2)])
    first, other = two.subjects

    def by(scorer, untold):
        [score] = other.scores
        said = msgspec.structs.replace(score, scorer=scorer, untold=untold)
        pairs = [msgspec.structs.replace(one, scorer=scorer) for one in two.pairs[0].scores]
        about = msgspec.structs.replace(other, scores=(said,))
        pair = msgspec.structs.replace(two.pairs[0], scores=tuple(pairs))
        return msgspec.structs.replace(two, subjects=(first, about), pairs=(pair,)), about

    many = other.answered // 5
    for metric in ("quality", "quality.delta"):
        with pytest.raises(Untold, match="could not tell of"):
            value(by("judge:fair", many)[0], Measure(metric), by("judge:fair", many)[1])
        assert value(by("judge:fair", 1)[0], Measure(metric), by("judge:fair", 1)[1]) is not None
        assert value(by("exact", many)[0], Measure(metric), by("exact", many)[1]) is not None
