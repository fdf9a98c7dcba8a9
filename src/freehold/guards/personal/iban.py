"""International bank account numbers (ISO 13616): a country, the length it uses, and a remainder of 1 by 97."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, listed, words

LENGTHS = {
    entry[:2]: int(entry[2:])
    for entry in listed(
        """
        AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20
        EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30
        KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23
        PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26
        UA29 VA22 VG24 XK20 YE30
        """
    )
}
"""Characters of an account number, by country: SWIFT's IBAN registry."""
_CHECK = re.compile(r"[0-9](?<=[A-Za-z]{2}[0-9])(?<!\w[A-Za-z]{2}[0-9])[0-9](?=[ \u00a0-]?[A-Za-z0-9])")
"""The check digits behind a country, found from the digit on, since most letters are those of words."""

_WHOLE = re.compile(r"[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{11,30}(?![\w-])")
_CONTEXT = words(
    "iban", "account|bank|transfer|konto|überweis|compte|virement|cuenta|transferencia|conto|bonifico|rekening"
)


def find_ibans(reading: Reading) -> Iterator[Span]:
    """Every account number, written together or in groups. The words behind it are not read as part of it."""
    text = reading.text
    for match in _CHECK.finditer(text):
        start = match.start() - 2
        length = LENGTHS.get(text[start : start + 2].upper())
        end = _end(text, start, length) if length else None
        if end and passes_97(text[start:end]):
            yield Span(start, end, "iban", 0.99, "iban")
        elif length and (whole := _stated(reading, start)):
            yield Span(start, whole, "iban", 0.8, "iban-context")


def _stated(reading: Reading, start: int) -> int | None:
    """Where a number of another length ends that a word calls an account's, if its check digits hold all the same."""
    whole = _WHOLE.match(reading.text, start)
    if whole and passes_97(whole[0]) and reading.near(_CONTEXT, start, whole.end()):
        return whole.end()
    return None


def passes_97(written: str) -> bool:
    """Whether a number's check digits hold, by MOD 97-10 of ISO/IEC 7064."""
    number = "".join(filter(str.isalnum, written)).upper()
    return int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97 == 1


def _end(text: str, start: int, length: int) -> int | None:
    """Where `length` letters and digits that begin at `start` end, single spaces and dashes between them apart."""
    at, left = start, length
    while left and at < len(text):
        letter = text[at]
        if letter.isascii() and letter.isalnum():
            left -= 1
        elif letter not in " -\u00a0" or text[at - 1] in " -\u00a0":
            return None
        at += 1
    follows = text[at : at + 1]
    return None if left or follows.isalnum() or follows == "_" else at
