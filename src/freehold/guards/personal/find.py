"""Every rule for personal data, in order, and what they find of one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from freehold.core.finding import Span
from freehold.guards.glance import others
from freehold.guards.personal.address import find_addresses
from freehold.guards.personal.birth import find_births
from freehold.guards.personal.card import find_cards
from freehold.guards.personal.email import find_emails
from freehold.guards.personal.iban import find_ibans
from freehold.guards.personal.national import find_nationals
from freehold.guards.personal.network import find_networks
from freehold.guards.personal.online import find_profiles, find_wallets
from freehold.guards.personal.papers import find_papers
from freehold.guards.personal.person import find_persons
from freehold.guards.personal.phone import find_phones
from freehold.guards.personal.reading import Reading

KINDS: tuple[str, ...] = (
    "email", "phone", "card", "iban", "ip", "mac", "ssn", "national-id", "tax-id", "passport", "driving-licence",
    "birth-date", "address", "postcode", "person", "wallet", "profile",
)  # fmt: skip
"""What `find` can find."""

_Rule = Callable[[Reading], Iterator[Span]]
_ANYWHERE: tuple[_Rule, ...] = (find_emails, find_persons, find_profiles)
_WITH_DIGITS: tuple[tuple[int, _Rule], ...] = (
    (2, find_ibans), (12, find_cards), (1, find_networks), (1, find_nationals), (4, find_papers), (4, find_births),
    (6, find_phones), (1, find_addresses), (1, find_wallets),
)  # fmt: skip
"""Rules for what always holds so many digits, which most prose does not."""
_BUT_DIGITS = others("0123456789")


def find(text: str) -> list[Span]:
    """The personal data in a text, in order, none over another: where two rules meet, the surer holds, then the longer.

    Takes time in proportion to the text's length. Digits are those of ASCII.
    """
    reading = Reading(text)
    spans = [span for rule in _ANYWHERE for span in rule(reading)]
    if digits := len(reading.flat.translate(None, _BUT_DIGITS)):
        spans.extend(span for least, rule in _WITH_DIGITS if least <= digits for span in rule(reading))
    return _settled(spans) if len(spans) > 1 else spans


def _settled(spans: list[Span]) -> list[Span]:
    spans.sort(key=lambda span: span.start)
    settled: list[Span] = []
    cluster: list[Span] = []
    reach = 0
    for span in spans:
        if cluster and span.start >= reach:
            settled.extend(_surest(cluster))
            cluster = []
        cluster.append(span)
        reach = max(reach, span.end) if len(cluster) > 1 else span.end
    return settled + _surest(cluster)


def _surest(cluster: list[Span]) -> list[Span]:
    """Of spans that overlap, those that are kept, by their place."""
    kept: list[Span] = []
    for span in sorted(cluster, key=lambda span: (-span.confidence, span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
