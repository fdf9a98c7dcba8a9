"""Characters that look like an ASCII letter, digit or mark, or like nothing at all, and what a reader takes them for.

Compatibility forms (full-width, mathematical, circled, superscript, ligatures) are those of Unicode's NFKC (UAX #15),
decimal digits of all scripts those of the character database. The letters of other scripts are written out here after
the idea of UTS #39, "confusable": for a token what counts is what it is read as, not what it sounds like.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LETTERS = {
    # Cyrillic
    "АВЕЗКМНОРСТУХЅІЈԌԚԜҮЬӀԀ": "ABE3KMHOPCTYXSIJGQWYbID",
    "аеорсухѕіјԁԛԝѵһӏгкмтпвьԍүʏ": "aeopcyxsijdqwvhlrkmtnBbgyy",
    # Greek
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ": "ABEZHIKMNOPTYXCM",
    "αβεγικνορστυχωϲϳη": "aBeyikvopotuxwcjn",
    # Armenian
    "ՕՍՏԼօոսհցզյ": "OUSLonuhgqj",
    # Cherokee, Lisu
    "ᎪᏴᏟᎬᏀᎻᎫᏦᏞᎷᏢᏚᎢᏙᎳᏃᎡᎤ": "ABCEGHJKLMPSTVWZRO",
    "ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ": "ABCDEFGHIJKLMNOPRSTUVWXYZ",
    # Latin: small capitals, and letters without a dot or with a stroke
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢ": "abcdefghijklmnoprstuvwz",
    "ɑɡıȷƖǀſ": "agijlls",
    # Marks that are no compatibility forms
    "−⁃➖➕∕⁄⧸ː։׃∶꞉。｡ꓸ۔٪": "---+///:::::....%",
}
_FOLDED = {ord(odd): plain for row, plains in _LETTERS.items() for odd, plain in zip(row, plains, strict=True)}
_FOLDED |= {0x1F1E6 + number: chr(ord("A") + number) for number in range(26)}
"""Regional indicators, of which flags are made."""
for _first in (0x1F150, 0x1F170):
    # Letters on a dark ground, round and square.
    _FOLDED |= {_first + number: chr(ord("A") + number) for number in range(26)}

_INVISIBLE = frozenset(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *(*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
        # Accents that stand by themselves; those of a letter's own are one character with it.
        *(*range(0x0300, 0x0370), *range(0x1AB0, 0x1B00), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x2100)),
    ]
)
"""Characters that show nothing, and are no format characters (category Cf) by the database."""

_TAGS = range(0xE0020, 0xE007F)
_SELECTORS = {**{0xFE00 + byte: byte for byte in range(16)}, **{0xE0100 + byte: 16 + byte for byte in range(240)}}


@lru_cache(maxsize=4096)
def folded(character: str) -> str:
    r"""What one character is read as: itself, others, or nothing.

    >>> folded("\N{CYRILLIC SMALL LETTER A}"), folded("\N{FULLWIDTH COMMERCIAL AT}"), folded("\N{ZERO WIDTH SPACE}")
    ('a', '@', '')
    """
    code = ord(character)
    if code in _FOLDED:
        return _FOLDED[code]
    category = unicodedata.category(character)
    if category == "Cf" or code in _INVISIBLE or (category == "Cc" and character not in "\t\n\r"):
        return ""
    if category == "Pd":
        return "-"
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain == character or len(plain) > 1 else folded(plain)


def is_hidden(character: str) -> bool:
    """Whether it is of those that show nothing and yet can spell: tags, and variation selectors."""
    return ord(character) in _TAGS or ord(character) in _SELECTORS


def spelled(text: str) -> str:
    """What a run of characters that show nothing spells: tags stand for ASCII, variation selectors for bytes."""
    codes = [ord(character) for character in text]
    plain = "".join(chr(code - 0xE0000) for code in codes if code in _TAGS)
    return plain + bytes(_SELECTORS[code] for code in codes if code in _SELECTORS).decode("utf-8", "ignore")
