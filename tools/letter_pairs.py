"""Count how often a letter follows another in words, as the table in ``freehold/guards/secrets/letters.py``.

    python tools/letter_pairs.py FOLDER...

Reads every ``.py``, ``.js``, ``.md``, ``.txt`` and ``.json`` file of the folders. Each different word counts once, so
that the words of code are heard beside the commonest ones of prose. Prints a row for each first letter: for each second
letter a digit, how many bits likelier the pair is than two letters drawn at random, plus 5, from 0 to 9.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

ENDINGS = frozenset({".py", ".js", ".md", ".txt", ".json"})
WORD = re.compile(r"[A-Za-z]{3,24}")
LARGEST = 400_000
"""Characters read of one file: what is longer is data, not words."""


def words(folders: list[Path]) -> Iterator[str]:
    """The words of every readable file, in small letters, as often as they come."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix in ENDINGS and path.is_file():
                text = path.read_text("utf-8", errors="ignore")[:LARGEST]
                yield from (word.lower() for word in WORD.findall(text))


def table(distinct: set[str]) -> list[str]:
    """A row of 26 digits for each letter that may come first."""
    pairs = Counter(first + second for word in distinct for first, second in pairwise(word))
    all_pairs = sum(pairs.values()) + len(ascii_lowercase) ** 2
    return ["".join(_digit(pairs[a + b] + 1, all_pairs) for b in ascii_lowercase) for a in ascii_lowercase]


def _digit(count: int, all_pairs: int) -> str:
    likelier = math.log2(count / all_pairs * len(ascii_lowercase) ** 2)
    return str(min(9, max(0, round(likelier + 5))))


if __name__ == "__main__":
    print("\n".join(table(set(words([Path(each) for each in sys.argv[1:]])))))
