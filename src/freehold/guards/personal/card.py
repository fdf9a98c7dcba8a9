"""Payment card numbers: issuer's prefix, the length it uses, and the check digit (ISO/IEC 7812-1, annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading, words

_ISSUERS: tuple[tuple[str, int, int, frozenset[int]], ...] = (
    ("visa", 4, 4, frozenset({13, 16, 19})),
    ("mastercard", 51, 55, frozenset({16})),
    ("mastercard", 2221, 2720, frozenset({16})),
    ("amex", 34, 34, frozenset({15})),
    ("amex", 37, 37, frozenset({15})),
    ("diners", 300, 305, frozenset({14, 16, 19})),
    ("diners", 3095, 3095, frozenset({14, 16, 19})),
    ("diners", 36, 36, frozenset({14, 16, 19})),
    ("diners", 38, 39, frozenset({14, 16, 19})),
    ("discover", 6011, 6011, frozenset({16, 17, 18, 19})),
    ("discover", 644, 649, frozenset({16, 17, 18, 19})),
    ("discover", 65, 65, frozenset({16, 17, 18, 19})),
    ("jcb", 3528, 3589, frozenset({16, 17, 18, 19})),
    ("jcb", 1800, 1800, frozenset({15})),
    ("jcb", 2131, 2131, frozenset({15})),
    ("unionpay", 62, 62, frozenset({16, 17, 18, 19})),
    ("mir", 2200, 2204, frozenset({16, 17, 18, 19})),
    ("troy", 9792, 9792, frozenset({16})),
    ("maestro", 50, 50, frozenset(range(12, 20))),
    ("maestro", 56, 58, frozenset(range(12, 20))),
    ("maestro", 60, 69, frozenset(range(12, 20))),
    ("maestro", 604, 604, frozenset({12, 13})),
)
"""Issuer, first and last prefix, lengths. The issuers' published ranges; the first row that fits holds."""
_NUMBER = re.compile(r"[0-9](?<![\w.][0-9])(?<![0-9][-,/][0-9])(?:[ -]?[0-9]){11,18}(?![\w-]|[.,/][0-9])")
_CONTEXT = words(
    "cc|amex|maestro|cvv|cvc|pan|visa|diners|jcb",
    "card|credit|debit|kreditkart|karte|carte|tarjeta|carta di|cartão|kort|mastercard|karta|luottokort",
)
_FINANCIAL = frozenset("23456")
"""First digits that ISO/IEC 7812 gives to banks, merchants and travel: beside a word for a card, all of them count."""
_SHORT = 13
"""Digits of the shortest numbers, and Maestro's ranges, are met by chance: they count beside such a word alone."""
_GROUPS = frozenset(
    {(4, 4, 4), (4, 4, 5), (4, 6, 4), (4, 4, 4, 2), (4, 6, 5), (4, 5, 4, 2), (4, 4, 4, 3), (4, 4, 4, 4)}
    | {(4, 4, 4, 1), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3), (6, 13)}
)
"""How the digits are grouped in print."""


def find_cards(reading: Reading) -> Iterator[Span]:
    """Every number that could be a card's; a word that says so nearby makes it sure."""
    for match in _NUMBER.finditer(reading.text):
        start = match.start()
        written = next(filter(_is_number, _written(match[0])), "")
        if not written:
            continue
        digits, end = _digits(written), start + len(written)
        issuer = issuer_of(digits)
        if reading.near(_CONTEXT, start, end):
            if issuer or digits[0] in _FINANCIAL:
                yield Span(start, end, "card", 0.99 if issuer else 0.9, f"card-{issuer or 'context'}")
        elif issuer and issuer != "maestro" and len(digits) > _SHORT:
            yield Span(start, end, "card", 0.85, f"card-{issuer}")


def issuer_of(digits: str) -> str | None:
    """The issuer whose prefix and length a number has."""
    for name, first, last, lengths in _ISSUERS:
        width = len(str(first))
        head = digits[: width + 1] if digits[0] == "0" else digits[:width]
        if len(digits) in lengths and first <= int(head) <= last:
            return name
    return None


def passes_luhn(digits: str) -> bool:
    """Whether the last digit checks the others, by the "double-add-double" of ISO/IEC 7812-1, annex B."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _digits(written: str) -> str:
    return written.replace(" ", "").replace("-", "")


def _written(digits: str) -> tuple[str, ...]:
    """What may be the number: all of it, or all but the last group, which may be a code or a date behind it."""
    shorter = digits.rpartition(" ")[0]
    return (digits, shorter) if " " in shorter else (digits,)


def _is_number(written: str) -> bool:
    digits = _digits(written)
    return (len(digits) == len(written) or _is_grouped(written)) and passes_luhn(digits)


def _is_grouped(written: str) -> bool:
    marks = {mark for mark in written if not mark.isdigit()}
    return len(marks) == 1 and tuple(len(group) for group in written.split(marks.pop())) in _GROUPS
