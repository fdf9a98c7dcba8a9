"""Votes of an arena whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from freehold.evaluate.arena.model import Choice, Side, Style, Vote


def vote(
    left: str,
    right: str,
    choice: Choice,
    *,
    number: int = 0,
    key: str = "k1",
    styles: tuple[Style, Style] = (Style(100), Style(100)),
) -> Vote:
    """One vote between two subjects."""
    sides = [
        Side(f"rq_{number}{mark}", name, name, style)
        for mark, name, style in zip("lr", (left, right), styles, strict=True)
    ]
    return Vote(f"vo_{number}", number, key, sides[0], sides[1], choice)


def tally(wins: Mapping[tuple[str, str], int], keys: Sequence[str] = ("k1", "k2", "k3")) -> list[Vote]:
    """So many votes in which the first of a pair won over the second, by turns left and right."""
    found: list[Vote] = []
    for (winner, loser), many in wins.items():
        for _ in range(many):
            number = len(found)
            pair = (winner, loser, "left") if number % 2 else (loser, winner, "right")
            found.append(vote(pair[0], pair[1], pair[2], number=number, key=keys[number % len(keys)]))  # type: ignore[arg-type]
    return found


def drawn(
    rng: np.random.Generator, strengths: Mapping[str, float], size: int, *, ties: float = 0.0, length: float = 0.0
) -> list[Vote]:
    """Votes as Bradley and Terry have them; `length` is what a logarithm of length adds to the log-odds."""
    names = list(strengths)
    found = []
    for number in range(size):
        one, other = rng.permutation(len(names))[:2]
        styles = Style(int(rng.lognormal(5, 0.7)) + 1), Style(int(rng.lognormal(5, 0.7)) + 1)
        style = length * float(np.log(styles[0].length / styles[1].length))
        chance = 1 / (1 + np.exp(strengths[names[other]] - strengths[names[one]] - style))
        choice: Choice = "tie" if rng.random() < ties else "left" if rng.random() < chance else "right"
        found.append(vote(names[one], names[other], choice, number=number, key=f"k{number % 7}", styles=styles))
    return found
