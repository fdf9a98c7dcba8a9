"""Postal addresses, as far as patterns go: a house number beside a street's word, and what follows it.

Each number of a text is looked at with the words on either side of it. A street without a number, or a town alone, is
not found: there is nothing to tell it by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, listed, words
from freehold.guards.personal.streets import AFTER_NAME, BEFORE_NAME, BEHIND_NAME, COUNTRIES, ENDINGS, LINKS

_HOUSE = re.compile(r"[0-9](?<![\w./:,-][0-9])[0-9]{0,4}(?:[/-][0-9]{1,4})?[A-Za-z]?(?![\w%:/]|[.,-][0-9])")
_TOKEN = re.compile(r"[^\s,;:()\"<>]+")
_NO_NAMES = frozenset({"the", "this", "that", "a", "in", "on", "at"})
"""Words that may have a capital behind a year, and begin a sentence or a title rather than a street's name."""
_BEFORE = 70
"""Characters before a house number in which its street's name begins."""
_MOST_WORDS = 5
_CAP = r"[^\W\d_a-zà-öø-ÿ][\w'’.-]{0,29}"
_LEADING = re.compile(r"(?<![\w./:,-])[0-9]{2,5} \Z")
_DOUBLED = re.compile(r" [0-9]{1,5}(?= )")
_UNIT = re.compile(
    r"[.,]?\s{1,9}(?:[?>]{1,3} ?)?(?:apt|apartment|suite|ste|unit|flat|room|wohnung|appt|piso)\b"
    r"\.? ?#?[0-9]{1,5}[a-z]?(?!\w)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(?<!\w)(?:apt|apartment|suite|ste|flat)\.? #?[0-9]{1,5}[a-z]?(?!\w)")
_CODE = (
    r"(?:[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[0-9]{4} ?[A-Z]{2}|[0-9]{2}-[0-9]{3}"
    r"|[0-9]{3} [0-9]{2}|(?:[A-Z]{1,3}-)?[0-9]{4,6}(?:-[0-9]{3,4})?)(?![\w-])"
)
_GAP = r"[ \t]*\n?[ \t]*,?\s{1,8}(?:[?>]{1,3} ?)?"
_TOWN = rf"{_CAP}(?: (?:{'|'.join(sorted(LINKS))}|nad|am|an der|on)(?= ))?(?: {_CAP}){{0,3}}"
_REGION = rf"{_GAP}(?:[A-Z]{{1,3}}|nan|[0-9]{{2}})(?!\w)"
_COUNTRY = rf"{_GAP}(?:{'|'.join(COUNTRIES)})(?!\w)"
_TAIL = re.compile(
    rf"(?:\.(?=\n))?{_GAP}(?:{_CODE},?\s(?:{_CAP} ){{0,2}}{_CAP}(?:{_COUNTRY})?"
    rf"|{_TOWN}(?:{_REGION})?(?:(?:{_COUNTRY})?{_GAP}{_CODE}|{_COUNTRY}(?:{_GAP}{_CODE})?))"
)
"""What follows a street: a post code and a town, or a town and a post code, a country, or both."""
_BOXES = listed("box postfach postbus postale apartado postboks b.p.")
_BOX = re.compile(
    r"(?<!\w)(?:p\.? ?o\.? ?box|postfach|postbus|boîte postale|b\.p\.|apartado(?: de correos)?|casella postale|psc|unit"
    r"|postboks) [0-9]{1,6}(?:,? box [0-9]{1,5})?(?:\s{1,3}(?:apo|fpo|dpo) (?:aa|ae|ap) [0-9]{5})?(?!\w)"
)
_UNITS = ("apt", "apartment", "suite", "ste.", "ste ", "flat")
_ZIPS = listed("zip plz post posta cap psč irányít eircode")
_ZIP = words(
    "zip ?code|zip|plz|post ?code|postal code|code postal|código postal|cap(?=[ :][ :]?[0-9])|postnummer|postinumero"
    "|kod pocztowy|psč|irányítószám|postleitzahl|eircode"
)
_STATED = re.compile(rf"[^\w\n]{{0,3}}(?:is|:|ist|est|es)?[^\w\n]{{0,4}}({_CODE}|[0-9]{{3}}(?!\w))", re.IGNORECASE)
_UK = re.compile(r"[A-Z](?<![A-Z0-9][A-Z])[A-Z]?[0-9][A-Z0-9]? [0-9][ABD-HJLNP-UW-Z]{2}(?!\w)")
_LIVED = words(
    r"address|lives? at|lives? on|lives? in|lived at|lived in|living at|located at|located on|adresse|dirección"
    r"|indirizzo|wohn\w*|sent to|send to|meet me at|meet you at|deliver\w* to|is at|taxi to|moved to"
)
_NAMED_AHEAD = re.compile(rf"(?: {_CAP}){{1,3}}")
_NAMED = re.compile(rf"(?<!\w)(?:[0-9]{{1,5}} )?(?:{_CAP} ){{1,5}}\Z")


def find_addresses(reading: Reading) -> Iterator[Span]:
    """Streets with a number, boxes, and post codes that are called so."""
    past = 0
    taken: set[int] = set()
    for house in _HOUSE.finditer(reading.text):
        if house.start() < past:
            continue
        if found := _street(reading, house):
            start, end, confidence, rule = found
            past = _extended(reading.text, end)
            taken.update(range(start, past))
            yield Span(start, past, "address", confidence, rule)
    if any(need in reading.low for need in _BOXES):
        for match in _BOX.finditer(reading.low):
            past = _extended(reading.text, match.end())
            taken.update(range(match.start(), past))
            yield Span(match.start(), past, "address", 0.7, "address-box")
    if any(need in reading.low for need in _UNITS):
        for match in _ALONE.finditer(reading.low):
            if match.start() not in taken:
                yield Span(match.start(), match.end(), "address", 0.5, "address-unit")
    yield from _codes(reading)


def _street(reading: Reading, house: re.Match[str]) -> tuple[int, int, float, str] | None:
    """Start, end, confidence and rule of the street that a number belongs to."""
    if not _may_be_a_street(reading.text, *house.span()):
        return None
    doubled = _DOUBLED.match(reading.text, house.end())
    if (end := _ahead(reading, doubled.end() if doubled else house.end())) is not None:
        return house.start(), end, 0.75, "address-number-street"
    if (start := _behind(reading, house.start())) is not None:
        leading = _LEADING.search(reading.text, max(0, start - 7), start)
        return (leading.start() if leading else start), house.end(), 0.75, "address-street-number"
    ahead = _NAMED_AHEAD.match(reading.text, house.end())
    if ahead and _goes_on(reading.text, ahead.end()):
        return house.start(), ahead.end(), 0.55, "address-context"
    named = _NAMED.search(reading.text, max(0, house.start() - _BEFORE), house.start())
    if named and (_goes_on(reading.text, house.end()) or reading.before(_LIVED, named.start(), 30)):
        return named.start(), house.end(), 0.55, "address-context"
    return None


def _goes_on(text: str, end: int) -> bool:
    """Whether a unit follows, or on the next line a town with its post code: then it was a street's name and number."""
    if _UNIT.match(text, end):
        return True
    tail = _TAIL.match(text, end) if "\n" in text[end : end + 2] else None
    return tail is not None and any(map(str.isdigit, tail[0]))


def _may_be_a_street(text: str, start: int, end: int) -> bool:
    """A cheap look at the neighbours of a number, since most stand between two words in small letters."""
    doubled = _DOUBLED.match(text, end)
    end = doubled.end() if doubled else end
    after = text[end : end + 2].lstrip(" ,")
    if after and after[0].isupper():
        return True
    before = text[text.rfind(" ", 0, max(0, start - 1)) + 1 : start].rstrip()
    if before and (before[0].isupper() or before in BEHIND_NAME):
        return True
    if not after or not after[0].isalpha():
        return False
    follows = _TOKEN.search(text, end, end + 20)
    return follows is not None and follows[0] in BEFORE_NAME


def _ahead(reading: Reading, at: int) -> int | None:
    """Where a street's name that follows its number ends."""
    if reading.text[at : at + 1] not in {" ", ","}:
        return None
    tokens = list(_TOKEN.finditer(reading.text, at, at + 90))[: _MOST_WORDS + 2]
    if not tokens or tokens[0].start() - at > 2:
        return None
    for place, token in enumerate(tokens):
        small = token[0].lower()
        apart = place and reading.text[tokens[place - 1].end() : token.start()] != " "
        if small in _NO_NAMES or apart:
            return None
        if place == 0 and small in BEFORE_NAME:
            return _name_end(tokens)
        if place and small.rstrip(".?!") in AFTER_NAME:
            return token.start() + len(token[0].rstrip("?!")) - (token[0].endswith(".") and len(small) > 4)
        if not _is_name(token[0]):
            return None
    return None


def _name_end(tokens: list[re.Match[str]]) -> int | None:
    """Where ``rue de la Paix`` ends: with its last word that has a capital."""
    end = None
    for token in tokens[1:]:
        bare = token[0].rstrip(".?!")
        if _is_name(bare):
            end = token.start() + len(bare)
        elif token[0].lower() not in LINKS:
            break
        if bare != token[0] or token.string[token.end() : token.end() + 1] == ",":
            break
    return end


def _behind(reading: Reading, at: int) -> int | None:
    """Where a street's name that its number follows begins."""
    text = reading.text
    if text[at - 1 : at] != " ":
        return None
    tokens = list(_TOKEN.finditer(text, max(0, at - _BEFORE), at))
    if not tokens:
        return None
    last = tokens[-1]
    small = last[0].lower()
    if small.endswith(ENDINGS) and len(small) > 5 and last[0][0].isupper():
        return _begins(tokens[:-1], last.start(), 1)
    if small in BEHIND_NAME and len(tokens) > 1 and _is_name(tokens[-2][0]):
        return _begins(tokens[:-1], last.start(), 2)
    for token in reversed(tokens[-_MOST_WORDS - 1 :]):
        small = token[0].lower()
        if small in BEFORE_NAME and token is not last:
            return token.start()
        if not _is_name(token[0]) and small not in LINKS:
            return None
    return None


def _begins(tokens: list[re.Match[str]], start: int, most: int) -> int:
    """Where the words with capitals that stand right before `start` begin, at most so many."""
    for token in reversed(tokens[-most:]):
        if not _is_name(token[0]) or token.end() + 1 != start or token[0].endswith((".", "?", "!")):
            break
        start = token.start()
    return start


def _is_name(word: str) -> bool:
    return word[0].isupper() or (word[0].isdigit() and word[-2:].lower() in {"st", "nd", "rd", "th"})


def _extended(text: str, end: int) -> int:
    """Where an address ends whose street ends at `end`: behind its unit, its town and its post code."""
    while unit := _UNIT.match(text, end):
        end = unit.end()
    tail = _TAIL.match(text, end)
    return tail.end() if tail else end


def _codes(reading: Reading) -> Iterator[Span]:
    for word in _ZIP.finditer(reading.low) if any(need in reading.low for need in _ZIPS) else ():
        if match := _STATED.match(reading.text, word.end()):
            yield Span(match.start(1), match.end(1), "postcode", 0.7, "postcode-context")
    for match in _UK.finditer(reading.text):
        yield Span(match.start(), match.end(), "postcode", 0.6, "postcode-gb")
