"""Telephone numbers: a cheap pattern, then what the words around, the numbering plans and the way of writing say.

Digits in groups are mostly something else: dates, orders, cards, amounts, postcodes. So a number counts where it begins
with a plus and its plan knows it, where a word beside it says that it is one, or where it is grouped as its own country
groups numbers and valid there. `phonenumbers` decides what is valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, words

_NUMBER = re.compile(
    r"(?:[0-9]|\+(?=[0-9(])|\((?=\+?[0-9]))(?<![\w+(=#$€£/][+(0-9])(?<![0-9][.,:/-][0-9])(?<![0-9A-Za-z]-[0-9])\+?[0-9(]*"
    r"(?:[ .\-/()\u00a0\u2011\u2013]{0,2}[0-9]){5,17}(?: ?(?:x|ext\.?|extension|ext:|durchwahl|poste) ?[0-9]{1,6})?"
    r"(?![\w@%€$£]|[.,:/-][0-9]|-(?!office|fax|mobile|cell|home|work|desk)[a-z]| ?(?:%|€|usd|eur|kg|km|mb|gb|ms)\b)",
    re.IGNORECASE,
)
_SAID = words(
    "tel|call|called|dial|ring|text me|cell|mob|fax|sms|whatsapp|signal|answering|messages? to|my registered|viber"
    "|reach me|reach us|reach him|reach her|contact me|contact us|contact him|contact her|my number is|his number is"
    "|her number is|tfno|gsm|tlf|puh|nummer|numéro",
    "phon|telef|telep|téléph|mobil|handy|celular|cellul|móvil|komórk|rufnummer|hotline|puhelin|telf|телефон|моб|τηλ|電話"
    "|电话|전화|טלפון|هاتف|फ़ोन|โทร",
)
"""Words that speak of a call, in the sentence before a number."""
_BESIDE = re.compile(
    r"(?<!\w)(?:tel|[tpmfhwoc](?=[:.])|ph|phone|mobile|mob|cell|desk|fax|office|home|work|direct|main|landline)\W{0,4}\Z"
)
_BEHIND = re.compile(r"\W{0,3}(?:office|fax|mobile|mob|cell|home|work|desk|phone|tel|direct)(?![^\W\d_])")
_OTHERWISE = re.compile(
    r"(?<![^\W\d_])(?:orders?|invoice|ticket|case|ref|reference|tracking|isbn|issn|ean|sku|part|serial|model|version|v|rev"
    r"|build|account|acct|policy|zip|plz|postcode|customer|transaction|confirmation|card|iban|passport|licen[cs]e"
    r"|bestell\w*|rechnung\w*|kunden\w*|commande|facture|pedido|factura|ids?|ssn|bsn|pesel|nino|imei|vin|port|pid|line"
    r"|page|pp|timestamp|doi|rfc|cve|commit|issue|pr|bug|row|lat|lon)"
    r"(?: (?:no|nr|number|id|num|code))?(?: is| was)?\W{0,4}\Z"
)
"""Words right before digits that make them something else, whatever the sentence speaks of."""
_NEVER = re.compile(
    r"(?:19|20)[0-9]{2}([-./ ])[01]?[0-9]\1[0-3]?[0-9](?![0-9])|(?:19|20)[0-9]{2} ?[-–] ?(?:19|20)[0-9]{2}(?![0-9])"
    r"|[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9])"
)
"""Dates that begin with their year, spans of years, and US social security numbers."""
_HARDLY = re.compile(
    r"[0-3]?[0-9][-./][01]?[0-9][-./](?:19|20)?[0-9]{2}(?![0-9])|[0-9]{1,3}(?:\.[0-9]{1,3}){3}\Z"
    r"|[0-9]{1,3}(?:\.[0-9]{3})+\Z|[0-9]{1,3}(?: 000)+\Z|[0-9]+\.[0-9]+\Z"
)
"""Other dates, addresses of machines, thousands and decimals: a number only where a word for one is right beside."""
_NANP = re.compile(
    r"(?:(?:\+?1|001)[ .-]?)?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[2-9][0-9]{2}[.-][0-9]{4}(?: ?(?:x|ext).*)?",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r" ?[a-z]", re.IGNORECASE)
_LAYOUTS: dict[tuple[int, ...], tuple[str, ...]] = {
    (2, 2, 2, 2, 2): ("FR",),
    (3, 4, 4): ("GB", "JP"),
    (4, 3, 4): ("GB", "TR"),
    (5, 6): ("GB", "DE", "IN"),
    (5, 3, 3): ("GB",),
    (3, 3, 2, 2): ("CH", "SE", "TR"),
    (4, 2, 2, 2): ("BE",),
    (4, 3, 3): ("AU", "AT"),
    (2, 4, 4): ("AU", "JP"),
    (3, 3, 4): ("ZA", "IE", "FI"),
    (3, 8): ("DE",),
    (4, 7): ("DE", "IT"),
    (4, 8): ("DE",),
    (3, 7): ("NL", "DE"),
    (2, 8): ("NL", "IT"),
    (4, 6): ("NL", "IT", "DE"),
    (3, 3, 5): ("DE",),
    (3, 2, 2, 2): ("SE",),
}
"""How long the groups are, and where numbers that begin with a zero are written so."""
_FEWEST, _MOST = 7, 15
"""Digits; the most are those of ITU-T E.164."""


def find_phones(reading: Reading) -> Iterator[Span]:
    """Numbers that are written as telephone numbers are, with the extension, and that something else speaks for too."""
    for match in _NUMBER.finditer(reading.text):
        start, end = match.span()
        written = match[0]
        main = _EXTENSION.split(written, maxsplit=1)[0]
        digits = sum(map(str.isdigit, main))
        if not (_FEWEST - 1 <= digits <= _MOST) or main.count("(") != main.count(")"):
            continue
        confidence, rule = _judge(reading, start, end, main)
        if confidence:
            yield Span(start, end, "phone", confidence, rule)


def _judge(reading: Reading, start: int, end: int, main: str) -> tuple[float, str]:
    low = reading.low
    if _NEVER.match(main) or _OTHERWISE.search(low, max(0, start - 30), start):
        return 0.0, ""
    beside = _BESIDE.search(low, max(0, start - 16), start) or _BEHIND.match(low, end)
    known = beside is not None or reading.before(_SAID, start)
    if main.startswith(("+", "(+")):
        return _international(main, known)
    digits = sum(map(str.isdigit, main))
    if known and (beside or not _HARDLY.match(main)) and (digits >= _FEWEST or beside):
        return 0.85, "phone-context"
    if _HARDLY.match(main):
        return 0.0, ""
    if _NANP.fullmatch(main):
        return 0.75, "phone-nanp"
    if main.startswith(("0", "(0")) and _is_national(main):
        return 0.65, "phone-national"
    return 0.0, ""


def _international(main: str, known: bool) -> tuple[float, str]:
    validity = _validity(main, None)
    if validity == 2:
        return 0.95, "phone-international"
    if known:
        return 0.85, "phone-context"
    return (0.6, "phone-international") if validity or "(0)" in main else (0.0, "")


def _is_national(main: str) -> bool:
    if main.startswith("00"):
        return not main.isdigit() and _validity(f"+{main[2:]}", None) == 2
    lengths = tuple(len(group) for group in re.findall(r"[0-9]+", main))
    return any(_validity(main, region) == 2 for region in _LAYOUTS.get(lengths, ()))


@lru_cache(maxsize=4096)
def _validity(written: str, region: str | None) -> int:
    """2: its numbering plan has it; 1: its plan has numbers of that length; 0: neither."""
    # Only a text that may hold such a number pays for it: the package takes 20 ms to import.
    import phonenumbers  # noqa: PLC0415

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return 0
    return 2 if phonenumbers.is_valid_number(number) else int(phonenumbers.is_possible_number(number))
