"""Whether a broken promise is noticed, an unbroken one left alone, and no candidate promoted that is worse.

    python -m benchmarks.evaluate --only watch

Promises are calibrated on the ``train`` part of measured outcomes (``route/mmlu_confidence``) and used on its ``test``
part, which is shifted, in streams drawn at random. Beside Freehold's rule is the threshold without a correction: the
shift seldom breaks the first, and what is not broken cannot be noticed. Each request is audited if its answer is kept.
Harm is measured as it is (``known``), and as a difference from the stronger target's answer (``differs``), with the
correction that the calibration's own differences teach, and by a simulated judge of these
(``judged``). All else is simulated. About two minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.evaluate.promise import FILE, Rule, outcomes_of, promised, read, uncorrected
from benchmarks.goals import Row
from freehold.evaluate.promise.choose import Aim, choose
from freehold.evaluate.promise.score import Score
from freehold.evaluate.promise.table import Bools, Outcomes
from freehold.evaluate.promote.trial import FEWEST
from freehold.evaluate.promote.trial import begun as trial_begun
from freehold.evaluate.statistics.betting import Wager
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.proportion import exact
from freehold.evaluate.watch.canaries import FEWEST as FEWEST_ANSWERS
from freehold.evaluate.watch.canaries import Canary, Reply
from freehold.evaluate.watch.health import Correction, begun, corrected, judged, looked

ALPHA = 0.05
STREAMS = 200
REQUESTS = 4000
"""Of the shifted part, drawn with replacement, in each stream."""
JUDGE = 0.85
"""How often a simulated judge of pairs is right."""
WITHIN = 400
"""Audited answers within which a broken promise is to be noticed."""
ROUTES: tuple[tuple[tuple[str, ...], str, float], ...] = (
    (("llama3.1-8b", "llama3.1-70b"), "gpt-4o", 0.02),
    (("llama3.1-8b", "llama3.1-70b"), "gpt-4o", 0.05),
    (("qwen2.5-32b-coder-instruct",), "gpt-4o", 0.02),
    (("llama3.1-8b", "qwen2.5-32b-coder-instruct"), "gpt-4o", 0.03),
)
RULES: dict[str, Rule] = {"promise": promised, "uncorrected": uncorrected}
_STEP = 10
"""Observations from one look to the next, which makes the audits until an alarm a little too many."""


def run(data: Path) -> Iterator[Row]:
    """Measure, row by row; raises `FileNotFoundError` where the outcomes are not there."""
    yield from _shifted(data / FILE)
    yield from _false_alarms()
    yield from _canaries()
    yield from _promotions()


def _shifted(file: Path) -> Iterator[Row]:
    tables = {part: read(file, part) for part in ("train", "test")}
    for voices, stronger, harm in ROUTES:
        taught, used = (outcomes_of(tables[part], voices, stronger) for part in ("train", "test"))
        differ = {part: _differs(tables[part], voices[-1], stronger) for part in tables}
        for name, rule in RULES.items():
            rule_of = rule(taught, Aim(harm, 0.9))
            before, kept = rule_of(taught), rule_of(used)
            harmless = int((before & differ["train"] & ~taught.harm()).sum())
            learned = corrected(harmless, int((before & taught.harm()).sum()), taught.size, ALPHA / 2)
            method = f"{name} {harm:.0%} {voices[-1].split('-')[1]}"
            does = kept & used.harm()
            shares = _shares(taught, used, Aim(harm, 0.9)) if name == "promise" else np.ones(used.size)
            yield "true harm on the shifted part", method, float(does.mean()), harm
            yield from _noticed(f"{method} known", does, kept, does, shares, harm, ALPHA, Correction())
            told = np.random.default_rng(1).random(used.size) < JUDGE
            said = kept & differ["test"] & np.where(used.harm(), told, ~told)
            sure = judged(learned, JUDGE)
            yield from _noticed(f"{method} judged", said, kept, does, shares, harm, ALPHA / 2, sure)
            yield from _noticed(
                f"{method} differs", kept & differ["test"], kept, does, shares, harm, ALPHA / 2, learned
            )


def _noticed(
    method: str,
    measured: Bools,
    kept: Bools,
    does: Bools,
    shares: Floats,
    harm: float,
    alpha: float,
    correction: Correction,
) -> Iterator[Row]:
    """How often and how soon an alarm comes over `REQUESTS` of the shifted part, and what harm is left."""
    at, audited, left = [], [], []
    for seed in range(STREAMS):
        random = np.random.default_rng(seed)
        drawn = random.integers(len(kept), size=REQUESTS)
        looked_at = (random.random(REQUESTS) < shares[drawn]) & kept[drawn]
        values = measured[drawn] * looked_at / shares[drawn]
        alarm = _alarm(begun("pr", "auto", harm, alpha, correction).wager, values, alpha)
        seen = REQUESTS if alarm is None else alarm
        at.append(alarm)
        audited.append(int(looked_at[:seen].sum()))
        left.append(float(does[drawn[:seen]].sum() / REQUESTS))
    found = np.array([each is not None for each in at])
    soon = found & (np.array(audited) <= WITHIN)
    broken = bool(does.mean() > harm)
    yield "alarms", method, float(found.mean()), 1.0 if broken else ALPHA
    yield f"alarms within {WITHIN} audited answers", method, float(soon.mean()), 1.0 if broken else ALPHA
    if found.any():
        yield "audited answers until the alarm, median", method, float(np.median(np.array(audited)[found])), WITHIN
    yield "harm of all 4,000 requests, 95 % of streams", method, float(np.quantile(left, 0.95)), harm + 0.01


def _shares(taught: Outcomes, used: Outcomes, aim: Aim) -> Floats:
    """With which chance each answer is looked at."""
    keeping = choose(taught, aim).keeping
    chances = 1 / (1 + np.exp(-np.clip(Score(keeping.terms, keeping.intercept)(used), -700, 700)))
    return np.array([looked(float(chance), keeping.threshold) for chance in chances])


def _false_alarms() -> Iterator[Row]:
    """At the very edge of the promise, over 2,000 requests each; then at once, twice and thrice that."""
    for times in (1.0, 1.5, 2.0, 3.0, 5.0):
        alarms = []
        for seed in range(STREAMS * (2 if times == 1 else 1)):
            values = (np.random.default_rng(seed).random(2000) < 0.02 * times).astype(float)
            alarms.append(_alarm(begun("pr", "auto", 0.02, ALPHA).wager, values, ALPHA))
        found = [each for each in alarms if each is not None]
        name = f"harm {0.02 * times:.3g}, promised 0.02"
        if times == 1:
            yield "false alarms", name, len(found) / len(alarms), ALPHA
            yield "false alarms, 95 % interval to", name, exact(len(found), len(alarms), 0.95).high, ALPHA
        else:
            yield "alarms within 2,000 chosen requests", name, len(found) / len(alarms), float("nan")
            if found:
                yield "chosen requests until the alarm, median", name, float(np.median(found)), float("nan")


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
