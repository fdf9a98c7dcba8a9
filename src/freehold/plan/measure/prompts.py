"""Prompts that mean nothing, tell nobody anything, and that no cache has seen."""

from __future__ import annotations

import random

COMMON = """
    apple boat bread bridge chair city cloud corn door field fish floor flower forest garden glass gold grass hand hill
    horse house iron island lake leaf light milk moon mountain paper path rain river road rock room salt sand school
    ship snow star stone street sun table tower tree village wall water wheel wind window winter wood year
"""
WORDS = COMMON.split()
"""Each of them most tokenizers take as one token."""

REQUEST = "Write a long story with these words, one sentence for each, and do not stop early:"


def prompt_of(tokens: int, chance: random.Random) -> str:
    """A prompt of about so many tokens; two of them differ from the first words on.

    >>> len(prompt_of(50, random.Random(1)).split())
    50
    """
    asked = REQUEST.split()
    kept = max(tokens - len(asked), 2)
    words = chance.choices(WORDS, k=kept)
    return " ".join([*words[: kept // 2], *asked, *words[kept // 2 :]])
