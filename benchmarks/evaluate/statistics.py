"""Whether intervals cover what they say, tests keep their size at every look, and what they see.

    python -m benchmarks.evaluate --only statistics

Everything is simulated, or summed exactly where that is quick, from sources of `benchmarks.evaluate.samples`. About two
minutes. A row with a goal of .95 should lie between .93 and .97; a false alarm, at or below .05.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy import stats

from benchmarks.evaluate.samples import COSTS, DIFFERENCES, PAIRS, SCORES, Source, pairs
from benchmarks.goals import Row
from freehold.evaluate.statistics.betting import Wager, mean_above, not_inferior
from freehold.evaluate.statistics.drift import Drift
from freehold.evaluate.statistics.interval import Floats, Interval
from freehold.evaluate.statistics.mean import mean_interval
from freehold.evaluate.statistics.paired import difference_interval, difference_p, tango
from freehold.evaluate.statistics.proportion import exact, wilson
from freehold.evaluate.statistics.quantile import quantile_interval
from freehold.evaluate.statistics.ratio import ratio_interval
from freehold.evaluate.statistics.sequence import difference_sequence, mean_sequence

DRAWS = 2000
FEW = 400
"""For what takes long."""
SIZES = (12, 40, 200, 1000)
LOOKS = tuple(range(50, 1001, 50))
ALPHA = 0.05


def run(_data: Path) -> Iterator[Row]:
    """Every row; no data is read."""
    yield from shares()
    yield from means()
    yield from paired()
    yield from ratios()
    yield from quantiles()
    yield from looks()
    yield from non_inferiority()
    yield from watching()
    yield from changes()


def shares() -> Iterator[Row]:
    """Exactly, over true shares from 0.02 to 0.98."""
    for method, bound in (("Wilson", wilson), ("exact", exact)):
        for size in SIZES:
            found = [_share_covered(bound, size, chance) for chance in np.linspace(0.02, 0.98, 49)]
            yield f"share covered, {size} examples, mean", method, float(np.mean(found)), 0.95
            yield f"share covered, {size} examples, least", method, min(found), 0.93


def _share_covered(bound: Callable[[int, int], Interval], size: int, chance: float) -> float:
    counts = np.arange(size + 1)
    chances = stats.binom.pmf(counts, size, chance)
    told = chances > 1e-7
    held = [not bound(int(count), size).excludes(chance) for count in counts[told]]
    return float(np.sum(chances[told][held]))


def means() -> Iterator[Row]:
    """Graded scores: the method that is used, beside a plain t interval."""
    yield from _summed("graded mean", SCORES, SIZES, (("by design effect", mean_interval), ("Student's t", student)))


def paired() -> Iterator[Row]:
    """Differences of shares, exactly at 30 and 100; graded differences, simulated."""
    for size in (30, 100):
        found = [_pair_covered(size, won, lost) for won, lost in PAIRS]
        yield f"paired shares covered, {size} pairs, mean", "Tango", float(np.mean(found)), 0.95
        yield f"paired shares covered, {size} pairs, least", "Tango", min(found), 0.93
    shown = (("used", difference_interval), ("Student's t", student))
    yield from _summed("paired shares", [pairs(*each) for each in PAIRS], (400,), shown)
    yield from _summed("graded difference", DIFFERENCES, SIZES, shown)


def _pair_covered(size: int, won: float, lost: float) -> float:
    held = 0.0
    for more in range(size + 1):
        rest = np.arange(size + 1 - more)
        chances = stats.multinomial.pmf(
            np.stack((np.full_like(rest, more), rest, size - more - rest), axis=1), size, [won, lost, 1 - won - lost]
        )
        for less in rest[chances > 1e-6]:
            held += chances[less] * (not tango(more, int(less), size).excludes(won - lost))
    return float(held)


def ratios() -> Iterator[Row]:
    """Cost beside cost."""
    for costs in COSTS:
        for size in (40, 200, 1000):
            rng = np.random.default_rng(3)
            held = [not ratio_interval(*costs.draw(rng, size)).excludes(costs.true) for _ in range(FEW)]
            yield f"cost ratio covered, {costs.name}, {size} pairs", "bootstrap-t", float(np.mean(held)), 0.95


def quantiles() -> Iterator[Row]:
    """Times of a log-normal; the median, and the 95th of 100."""
    for quantile, size in ((0.5, 12), (0.5, 200), (0.95, 100), (0.95, 1000)):
        rng, true = np.random.default_rng(4), float(np.exp(stats.norm.ppf(quantile)))
        held = [not quantile_interval(rng.lognormal(size=size), quantile).excludes(true) for _ in range(DRAWS)]
        yield f"quantile {quantile} covered, {size} times", "order statistics", float(np.mean(held)), 0.95


def looks() -> Iterator[Row]:
    """Two alike subjects, looked at twenty times: how often any look says that they differ."""
    rng = np.random.default_rng(5)
    draws = pairs(0.1, 0.1).draw(rng, FEW * LOOKS[-1]).reshape(FEW, -1)
    yield "A/A: ever told apart, 20 looks", "interval for any look", _ever(draws, difference_sequence), ALPHA
    yield "A/A: ever told apart, 20 looks", "interval for one look", _ever(draws, difference_interval), ALPHA
    once = float(np.mean([difference_p(row) <= ALPHA for row in draws]))
    yield "A/A: told apart, one look", "McNemar, mid-p", once, ALPHA
    scores = SCORES[3].draw(rng, FEW * LOOKS[-1]).reshape(FEW, -1) - 0.0
    missed = np.mean([any(mean_sequence(row[:look]).excludes(SCORES[3].true) for look in LOOKS[::4]) for row in scores])
    yield "graded mean held at all of 5 looks", "interval for any look", 1 - float(missed), 0.95
    wide = [difference_sequence(row).width / difference_interval(row).width for row in draws[:50]]
    yield "width beside one look's, 1,000 pairs", "interval for any look", float(np.mean(wide)), 2.0


def _ever(draws: Floats, bound: Callable[[Floats], Interval]) -> float:
    return float(np.mean([any(bound(row[:look]).excludes(0.0) for look in LOOKS) for row in draws]))


def non_inferiority() -> Iterator[Row]:
    """A margin of three points, a tenth of the examples on which the two differ, up to 2,000 pairs."""
    margin, most = 0.03, 2000
    for name, won, lost, goal in (
        ("false promotion: worse by the margin", 0.035, 0.065, ALPHA),
        ("false promotion: worse by twice the margin", 0.02, 0.08, ALPHA),
        ("power: truly as good", 0.05, 0.05, 0.8),
        ("power: a point better", 0.055, 0.045, 0.8),
    ):
        rng = np.random.default_rng(6)
        draws = pairs(won, lost).draw(rng, FEW * most).reshape(FEW, -1)
        passed, when = _passed(not_inferior(margin), draws)
        yield f"{name}, by 2,000 pairs", "betting, every look", passed, goal
        once = float(np.mean([difference_interval(row, 1 - 2 * ALPHA).low > -margin for row in draws]))
        yield f"{name}, at 2,000 pairs", "interval, one look", once, goal
        if goal > ALPHA:
            yield f"{name}: pairs until it passed", "betting, median", when, most


def _passed(wager: Wager, draws: Floats) -> tuple[float, float]:
    """How often it ever rejects, and after how many observations, in the median of those."""
    found = [_first(wager, row) for row in draws]
    times = [each for each in found if each is not None]
    return len(times) / len(found), float(np.median(times)) if times else float("nan")


def _first(wager: Wager, row: Floats, step: int = 20) -> int | None:
    for at in range(0, len(row), step):
        wager = wager.after(row[at : at + step])
        if wager.rejects(ALPHA):
            return at + step
    return None


def watching() -> Iterator[Row]:
    """A promise of two points, audited answer by answer."""
    for harm, goal in ((0.02, ALPHA), (0.04, 0.5), (0.06, 0.9), (0.10, 0.95)):
        rng = np.random.default_rng(7)
        draws = (rng.random((FEW, 400)) < harm).astype(float)
        noticed, when = _passed(mean_above(0.02), draws)
        yield f"promise 2 %, harm {harm:.0%}: alarm within 400 audits", "betting", noticed, goal
        if harm > 0.02:
            yield f"promise 2 %, harm {harm:.0%}: audits until it", "betting, median", when, 400
    rng = np.random.default_rng(8)
    audited = rng.random((FEW, 2000)) < 0.2
    weighed = (rng.random((FEW, 2000)) < 0.02) * audited / 0.2
    yield "promise 2 %, kept: alarm, a fifth audited, weighed", "betting", _passed(mean_above(0.02), weighed)[0], ALPHA


def changes() -> Iterator[Row]:
    """A stream of inputs."""
    for shift, goal in ((0.0, ALPHA), (0.5, 0.9), (1.0, 0.95)):
        found = [_drifted(seed, shift) for seed in range(200)]
        yield (
            f"inputs moved by {shift:g} deviations: alarm within 500",
            "conformal martingale",
            float(np.mean(found)),
            goal,
        )


def _drifted(seed: int, shift: float) -> bool:
    rng = np.random.default_rng(seed)
    drift = Drift(rng.normal(size=500).tolist(), seed=seed)
    for value in rng.normal(shift, 1, 500).tolist():
        drift.add(value)
    return drift.alarm(ALPHA)


def student(values: Floats) -> Interval:
    """What is usual, to stand beside: mean and standard error, and Student's t."""
    size = len(values)
    half = stats.t.ppf(0.975, size - 1) * np.std(values, ddof=1) / np.sqrt(size)
    mean = float(np.mean(values))
    return Interval(mean, mean - half, mean + half)


def _summed(
    what: str,
    sources: Sequence[Source],
    sizes: Sequence[int],
    methods: Sequence[tuple[str, Callable[[Floats], Interval]]],
) -> Iterator[Row]:
    for size in sizes:
        for method, bound in methods:
            found = [_covered(source, bound, size) for source in sources]
            yield f"{what} covered, {size} examples, mean", method, float(np.mean(found)), 0.95
            yield f"{what} covered, {size} examples, least", method, min(found), 0.93


def _covered(source: Source, bound: Callable[[Floats], Interval], size: int) -> float:
    rng = np.random.default_rng(2)
    return float(np.mean([not bound(source.draw(rng, size)).excludes(source.true) for _ in range(DRAWS)]))
