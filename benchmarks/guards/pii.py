"""How well personal data is found in sentences of many templates: F1 for each kind, beside plain patterns.

The sentences are those of presidio-research (``guard/pii``), whose spans are its own. A span counts as found where one
of the same kind covers it exactly or with an intersection over union of 0.7; each counts once.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from freehold.core.finding import Span
from freehold.guards.personal import find

FILE = Path("guard/pii/synth_dataset_v2.json.gz")
KIND_OF = {
    "CREDIT_CARD": "card",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "PHONE_NUMBER": "phone",
    "US_SSN": "ssn",
    "US_DRIVER_LICENSE": "driving-licence",
    "STREET_ADDRESS": "address",
    "ZIP_CODE": "postcode",
    "PERSON": "person",
    "GPE": "place",
    "ORGANIZATION": "organisation",
}
"""What the data set calls a kind, and what Freehold does. Ages, titles, nationalities and websites are none of ours."""
GOALS = {"email": 1.0, "ip": 1.0, "iban": 1.0, "card": 0.99, "phone": 0.85}
STRUCTURED = ("email", "phone", "card", "iban", "ip", "ssn", "driving-licence")
OVERLAP = 0.7

Found = tuple[int, int, str]
"""Start, end, kind."""
_PLAIN = {
    "email": re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"),
    "phone": re.compile(r"\(?\+?\d[\d .()-]{6,}\d"),
    "card": re.compile(r"\b(?:\d[ -]?){13,16}\b"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"),
    "ip": re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"),
    "ssn": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
}
"""What is commonly written for these kinds, without checks and without looking at the words around."""


class Example(msgspec.Struct):
    """One sentence of the data set."""

    full_text: str
    template_id: int
    spans: list[dict[str, str | int]]

    def truth(self) -> list[Found]:
        return [
            (int(span["start_position"]), int(span["end_position"]), KIND_OF[str(span["entity_type"])])
            for span in self.spans
            if span["entity_type"] in KIND_OF
        ]


class Score(msgspec.Struct):
    """Counts of one kind."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.hits / max(1, 2 * self.hits + self.wrong + self.missed)

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.wrong)


def examples(data: Path) -> list[Example]:
    """Every sentence. Raises `FileNotFoundError` where the data is not there."""
    return msgspec.json.decode(gzip.decompress((data / FILE).read_bytes()), type=list[Example])


def plain(text: str) -> list[Found]:
    """What the plain patterns find."""
    return [(*match.span(), kind) for kind, pattern in _PLAIN.items() for match in pattern.finditer(text)]


def ours(text: str) -> list[Found]:
    """What Freehold's rules find, without a finder of names."""
    return as_found(find(text))


def as_found(spans: Iterable[Span]) -> list[Found]:
    return [(span.start, span.end, span.kind) for span in spans]


def score(truths: Sequence[list[Found]], founds: Sequence[list[Found]]) -> dict[str, Score]:
    """Counts for each kind that is in the truth."""
    scores = {kind: Score() for kind in KIND_OF.values()}
    for truth, found in zip(truths, founds, strict=True):
        left = list(found)
        for true in truth:
            match = next((each for each in left if _fits(true, each)), None)
            if match is None:
                scores[true[2]].missed += 1
            else:
                left.remove(match)
                scores[true[2]].hits += 1
        for kind, count in Counter(kind for _, _, kind in left).items():
            if kind in scores:
                scores[kind].wrong += count
    return scores


def _fits(true: Found, found: Found) -> bool:
    shared = min(true[1], found[1]) - max(true[0], found[0])
    union = max(true[1], found[1]) - min(true[0], found[0])
    return true[2] == found[2] and shared >= OVERLAP * union


def run(data: Path) -> Iterator[tuple[str, str, float, float]]:
    """Measure, method, value, goal: of each structured kind, and of what patterns can do for the rest."""
    given = examples(data)
    methods: tuple[tuple[str, Callable[[str], list[Found]]], ...] = (("plain patterns", plain), ("rules", ours))
    truths = [example.truth() for example in given]
    for method, finder in methods:
        scores = score(truths, [finder(example.full_text) for example in given])
        for kind, counts in scores.items():
            if method == "rules" or kind in _PLAIN:
                yield f"F1 of {kind}", method, counts.f1, GOALS.get(kind, 0.0)
