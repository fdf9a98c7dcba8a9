"""Words that look like names and are none: coined of two or three syllables, for people of any sex.

They serve as first and last names alike, so that a name of which only a part is known gets the same stand-in as later
the whole of it. Being no words, they do not turn up by themselves in what a model writes.
"""

from __future__ import annotations

from itertools import product

from freehold.guards.pseudonyms.conversation import Draw

_HEADS = (
    "Ald", "Arv", "Bel", "Bren", "Cal", "Cor", "Dav", "Del", "Dor", "Elv", "Esk", "Fal", "Fen", "Gal", "Gren", "Hal",
    "Hesk", "Ild", "Jar", "Jos", "Kel", "Kesk", "Lan", "Lor", "Mar", "Mell", "Mor", "Nel", "Nor", "Orv", "Pell",
    "Quen", "Ral", "Rend", "Rosk", "Sal", "Selv", "Sorr", "Tal", "Tev", "Tor", "Ulm", "Val", "Ver", "Wal", "Wend",
    "Yar", "Zell",
)  # fmt: skip
_MIDDLES = ("", "a", "e", "i", "o", "an", "en", "er", "in", "il", "ov")
_TAILS = (
    "bray", "combe", "dane", "denby", "drick", "dwyn", "farne", "feld", "gard", "garrow", "gill", "holm", "keth",
    "kirk", "lane", "larth", "lend", "lorne", "march", "merrow", "mond", "nard", "nick", "quill", "rane", "reth",
    "ridge", "sby", "sett", "sley", "sted", "strand", "thorpe", "tane", "vale", "vard", "vell", "wick", "worth", "wold",
)  # fmt: skip

COUNT = len(_HEADS) * len(_MIDDLES) * len(_TAILS)


def coin(draw: Draw) -> str:
    """One of them, with a capital."""
    return draw.of(_HEADS) + draw.of(_MIDDLES) + draw.of(_TAILS)


def every() -> list[str]:
    """All that `coin` can give."""
    return ["".join(parts) for parts in product(_HEADS, _MIDDLES, _TAILS)]
