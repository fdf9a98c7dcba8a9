"""How well personal data is found in sentences of many templates: F1 for each kind, beside plain patterns.

The sentences are those of presidio-research (``guard/pii``), whose spans are its own. A span counts as found where one
of the same kind covers it exactly or with an intersection over union of 0.7; each counts once.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from freehold.core.caller import Caller
from freehold.core.event import Event, Finished, Opened, Text
from freehold.core.exchange import Exchange
from freehold.core.finding import Span
from freehold.core.label import Label
from freehold.core.ports import Handler
from freehold.core.request import AnyRequest, Request, TextPart
from freehold.core.target import Target
from freehold.guards.gliner import GlinerNames
from freehold.guards.names import ModelNames, NameFinder
from freehold.guards.personal import find
from freehold.guards.presidio import PresidioNames
from freehold.guards.scan import settle

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
ALL_GOAL = 0.845
"""Presidio's, tuned, as the data set's own project publishes it: over other kinds than these, so that it is a mark."""
OVERLAP = 0.7
NAMES = "FREEHOLD_BENCH_NAMES"
"""The environment's word for who finds names: ``presidio``; ``gliner:FOLDER``; or an OpenAI-compatible address, a model
and, where it wants one, a key, divided by spaces (``http://127.0.0.1:8080/v1 local/qwen3-4b``). Unset: nobody."""
SECONDS = 120.0

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
    """Measure, method, value, goal: of each kind, by plain patterns, by rules, and with names where one finds them."""
    given = examples(data)
    yield from _rows("plain patterns", given, [plain(example.full_text) for example in given], tuple(_PLAIN))
    yield from _rows("rules", given, [ours(example.full_text) for example in given], tuple(KIND_OF.values()))
    for half in (0, 1):
        part = [example for example in given if example.template_id % 2 == half]
        founds = [ours(example.full_text) for example in part]
        method = "rules, even templates" if half == 0 else "rules, odd templates"
        yield from _rows(method, part, founds, ("phone",))
    if named := os.environ.get(NAMES):
        founds = asyncio.run(_with_names(finder(named), [example.full_text for example in given]))
        yield from _rows("rules and names", given, founds, tuple(KIND_OF.values()))


def _rows(
    method: str, given: Sequence[Example], founds: Sequence[list[Found]], kinds: Sequence[str]
) -> Iterator[tuple[str, str, float, float]]:
    scores = score([example.truth() for example in given], founds)
    for kind in kinds:
        yield f"F1 of {kind}", method, scores[kind].f1, GOALS.get(kind, 0.0)
    if len(kinds) == len(KIND_OF):
        yield "F1 of all kinds", method, together(scores.values()).f1, ALL_GOAL


def together(scores: Iterable[Score]) -> Score:
    """The counts of several kinds as one."""
    total = Score()
    for each in scores:
        total = Score(total.hits + each.hits, total.wrong + each.wrong, total.missed + each.missed)
    return total


def finder(named: str) -> NameFinder:
    """The finder that the environment names, as `NAMES` says."""
    if named == "presidio":
        return PresidioNames()
    if named.startswith("gliner:"):
        return GlinerNames(Path(named.removeprefix("gliner:")))
    url, model, *key = named.split()
    target = Target(model, model, url, "openai", Label.parse("restricted"), owned=True)
    return ModelNames(_over_http(url, key[0] if key else "none"), target)


async def _with_names(names: NameFinder, texts: Sequence[str]) -> list[list[Found]]:
    """What rules and the finder find together; of two that overlap, the surer."""
    gate = asyncio.Semaphore(4)

    async def one(text: str) -> list[Found]:
        async with gate:
            exchange = Exchange(Request("names", (), "openai"), Caller("benchmark", "benchmark"))
            (spans,) = await names([text], exchange)
        return as_found(settle([*find(text), *spans]))

    return await asyncio.gather(*map(one, texts))


def _over_http(url: str, key: str) -> Handler:
    """A handler that asks one endpoint, without the pipeline: what is measured is what the model finds."""

    @asynccontextmanager
    async def ask(exchange: Exchange) -> AsyncIterator[AsyncIterator[Event]]:
        answer = await asyncio.to_thread(_post, url, key, exchange.request)
        yield _events(answer)

    return ask


async def _events(answer: dict[str, Any]) -> AsyncIterator[Event]:
    choice = answer["choices"][0]
    yield Opened()
    yield Text(choice["message"]["content"] or "")
    yield Finished(choice["finish_reason"])


def _post(url: str, key: str, asked: AnyRequest) -> dict[str, Any]:
    if not isinstance(asked, Request) or asked.output is None:
        raise AssertionError("names are asked for in a chat with a schema")
    body = {
        "model": asked.model,
        "messages": [
            {
                "role": message.role,
                "content": "".join(part.text for part in message.parts if isinstance(part, TextPart)),
            }
            for message in asked.messages
        ],
        "temperature": 0,
        "max_tokens": asked.sampling.max_tokens,
        "response_format": {"type": "json_schema", "json_schema": {"name": "names", "schema": asked.output.schema}},
    }
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{url}/chat/completions", msgspec.json.encode(body), headers)
    with urllib.request.urlopen(request, timeout=SECONDS) as reply:
        return msgspec.json.decode(reply.read(), type=dict[str, Any])
