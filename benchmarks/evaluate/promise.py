"""What a promise costs and how often it is broken, over re-splits of measured outcomes, beside plainer ways to it.

The outcomes are those of Zellinger and Thomson on MMLU (``route/mmlu_confidence``): of each model its answer letter,
the log probability of that token and whether it is right. Each re-split draws the calibration questions at random from
the ``test`` part; escalation and harm are counted on all others.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.goals import Row
from freehold.catalog.promises import Screen
from freehold.evaluate.promise.bounds import most_harms
from freehold.evaluate.promise.choose import Aim, choose
from freehold.evaluate.promise.score import Score
from freehold.evaluate.promise.table import Bools, Outcomes
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.proportion import exact
from freehold.policy.keeping import LEAST_ODDS, support

FILE = Path("route/mmlu_confidence/outcomes.csv.gz")
VOICES, STRONGER = ("llama3.1-8b", "llama3.1-70b"), "gpt-4o"
AIM = Aim(0.02, 0.9)
QUESTIONS = 500
SPLITS = 1000
OTHERS: tuple[tuple[tuple[str, ...], str, float], ...] = (
    (("llama3.1-8b", "llama3.1-70b"), "llama3.1-405b", 0.02),
    (("llama3.1-8b", "qwen2.5-32b-coder-instruct"), "gpt-4o", 0.02),
    (("llama3.1-8b", "qwen2.5-32b-coder-instruct", "llama3.1-70b"), "gpt-4o", 0.02),
    (("llama3.2-3b", "llama3.1-8b"), "llama3.1-70b", 0.05),
    (("llama3.2-1b", "llama3.2-3b"), "llama3.1-8b", 0.05),
)
"""Other routes, with the harm that leaves them something to keep."""

Rule = Callable[[Outcomes, Aim], Callable[[Outcomes], Bools]]
"""Takes calibration questions, gives what says of others which are kept."""


def run(data: Path) -> Iterator[Row]:
    """Measure, row by row; raises `FileNotFoundError` where the outcomes are not there."""
    table = read(data / FILE, "test")
    outcomes = outcomes_of(table, VOICES, STRONGER)
    ours = over(outcomes, promised, AIM)
    for name, rule in {**PLAIN, "no labels but the bound's": unlearned_only}.items():
        theirs = over(outcomes, rule, AIM)
        yield from _rows(name, theirs, AIM)
        less = theirs[0] - ours[0]
        error = 1.96 * float(less.std()) / np.sqrt(len(less))
        yield "escalated less by the promise, mean from", name, float(less.mean()) - error, 0.0
        yield "escalated less by the promise, mean to", name, float(less.mean()) + error, 0.0
        yield "escalated less by the promise, 2.5 % of splits", name, float(np.quantile(less, 0.025)), 0.0
        yield "escalated less by the promise, mean", name, float(less.mean()), 0.0
        yield "escalated less by the promise, 97.5 % of splits", name, float(np.quantile(less, 0.975)), 0.0
    yield from _rows("the promise", ours, AIM)
    yield from _rows("uncorrected threshold", over(outcomes, uncorrected, AIM), AIM)
    for size in (200, 300, 1000):
        yield from _rows(f"the promise, {size} questions", over(outcomes, promised, AIM, size=size, splits=300), AIM)
    for voices, stronger, harm in OTHERS:
        name = f"{'+'.join(voice.split('-')[1] for voice in voices)} > {stronger}"
        other = outcomes_of(table, voices, stronger)
        yield from _rows(name, over(other, promised, Aim(harm), splits=300), Aim(harm))
        yield from _rows(f"{name}, plain", over(other, PLAIN["plain, halves"], Aim(harm), splits=300), Aim(harm))


def _rows(name: str, found: tuple[Floats, Floats], aim: Aim) -> Iterator[Row]:
    escalated, harm = found
    broken = exact(int((harm > aim.harm).sum()), len(harm), 0.95)
    yield "share escalated", name, float(escalated.mean()), float("nan")
    yield "promise broken", name, broken.value, 1 - aim.confidence
    yield "promise broken, 95 % interval from", name, broken.low, 1 - aim.confidence
    yield "promise broken, 95 % interval to", name, broken.high, 1 - aim.confidence


def over(
    outcomes: Outcomes, rule: Rule, aim: Aim, *, size: int = QUESTIONS, splits: int = SPLITS
) -> tuple[Floats, Floats]:
    """The share escalated and the harm on the questions left over, re-split by re-split, alike for every rule."""
    found = np.empty((2, splits))
    for number in range(splits):
        order = np.random.default_rng(number).permutation(outcomes.size)
        rest = outcomes.part(order[size:])
        kept = rule(outcomes.part(order[:size]), aim)(rest)
        found[:, number] = 1 - kept.mean(), (kept & rest.harm()).mean()
    return found[0], found[1]


def promised(outcomes: Outcomes, aim: Aim) -> Callable[[Outcomes], Bools]:
    """Freehold's own."""
    keeping = choose(outcomes, aim).keeping

    def kept(others: Outcomes) -> Bools:
        passes = others.usable.copy()
        for screen in (*keeping.screens, Screen(keeping.terms, keeping.intercept, keeping.threshold)):
            logits = np.clip(Score(screen.terms, screen.intercept)(others), -700, 700)
            passes &= 1 / (1 + np.exp(-logits)) >= screen.threshold
        return passes

    return kept


def plain(split: int, columns: Callable[[Outcomes], Floats]) -> Rule:
    """A logistic regression of right and wrong on the first `split` questions, its threshold promised on the others."""

    def rule(outcomes: Outcomes, aim: Aim) -> Callable[[Outcomes], Bools]:
        taught, counted = outcomes.part(np.arange(split)), outcomes.part(np.arange(split, outcomes.size))
        score = _logistic(columns(taught), taught.right[taught.last])
        least = _least(score(columns(counted)), counted, aim)
        return lambda others: score(columns(others)) > least

    return rule


def unlearned_only(outcomes: Outcomes, aim: Aim) -> Callable[[Outcomes], Bools]:
    """The kept voice's confidence alone: nothing is learned, and every question counts in the bound."""
    name = f"confidence:{outcomes.last}"
    least = _least(outcomes.measures[name], outcomes, aim)
    return lambda others: others.measures[name] > least


def uncorrected(outcomes: Outcomes, aim: Aim) -> Callable[[Outcomes], Bools]:
    """The threshold at which the harm on the very same questions is just what was asked for."""
    score = _logistic(odds(outcomes), outcomes.right[outcomes.last])
    found = np.sort(score(odds(outcomes))[outcomes.harm()])[::-1]
    allowed = int(aim.harm * outcomes.size)
    least = found[allowed] if len(found) > allowed else -np.inf
    return lambda others: score(odds(others)) > least


def _least(scores: Floats, outcomes: Outcomes, aim: Aim) -> float:
    """The score that an answer must be above, so that the promise holds by fixed-sequence testing."""
    allowed = most_harms(outcomes.size, aim.harm, aim.confidence, aim.horizon)
    harmed = np.sort(scores[outcomes.harm()])[::-1]
    if allowed < 0:
        return np.inf
    return float(harmed[allowed]) if len(harmed) > allowed else -np.inf


def odds(outcomes: Outcomes) -> Floats:
    """Log odds of every voice's confidence, and whether all agree."""
    return np.column_stack(
        [_logit(outcomes.measures[f"confidence:{voice}"]) for voice in outcomes.voices] + _agreed(outcomes)
    )


def probabilities(outcomes: Outcomes) -> Floats:
    """Every voice's confidence as it is, and whether all agree."""
    return np.column_stack([outcomes.measures[f"confidence:{voice}"] for voice in outcomes.voices] + _agreed(outcomes))


PLAIN: Mapping[str, Rule] = {
    "plain, halves": plain(250, odds),
    "plain, 227 to learn": plain(227, odds),
    "plain, 155 to learn": plain(155, odds),
    "plain, 84 to learn": plain(84, odds),
    "plain on probabilities, halves": plain(250, probabilities),
    "plain on probabilities, 155 to learn": plain(155, probabilities),
}
"""The task is the same for all questions here. What is left to count is just enough for one more harm each time."""


def _agreed(outcomes: Outcomes) -> list[Floats]:
    return [outcomes.measures[f"likeness:{voice}"] for voice in outcomes.voices[:-1]]


def _logit(probability: Floats) -> Floats:
    bounded = np.clip(probability, LEAST_ODDS, 1 - LEAST_ODDS)
    return np.asarray(np.log(bounded) - np.log1p(-bounded))


def _logistic(columns: Floats, right: Bools) -> Callable[[Floats], Floats]:
    """Ridge of 1 on standardised columns, by Newton's method."""
    middle, spread = columns.mean(0), columns.std(0) + 1e-9

    def standard(values: Floats) -> Floats:
        return np.column_stack([np.ones(len(values)), (values - middle) / spread])

    design, penalty = standard(columns), np.r_[1e-3, np.ones(columns.shape[1])]
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        chances = 1 / (1 + np.exp(-np.clip(design @ weights, -35, 35)))
        curve = np.maximum(chances * (1 - chances), 1e-5)
        step = np.linalg.solve(
            (design * curve[:, None]).T @ design + np.diag(penalty), design.T @ (right - chances) - penalty * weights
        )
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return lambda values: np.asarray(standard(values) @ weights)


def read(file: Path, split: str) -> dict[str, dict[str, list[str]]]:
    """The columns of each model, question by question."""
    table: dict[str, dict[str, list[str]]] = {}
    with gzip.open(file, "rt", newline="") as lines:
        for row in sorted(_of(csv.DictReader(lines), split), key=lambda row: int(row["qid"])):
            columns = table.setdefault(row["model"], {})
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
    return table


def _of(rows: Iterable[dict[str, str]], split: str) -> Iterator[dict[str, str]]:
    return (row for row in rows if row["split"] == split)


def outcomes_of(table: Mapping[str, Mapping[str, list[str]]], voices: Sequence[str], stronger: str) -> Outcomes:
    """What these models came to on all questions."""
    measures: dict[str, Floats] = {}
    for voice in voices:
        measures[f"confidence:{voice}"] = np.exp(np.array(table[voice]["raw_logconf"], dtype=float))
    for voice in voices[:-1]:
        same = np.array(table[voice]["answer"]) == np.array(table[voices[-1]]["answer"])
        sure = measures[f"confidence:{voice}"]
        measures[f"likeness:{voice}"] = same.astype(float)
        measures[f"support:{voice}"] = np.array([support(a, p) for a, p in zip(same * 1.0, sure, strict=True)])
    names = (*voices, stronger)
    return Outcomes(
        tuple(voices),
        stronger,
        {name: np.array(table[name]["correct"]) == "True" for name in names},
        measures,
        np.ones(len(table[stronger]["qid"]), dtype=bool),
        {name: np.array(table[name]["cost_usd"], dtype=float) for name in names},
    )
