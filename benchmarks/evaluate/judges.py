"""Whether certification tells good judges from bad ones: ``python -m benchmarks.evaluate.judges DIRECTORY``.

DIRECTORY holds LLMBar's pairs (github.com/princeton-nlp/LLMBar, MIT). Judges are played, not asked: each is a chance to
be right, with errors drawn anew for every order, and a habit that it falls into so often instead. Every judge is
certified with many seeds, on all pairs and on the natural ones alone.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from freehold.core.errors import Unprocessable
from freehold.evaluate.judges import enough, gold
from freehold.evaluate.judges.certify import certificate
from freehold.evaluate.judges.model import Certification, Gold, Heard, Judge, Pair, Thresholds

FILES = ("Natural.json", "Adversarial_Neighbor.json", "Adversarial_GPTInst.json")
SEEDS = 1000

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
    should_pass: bool | None
    """`None`: it lies between, and no outcome is asked for."""
    habit: Habit = at_random
    often: float = 0.0
    off: float = 0.0

    def hear(self, pair: Pair, random: random.Random) -> Heard:
        """What it says of the first answer, in its order and swapped."""
        there = self._say(pair.first, pair.second, pair.better == 1, random)
        back = self._say(pair.second, pair.first, pair.better == 2, random)
        return Heard((there, None if back is None else 1 - back))

    def _say(self, first: str, second: str, first_is_better: bool, random: random.Random) -> float | None:
        if random.random() < self.off:
            return None
        if random.random() < self.often:
            return self.habit(first, second, random)
        return float((random.random() < self.right) == first_is_better)


JUDGES = (
    Played("right 95 %", 0.95, True),
    Played("right 90 %", 0.90, True),
    Played("right 85 %", 0.85, True),
    Played("right 80 %", 0.80, None),
    Played("right 75 %", 0.75, None),
    Played("right 65 %", 0.65, False),
    Played("at random", 0.5, False, at_random, 1.0),
    Played("always first", 0.9, False, shown_first, 1.0),
    Played("always second", 0.9, False, shown_second, 1.0),
    Played("always longer", 0.9, False, longer, 1.0),
    Played("always shorter", 0.9, False, shorter, 1.0),
    Played("always a tie", 0.9, False, tie, 1.0),
    Played("first in half, else right 95 %", 0.95, False, shown_first, 0.5),
    Played("first in 30 %, else right 95 %", 0.95, False, shown_first, 0.3),
    Played("longer in half, else right 95 %", 0.95, False, longer, 0.5),
    Played("longer in 30 %, else right 95 %", 0.95, False, longer, 0.3),
    Played("off format in 20 %, else right 95 %", 0.95, False, off=0.2),
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a judge was told wrongly on all pairs more than once in a hundred."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    options = parser.parse_args(arguments)
    thresholds, wrong = Thresholds(), 0
    sets = {"all": read(options.folder), "natural": read(options.folder, FILES[:1])}
    for name, found in sets.items():
        try:
            enough.check(found, thresholds)
        except Unprocessable as error:
            print(f"{name}: {error.message}")
    print(f"| judge | has to | {' | '.join(f'passes, {name} ({len(found)})' for name, found in sets.items())} |")
    print(f"| --- | --- | {' | '.join('---' for _ in sets)} |")
    for judge in JUDGES:
        shares = [
            sum(passes(judge, found, seed, thresholds) for seed in range(options.seeds)) / options.seeds
            for found in sets.values()
        ]
        asked = {True: "pass", False: "fail", None: "-"}[judge.should_pass]
        print(f"| {judge.name} | {asked} | {' | '.join(f'{share:.1%}' for share in shares)} |", flush=True)
        if judge.should_pass is not None and abs(shares[0] - judge.should_pass) > 0.01:
            wrong += 1
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
