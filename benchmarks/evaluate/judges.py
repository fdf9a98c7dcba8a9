"""Whether certification tells good judges from bad ones, on the pairs of LLMBar.

Judges are played, not asked: each is a chance to be right and a habit that it falls into so often instead. Errors are
drawn anew for every order, or stay the same in both. Every judge is certified with many seeds, on all pairs and on the
natural ones alone; what is told is how often it passed, beside what it has to.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from benchmarks.goals import Row
from freehold.evaluate.judges import enough, gold
from freehold.evaluate.judges.certify import certificate
from freehold.evaluate.judges.model import Certification, Gold, Heard, Judge, Pair, Thresholds

FOLDER = "evaluate/llmbar"
FILES = ("Natural.json", "Adversarial_Neighbor.json", "Adversarial_GPTInst.json")
SEEDS = 300

Habit = Callable[[str, str, random.Random], float]
"""How much it takes the answer shown first for the better, of the two as they are shown."""


def shown_first(_first: str, _second: str, _random: random.Random) -> float:
    """Whatever stands first."""
    return 1.0


def shown_second(_first: str, _second: str, _random: random.Random) -> float:
    """Whatever stands second."""
    return 0.0


def longer(first: str, second: str, _random: random.Random) -> float:
    """The longer one; a tie where they are of one length."""
    return (1 + (len(first) > len(second)) - (len(first) < len(second))) / 2


def shorter(first: str, second: str, random: random.Random) -> float:
    """The shorter one."""
    return 1 - longer(first, second, random)


def at_random(_first: str, _second: str, random: random.Random) -> float:
    """Either."""
    return float(random.random() < 0.5)


def tie(_first: str, _second: str, _random: random.Random) -> float:
    """Neither, always."""
    return 0.5


class Played(msgspec.Struct, frozen=True):
    """A judge: it follows its habit so often, is off format so often, and is right so often of the rest."""

    name: str
    right: float
    goal: float
    """How often it is to pass; no number where it lies between, and no outcome is asked for."""
    habit: Habit = at_random
    often: float = 0.0
    off: float = 0.0
    steady: bool = False
    """It errs about a pair in both orders or in neither."""

    def hear(self, pair: Pair, random: random.Random) -> Heard:
        """What it says of the first answer, in its order and swapped."""
        right = random.random() < self.right
        there = self._say(pair.first, pair.second, right == (pair.better == 1), random)
        if not self.steady:
            right = random.random() < self.right
        back = self._say(pair.second, pair.first, right == (pair.better == 2), random)
        return Heard((there, None if back is None else 1 - back))

    def _say(self, first: str, second: str, takes_first: bool, random: random.Random) -> float | None:
        if random.random() < self.off:
            return None
        if random.random() < self.often:
            return self.habit(first, second, random)
        return float(takes_first)


JUDGES = (
    Played("right 95 %", 0.95, 1.0),
    Played("right 90 %", 0.90, 1.0),
    Played("right 85 %", 0.85, 1.0),
    Played("right 90 %, alike in both orders", 0.90, 1.0, steady=True),
    Played("right 80 %", 0.80, math.nan),
    Played("right 75 %", 0.75, math.nan),
    Played("right 65 %", 0.65, 0.0),
    Played("at random", 0.5, 0.0, at_random, 1.0),
    Played("always first", 0.9, 0.0, shown_first, 1.0),
    Played("always second", 0.9, 0.0, shown_second, 1.0),
    Played("always longer", 0.9, 0.0, longer, 1.0),
    Played("always shorter", 0.9, 0.0, shorter, 1.0),
    Played("always a tie", 0.9, 0.0, tie, 1.0),
    Played("first in half, else right 95 %", 0.95, 0.0, shown_first, 0.5),
    Played("first in 30 %, else right 95 %", 0.95, 0.0, shown_first, 0.3),
    Played("longer in half, else right 95 %", 0.95, 0.0, longer, 0.5),
    Played("longer in 30 %, else right 95 %", 0.95, 0.0, longer, 0.3),
    Played("off format in 20 %, else right 95 %", 0.95, 0.0, off=0.2),
)


def read(folder: Path, names: Sequence[str] = FILES) -> tuple[Gold, ...]:
    """LLMBar's pairs."""
    rows = [row for name in names for row in json.loads((folder / name).read_text("utf-8"))]
    return gold.read(rows)[0]


def passes(judge: Played, found: Sequence[Gold], seed: int, thresholds: Thresholds) -> bool:
    """Whether it is certified with this seed."""
    drawn = random.Random(seed)
    heard = [judge.hear(each, drawn) for each in found if isinstance(each, Pair)]
    named = Judge("played", "pairwise", "played", "Which is better?")
    begun = Certification("ct_0", named, "key", "running", 0, tuple(found), thresholds)
    return certificate(begun, heard).passed


def run(data: Path) -> Iterator[Row]:
    """Measure, row by row; raises `FileNotFoundError` where the pairs are not there."""
    thresholds = Thresholds()
    for name, files in {"all": FILES, "natural": FILES[:1]}.items():
        found = read(data / FOLDER, files)
        enough.check(found, thresholds)
        for judge in JUDGES:
            passed = sum(passes(judge, found, seed, thresholds) for seed in range(SEEDS))
            yield f"certified, LLMBar, {name} ({len(found)} pairs)", judge.name, passed / SEEDS, judge.goal
