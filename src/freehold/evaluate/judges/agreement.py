"""How well a judge agrees with gold and with itself: pure figures with intervals, over what it said.

For a pair there are two judgements, one an order, and the pair is the unit: its figure is their mean. Wilson's interval
over such means is wider than it need be, never too narrow, since no variable from 0 to 1 varies more than a binary one
of the same mean. Intervals have `confidence` on each side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

from msgspec.structs import replace

from freehold.evaluate.judges.model import Gold, Heard, Measure, Pair, Point, Thresholds
from freehold.evaluate.statistics.interval import Interval
from freehold.evaluate.statistics.normal import normal_quantile
from freehold.evaluate.statistics.proportion import wilson

_CLASSES: dict[type[Gold], tuple[str, str]] = {Point: ("good", "bad"), Pair: ("first", "second")}
"""What gold can say of a point, and of which place is the better of a pair."""


def measures(gold: Sequence[Gold], heard: Sequence[Heard], thresholds: Thresholds) -> tuple[Measure, ...]:
    """Every measure that applies: without pairs, there is no order to swap and no length to compare."""
    sides = 2 * thresholds.confidence - 1
    pairs = [(each, said) for each, said in zip(gold, heard, strict=True) if isinstance(each, Pair)]
    found = [
        _least("agreement", agreement(gold, heard, sides), thresholds.agreement),
        _least("kappa", kappa(gold, heard, sides), thresholds.kappa),
    ]
    if any(len(said.said) == 2 for _, said in pairs):
        found.append(_least("same", itself(pairs, sides), thresholds.same))
        found.append(_within("position", position(pairs, sides), thresholds.position))
    if pairs:
        found.append(_within("length", length(pairs, sides), thresholds.length))
    off = sum(None in said.said for said in heard)
    found.append(_most("off format", wilson(off, len(heard), sides), thresholds.off_format))
    return tuple(found)


def agreement(gold: Sequence[Gold], heard: Sequence[Heard], confidence: float) -> Interval:
    """The share of judgements that are right: a tie is half right, and what is off format is not."""
    return wilson(sum(map(right, gold, heard)), len(gold), confidence)


def right(gold: Gold, heard: Heard) -> float:
    """How far a judge is right about one piece of gold, from 0 to 1."""
    if isinstance(gold, Point):
        value = heard.said[0]
        return 0.0 if value is None else _sided(value) if gold.good else 1 - _sided(value)
    return sum(_right(gold, value) for value in heard.said) / len(heard.said)


def itself(pairs: Sequence[tuple[Pair, Heard]], confidence: float) -> Interval:
    """The share of pairs about which both orders say the same; what is off format does not."""
    same = sum(None not in heard.said and len(set(heard.said)) == 1 for _, heard in pairs)
    return wilson(same, len(pairs), confidence)


def position(pairs: Sequence[tuple[Pair, Heard]], confidence: float) -> Interval:
    """How much more often both orders choose the answer shown first than the one shown second.

    A judge that errs without looking at places chooses each alike. The interval is that of a difference of matched
    shares with half a pair added to each kind of disagreement (Agresti and Min 2005, Statistics in Medicine 24).
    """
    first = second = 0.5
    for _, heard in pairs:
        if len(heard.said) == 2 and None not in heard.said:
            there, back = heard.said
            # `back` tells of the same answer, shown second: where it likes it less, it likes the place more.
            lean = (there or 0.0) - (back or 0.0)
            first, second = first + max(0.0, lean), second + max(0.0, -lean)
    size = len(pairs) + 2
    value = (first - second) / size
    spread = math.sqrt(max(0.0, (first + second) / size - value * value) / size)
    return _around(value, spread, confidence, "agresti-min", len(pairs))


def length(pairs: Sequence[tuple[Pair, Heard]], confidence: float) -> Interval:
    """How much more often it is wrong where the shorter answer is right than where the longer one is.

    What it prefers beyond gold: a judge that errs whatever the length is at 0, and one that takes the longer is at 1.
    The interval of the difference is Newcombe's (1998, Statistics in Medicine 17, method 10), from two by Wilson.
    """
    shorter = [1 - right(pair, heard) for pair, heard in pairs if leaning(pair) < 0]
    longer = [1 - right(pair, heard) for pair, heard in pairs if leaning(pair) > 0]
    one, other = (wilson(sum(wrong), len(wrong), confidence) for wrong in (shorter, longer))
    if not shorter or not longer:
        return Interval(math.nan, -1.0, 1.0, confidence, "newcombe", len(shorter) + len(longer))
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    high = value + math.hypot(one.high - one.value, other.value - other.low)
    return Interval(value, low, high, confidence, "newcombe", len(shorter) + len(longer))


def leaning(pair: Pair) -> int:
    """1 where the better answer is the longer one, -1 where it is the shorter, 0 where both are of one length."""
    more = len(pair.first) - len(pair.second)
    if pair.better == 2:
        more = -more
    return (more > 0) - (more < 0)


def kappa(gold: Sequence[Gold], heard: Sequence[Heard], confidence: float) -> Interval:
    """Cohen's kappa (1960, Educational and Psychological Measurement 20): agreement beyond that of chance.

    Each order of a pair is one judgement of which place is the better, so that what prefers a place gains nothing by
    it. Ties and what is off format are a class of their own. The variance is that of Fleiss, Cohen and Everitt (1969,
    Psychological Bulletin 72); judgements of one pair are taken for half a one each. The interval is reckoned with half
    a judgement added to each way of being right and wrong, as that of `position`: without, its lower end is above the
    truth in 6 to 13 of 100 samples in place of 5, and of a judge that made no mistake it has no width.
    """
    table: dict[tuple[str, str], float] = {}
    for each, said in zip(gold, heard, strict=True):
        for cell in _judgements(each, said):
            table[cell] = table.get(cell, 0.0) + 1 / len(said.said)
    value, _ = _beyond_chance(table)
    if math.isnan(value):
        return Interval(math.nan, -1.0, 1.0, confidence, "kappa", len(gold))
    for both in dict.fromkeys(_CLASSES[type(each)] for each in gold):
        for cell in product(both, both):
            table[cell] = table.get(cell, 0.0) + 0.5
    found = _around(*_beyond_chance(table), confidence, "kappa", len(gold))
    return replace(found, value=value, low=min(value, found.low), high=max(value, found.high))


def _beyond_chance(table: dict[tuple[str, str], float]) -> tuple[float, float]:
    """Kappa of counts and its standard error; not a number where chance alone always agrees."""
    size = sum(table.values())
    share = {cell: count / size for cell, count in table.items()}
    rows, columns = _margins(share, 0), _margins(share, 1)
    met = sum(each for (one, other), each in share.items() if one == other)
    chance = sum(rows.get(name, 0.0) * columns.get(name, 0.0) for name in rows)
    if chance >= 1 - 1e-12:
        return math.nan, math.nan
    value = (met - chance) / (1 - chance)
    return value, math.sqrt(_kappa_variance(share, rows, columns, value, chance) / size)


def _kappa_variance(
    share: dict[tuple[str, str], float], rows: dict[str, float], columns: dict[str, float], value: float, chance: float
) -> float:
    """Of one judgement."""
    total = 0.0
    for (one, other), each in share.items():
        margins = rows.get(other, 0.0) + columns.get(one, 0.0)
        total += each * (((1 - margins * (1 - value)) if one == other else -margins * (1 - value)) ** 2)
    return max(0.0, total - (value - chance * (1 - value)) ** 2) / (1 - chance) ** 2


def _margins(share: dict[tuple[str, str], float], side: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for cell, value in share.items():
        found[cell[side]] = found.get(cell[side], 0.0) + value
    return found


def _judgements(gold: Gold, heard: Heard) -> list[tuple[str, str]]:
    """What gold says and what the judge says, each in words, one an order."""
    if isinstance(gold, Point):
        value = heard.said[0]
        said = "off" if value is None else {0.0: "bad", 1.0: "good"}.get(_sided(value), "tie")
        return [("good" if gold.good else "bad", said)]
    found = []
    for swapped, value in enumerate(heard.said):
        better = "first" if (gold.better == 1) != bool(swapped) else "second"
        placed = None if value is None else 1 - value if swapped else value
        said = "off" if placed is None else {1.0: "first", 0.0: "second"}.get(placed, "tie")
        found.append((better, said))
    return found


def _right(pair: Pair, value: float | None) -> float:
    return 0.0 if value is None else value if pair.better == 1 else 1 - value


def _sided(value: float) -> float:
    """On which side of the middle a rating is; the middle is neither."""
    return 0.5 if value == 0.5 else float(value > 0.5)


def _around(value: float, spread: float, confidence: float, method: str, size: int) -> Interval:
    half = normal_quantile((1 + confidence) / 2) * spread
    return Interval(value, max(-1.0, value - half), min(1.0, value + half), confidence, method, size)


def _least(name: str, interval: Interval, least: float) -> Measure:
    return Measure(name, interval, interval.low >= least, f"at least {least:.2f}")


def _most(name: str, interval: Interval, most: float) -> Measure:
    return Measure(name, interval, interval.high <= most, f"at most {most:.2f}")


def _within(name: str, interval: Interval, most: float) -> Measure:
    return Measure(name, interval, -most <= interval.low and interval.high <= most, f"from -{most:.2f} to {most:.2f}")
