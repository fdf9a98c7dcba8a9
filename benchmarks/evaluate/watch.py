"""Whether a broken promise is noticed, an unbroken one left alone, and no candidate promoted that is worse.

    python -m benchmarks.evaluate --only watch

Promises are calibrated on the ``train`` part of measured outcomes (``route/mmlu_confidence``) and used on its ``test``
part, which is shifted, in streams of chosen requests drawn at random. Beside Freehold's rule is the threshold without a
correction: the shift seldom breaks the first, and what is not broken cannot be noticed. Harm is measured as it is
(``known``); as a difference from the stronger target's answer (``differs``), with the correction that the calibration's
own differences teach; and by simulated judges of these (``judged``, with how often each is right and certified to be,
to within 3 points). ``oracle`` is a test
that knows beforehand how much harm there is, and looks at each kept answer alike. ``warned``: more answers differ than
the calibration's did. All else is simulated. About six minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.evaluate.promise import FILE, Rule, outcomes_of, promised, read, uncorrected
from benchmarks.goals import Row
from freehold.evaluate.promise.choose import Aim, choose
from freehold.evaluate.promise.score import Score
from freehold.evaluate.promise.table import Bools, Outcomes
from freehold.evaluate.promote.trial import FEWEST
from freehold.evaluate.promote.trial import begun as trial_begun
from freehold.evaluate.statistics.betting import Wager, mean_above
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.proportion import exact
from freehold.evaluate.watch.canaries import FEWEST as FEWEST_ANSWERS
from freehold.evaluate.watch.canaries import Canary, Reply
from freehold.evaluate.watch.differences import Calibrated
from freehold.evaluate.watch.differences import begun as compared_with
from freehold.evaluate.watch.doubt import Doubt, doubt
from freehold.evaluate.watch.health import WEIGHT, Correction, corrected, judged
from freehold.evaluate.watch.looking import LEAST, LIFT, Looking, root_of_risk

ALPHA = 0.05
STREAMS = 200
LIVE_STREAMS = 100
"""Where what is right is not known, which takes longer."""
REQUESTS = 2500
"""Of the shifted part, drawn with replacement, in each stream."""
LASTING = 4000
"""Requests over which what harm is left is counted; where no alarm came, the rest has the true share."""
JUDGES = (0.85, 0.95)
"""How often simulated judges of pairs are right, and are certified to be to within 3 points."""
WITHIN = 400
"""Audited answers within which a broken promise is to be noticed."""
SPLITS = 100
ROUTES: tuple[tuple[tuple[str, ...], str, float], ...] = (
    (("llama3.1-8b", "llama3.1-70b"), "gpt-4o", 0.02),
    (("llama3.1-8b", "llama3.1-70b"), "gpt-4o", 0.05),
    (("qwen2.5-32b-coder-instruct",), "gpt-4o", 0.02),
    (("llama3.1-8b", "qwen2.5-32b-coder-instruct"), "gpt-4o", 0.03),
)
RULES: dict[str, Rule] = {"promise": promised, "uncorrected": uncorrected}
_STEP = 10
"""Observations from one look to the next, where a test is given many at once."""


@dataclass(frozen=True)
class Shifted:
    """A promise on the shifted part; every array has the shape (questions,)."""

    kept: Bools
    does: Bools
    """Where it does harm."""
    differs: Bools
    roots: Floats
    """The square roots of the risk of kept answers."""
    harm: float


def run(data: Path) -> Iterator[Row]:
    """Measure, row by row; raises `FileNotFoundError` where the outcomes are not there."""
    yield from _shifted(data / FILE)
    yield from _unshifted(data / FILE)
    yield from _false_alarms()
    yield from _canaries()
    yield from _promotions()


def _shifted(file: Path) -> Iterator[Row]:
    tables = {part: read(file, part) for part in ("train", "test")}
    for voices, stronger, harm in ROUTES:
        taught, used = (outcomes_of(tables[part], voices, stronger) for part in ("train", "test"))
        differ = {part: _differs(tables[part], voices[-1], stronger) for part in tables}
        for name, rule in RULES.items():
            keeps = rule(taught, Aim(harm, 0.9))
            before, kept = keeps(taught), keeps(used)
            roots = _roots(taught, used, Aim(harm, 0.9)) if name == "promise" else np.ones(used.size)
            shifted = Shifted(kept, kept & used.harm(), kept & differ["test"], roots, harm)
            method = f"{name} {harm:.0%} {voices[-1].split('-')[1]}"
            yield "true harm on the shifted part", method, float(shifted.does.mean()), harm
            yield from _oracle(method, shifted)
            yield from _noticed(f"{method} known", shifted.does, shifted, Correction(), ALPHA, STREAMS)
            harmless = int((before & differ["train"] & ~taught.harm()).sum())
            learned = corrected(harmless, int((before & taught.harm()).sum()), taught.size, ALPHA / 2)
            for right in JUDGES:
                told = np.random.default_rng(1).random(used.size) < right
                said = shifted.differs & np.where(used.harm(), told, ~told)
                sure = judged("simulated", right - 0.03, min(right + 0.03, 1.0)) or learned
                yield from _noticed(f"{method} judged {right:.0%}", said, shifted, sure, ALPHA / 2, LIVE_STREAMS)
            yield from _noticed(f"{method} differs", shifted.differs, shifted, learned, ALPHA / 2, LIVE_STREAMS)
            calibrated = Calibrated(int(before.sum()), int((before & differ["train"]).sum()))
            warned = [_warned(shifted, calibrated, seed) for seed in range(LIVE_STREAMS)]
            yield f"warned within {WITHIN} audited answers", method, float(np.mean(warned)), float("nan")


def _noticed(
    method: str, measured: Bools, shifted: Shifted, correction: Correction, alpha: float, streams: int
) -> Iterator[Row]:
    """How often and how soon an alarm comes over `REQUESTS` of the shifted part, and what harm is left."""
    bound = correction.bound(shifted.harm)
    test = doubt(bound, alpha, weight=WEIGHT, least=-correction.off / LEAST)
    counts = np.array(
        [
            correction.counts(harmed=bool(harmed), differs=bool(differs))
            for harmed, differs in zip(measured, shifted.differs, strict=True)
        ]
    )
    seen = [_alarmed(test, counts, shifted, seed) for seed in range(streams)]
    found = np.array([each.alarmed for each in seen])
    audited = np.array([each.audited for each in seen])
    broken = bool(shifted.does.mean() > shifted.harm)
    goal = 1.0 if broken else ALPHA
    yield "alarms", method, float(found.mean()), goal
    yield f"alarms within {WITHIN} audited answers", method, float((found & (audited <= WITHIN)).mean()), goal
    if found.any():
        yield "audited answers until the alarm, median", method, float(np.median(audited[found])), WITHIN
    left = float(np.quantile([each.harm for each in seen], 0.95))
    yield f"harm of all {LASTING:,} requests, 95 % of streams", method, left, shifted.harm + 0.01


@dataclass(frozen=True)
class Stream:
    """What came of one stream."""

    alarmed: bool
    audited: int
    harm: float
    """The harm that was done before the alarm, or in all where there was none, as a share of `LASTING` requests."""


def _alarmed(test: Doubt, counts: Floats, shifted: Shifted, seed: int) -> Stream:
    audited = harms = 0
    for place, looked, share in _looks(shifted, seed):
        audited += looked
        harms += bool(shifted.does[place])
        test = test.after(float(counts[place]) / share if looked else 0.0, audited=looked)
        if test.rejects:
            break
    left = 0.0 if test.rejects else float(shifted.does.mean()) * (LASTING - REQUESTS)
    return Stream(test.rejects, audited, (harms + left) / LASTING)


def _warned(shifted: Shifted, calibrated: Calibrated, seed: int, within: int = WITHIN) -> bool:
    stands, audited = compared_with(calibrated, {}, ALPHA), 0
    if stands is None:
        return False
    for place, looked, share in _looks(shifted, seed):
        if shifted.kept[place]:
            audited += looked
            differs = looked and bool(shifted.differs[place])
            stands = stands.after({}, differs=differs, audited=looked, looked=share)
        if stands.warned or audited >= within:
            break
    return stands.warned


def _looks(shifted: Shifted, seed: int) -> Iterator[tuple[int, bool, float]]:
    """Chosen requests, whether each was looked at, and with which chance."""
    random, looking = np.random.default_rng(seed), Looking()
    for place, coin in zip(
        random.integers(len(shifted.kept), size=REQUESTS).tolist(), random.random(REQUESTS).tolist(), strict=True
    ):
        if not shifted.kept[place]:
            yield place, False, 1.0
            continue
        root = float(shifted.roots[place])
        share = looking.chance(root, 1 / LIFT)
        looking = looking.after(root)
        yield place, coin < share, share


def _roots(taught: Outcomes, used: Outcomes, aim: Aim) -> Floats:
    keeping = choose(taught, aim).keeping
    chances = 1 / (1 + np.exp(-np.clip(Score(keeping.terms, keeping.intercept)(used), -700, 700)))
    return np.array([root_of_risk(float(chance), keeping.threshold) for chance in chances])


def _oracle(method: str, shifted: Shifted) -> Iterator[Row]:
    """The stake that is best for the harm there is, on each kept answer: Wald's sequential test (1945)."""
    true, harm = float(shifted.does.mean()), shifted.harm
    if true <= harm:
        return
    wager = msgspec.structs.replace(mean_above(harm), chosen=((true - harm) / (1 - harm),))
    soon = 0
    for seed in range(STREAMS):
        drawn = np.random.default_rng(seed).integers(len(shifted.kept), size=REQUESTS)
        upto = int(np.searchsorted(np.cumsum(shifted.kept[drawn]), WITHIN, side="right"))
        soon += _alarm(wager, shifted.does[drawn[:upto]].astype(float), ALPHA) is not None
    yield f"alarms within {WITHIN} audited answers", f"{method} oracle", soon / STREAMS, 1.0


def _unshifted(file: Path) -> Iterator[Row]:
    """Calibrated on 285 questions drawn from the ``test`` part, used on its others: nothing has changed."""
    table = read(file, "test")
    for voices, stronger, harm in ROUTES[1:]:
        outcomes = outcomes_of(table, voices, stronger)
        differ = _differs(table, voices[-1], stronger)
        warned, harmed = [], []
        for seed in range(SPLITS):
            order = np.random.default_rng(seed).permutation(outcomes.size)
            taught, used = outcomes.part(order[:285]), outcomes.part(order[285:])
            keeps = promised(taught, Aim(harm, 0.9))
            before, kept = keeps(taught), keeps(used)
            does = kept & used.harm()
            roots = _roots(taught, used, Aim(harm, 0.9))
            stream = Shifted(kept, does, kept & differ[order[285:]], roots, harm)
            calibrated = Calibrated(int(before.sum()), int((before & differ[order[:285]]).sum()))
            warned.append(_warned(stream, calibrated, seed, within=REQUESTS))
            if does.mean() <= harm:
                harmed.append(_alarmed(doubt(harm, ALPHA, weight=WEIGHT), does.astype(float), stream, seed).alarmed)
        name = f"promise {harm:.0%} {voices[-1].split('-')[1]}, not shifted"
        yield "false warnings", name, float(np.mean(warned)), ALPHA
        yield "false alarms", name, float(np.mean(harmed)), ALPHA


def _false_alarms() -> Iterator[Row]:
    """At the very edge of the promise, over 2,000 requests each; then at once, twice and thrice that."""
    for times in (1.0, 1.5, 2.0, 3.0, 5.0):
        alarms = []
        for seed in range(STREAMS * (2 if times == 1 else 1)):
            values = (np.random.default_rng(seed).random(2000) < 0.02 * times).astype(float)
            alarms.append(_until(doubt(0.02, ALPHA), values))
        found = [each for each in alarms if each is not None]
        name = f"harm {0.02 * times:.3g}, promised 0.02"
        if times == 1:
            yield "false alarms", name, len(found) / len(alarms), ALPHA
            yield "false alarms, 95 % interval to", name, exact(len(found), len(alarms), 0.95).high, ALPHA
        else:
            yield "alarms within 2,000 kept requests", name, len(found) / len(alarms), float("nan")
            if found:
                yield "kept requests until the alarm, median", name, float(np.median(found)), float("nan")


def _until(test: Doubt, values: Floats) -> int | None:
    for place, value in enumerate(values.tolist()):
        test = test.after(value, audited=True)
        if test.rejects:
            return place + 1
    return None


def _canaries() -> Iterator[Row]:
    """A target with a dozen wordings for each of ten prompts, over sixty days; then one that words them otherwise."""
    streams, days = 60, 60
    false = [_changed(seed, days, None) is not None for seed in range(streams)]
    yield "false alarms of canaries", f"{days} days, {streams} targets", float(np.mean(false)), ALPHA
    for share in (0.25, 0.5, 1.0):
        found = [_changed(seed, 40, share) for seed in range(streams // 2)]
        told = [each - 20 for each in found if each is not None and each > 20]
        yield (
            "changes of canaries found within 20 days",
            f"{share:.0%} of answers otherwise",
            len(told) / len(found),
            1.0,
        )
        if told:
            yield (
                "days until the change is told, median",
                f"{share:.0%} of answers otherwise",
                float(np.median(told)),
                3,
            )


def _changed(seed: int, days: int, share: float | None) -> int | None:
    """The day on which a change is told; from day 20 on, a share of the answers has other words."""
    random = np.random.default_rng(seed)
    canary = Canary("target", ALPHA)
    for day in range(1, days + 1):
        replies = {}
        for prompt in range(10):
            other = share is not None and day > 20 and random.random() < share
            word = "Certainly" if other else "So"
            replies[str(prompt)] = Reply(f"{word}, the answer {prompt} is given in wording {random.integers(12)}.")
        canary = canary.after(replies, day, seed=seed)
        if canary.changed and day > FEWEST_ANSWERS:
            return day
    return None


def _promotions() -> Iterator[Row]:
    """Differences of -1, 0 and 1, a fifth of them not 0, over up to 4,000 pairs; a margin of 0.05."""
    margin = 0.05
    for loss in (margin, 0.025, 0.0, -0.025):
        pairs = []
        for seed in range(STREAMS):
            values = np.random.default_rng(seed).choice([-1.0, 0.0, 1.0], 4000, p=_weights(loss))
            pairs.append(_alarm(trial_begun(margin).better, values, ALPHA, least=FEWEST))
        found = [each for each in pairs if each is not None]
        name = f"worse by {loss:g}, margin {margin:g}"
        if loss == margin:
            yield "false promotions", name, len(found) / len(pairs), ALPHA
            yield "false promotions, 95 % interval to", name, exact(len(found), len(pairs), 0.95).high, ALPHA
        else:
            yield "promoted within 4,000 pairs", name, len(found) / len(pairs), float("nan")
            if found:
                yield "pairs until promoted, median", name, float(np.median(found)), float("nan")


def _weights(loss: float) -> list[float]:
    return [0.1 + loss / 2, 0.8, 0.1 - loss / 2]


def _alarm(wager: Wager, values: Floats, alpha: float, *, least: int = 0) -> int | None:
    """After how many observations the hypothesis is rejected; `None`: it is not."""
    for start in range(0, len(values), _STEP):
        wager = wager.after(values[start : start + _STEP])
        if wager.seen >= least and wager.rejects(alpha):
            return wager.seen
    return None


def _differs(table: dict[str, dict[str, list[str]]], kept: str, stronger: str) -> Bools:
    differ: Bools = np.array(table[kept]["answer"]) != np.array(table[stronger]["answer"])
    return differ
