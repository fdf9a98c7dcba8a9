"""Every rule for personal data, in order, and what they find of one text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from freehold.core.finding import Span
from freehold.guards.personal.card import find_cards
from freehold.guards.personal.email import find_emails
from freehold.guards.personal.iban import find_ibans
from freehold.guards.personal.network import find_networks
from freehold.guards.personal.phone import find_phones
from freehold.guards.personal.reading import Reading

KINDS: tuple[str, ...] = (
    "email", "phone", "card", "iban", "ip", "mac", "ssn", "national-id", "tax-id", "passport", "driving-licence",
    "birth-date", "address", "postcode", "person", "wallet", "profile",
)  # fmt: skip
"""What `find` can find."""

_DIGIT = re.compile(r"[0-9]")
_OF_DIGITS: tuple[Callable[[Reading], Iterator[Span]], ...] = (find_ibans, find_cards, find_networks, find_phones)


def find(text: str) -> list[Span]:
    """The personal data in a text, in order, none over another: where two rules meet, the surer holds, then the longer.

    Takes time in proportion to the text's length. Digits are those of ASCII.
    """
    reading = Reading(text)
    spans = list(find_emails(reading)) if "@" in text or "at" in reading.low else []
    if _DIGIT.search(text):
        for rule in _OF_DIGITS:
            spans.extend(rule(reading))
    return settled(spans) if len(spans) > 1 else spans


def settled(spans: list[Span]) -> list[Span]:
    """Spans of which none overlaps another, by their place: the surest are kept, and of equals the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (-span.confidence, span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
