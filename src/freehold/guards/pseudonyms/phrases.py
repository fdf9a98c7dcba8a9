"""Which words of a name, a firm or an address say who or where, and which only of what sort it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from freehold.guards.dress import in_case
from freehold.guards.letters import folded

WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")

OF_NAMES = frozenset(
    """
    mr mrs ms miss mx dr prof professor doctor sir dame lord lady rev father sister nurse herr frau mme mlle monsieur
    madame sr sra señor señora don doña signor signora dhr mevr jr snr ii iii iv md phd msc bsc esq
    van von der den de di da do dos das del della della la le el al bin ibn bint ben abu ter ten zu zum af av y e and
    """.split()  # noqa: SIM905  a list of words reads best as words
)
"""Titles and particles, folded: they stay."""

OF_PLACES = frozenset(
    """
    street st road rd avenue ave av lane ln drive dr way court ct square sq place pl close terrace crescent boulevard
    blvd highway hwy parkway row mews hill park gardens gate grove green walk quay flat apt apartment suite unit floor
    house building block room box po p.o county state north south east west upper lower new old saint lake river bay
    straße strasse str weg platz allee gasse ring ufer rue chemin impasse place quai cours via viale piazza corso
    calle avenida plaza paseo camino rua praça travessa laan straat plein gracht kade vägen gatan vej gade the of and
    ltd limited inc llc llp plc corp corporation co company group holding holdings gmbh ag kg se sa sas sarl spa srl bv
    nv oy ab as bank university college school academy institute hospital clinic surgery practice centre center church
    trust foundation association society union council ministry department office agency authority service services
    de la le les du des da do dos das del di der die das und et y en
    """.split()  # noqa: SIM905
)
"""Words of addresses and organisations that only say what it is, folded."""

ORDINARY = frozenset(
    """
    ace ash bay bob bud cox don fry gem hay jay key kit lot mac pat peg pip rod sue tad wit
    amber angel april art august baker banks bell best berg bill black blue bond bonds bow brook brooks brown bush
    butler carol cash chance chase christian church clay close cole cook cross day dawn dean drew drake earl east faith
    ford forest fox frank friend gay gene glen glory gold good grace grant gray green grove guy hall harmony harry hart
    hazel hill holly hope house hunt hunter ivy jack jade jasmine joy judge june justice king knight lake lane law lee
    lily long love major man marina mark marsh martin mason max may melody mercy miles miller mine moon moore moss
    nick noble north page park parker patience pearl penny piper pope porter potter power price prince ray reed rich
    river rob robin rock rocky rose ruby rush sage sandy scout sharp shepherd skip smith snow south star stone storm
    street summer sunny sun swift sydney taylor temple terry tiger tony turner van victor violet wade walker ward warren
    waters way weaver webb wells west white will wise wood woods wolf wright york young
    """.split()  # noqa: SIM905
)
"""Words that are names too: where they stand alone in small letters they are taken for words."""


COMMON = frozenset(
    """
    an as at be but by can do for go he her him his how if in is it may me my no not of on or our out say see she so
    ten the they to too up us was way we who why will with would you am are had has have its
    """.split()  # noqa: SIM905
)
"""Words so common that one which is a name, too, is taken for it only beside the rest of the name or a title."""


def renamed(text: str, kept: frozenset[str], name: Callable[[str], str]) -> tuple[str, dict[str, str]]:
    """A phrase with its telling words renamed, and those words with their stand-ins.

    Words in `kept`, initials and, in a text that is not all capitals, short words in capitals such as ``IL`` stay.
    """
    changes: dict[str, str] = {}
    shouted = text.isupper()

    def change(found: re.Match[str]) -> str:
        word = found[0]
        initial = word.isascii() and (len(word) == 1 or (len(word) == 2 and word.isupper() and not shouted))
        if initial or folded(word) in kept:
            return word
        changes[word] = in_case(word, "", name(word))
        return changes[word]

    return WORD.sub(change, text), changes
