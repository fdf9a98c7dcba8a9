"""Reads an answer for its citations: checks each against the passages that were given, and attaches what it finds.

The text goes on as it came. Behind the sentence that cites stands an annotation of the shape that OpenAI's clients know
(``url_citation``), with members of our own in it; the other dialect's form is made from it by that dialect's codec.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from urllib.parse import quote, urlencode

import msgspec

from freehold.core.event import Aside, Event, Finished, Text, ToolCall
from freehold.core.exchange import Exchange
from freehold.core.passage import Citation, Passage, Place
from freehold.core.ports import Events
from freehold.core.request import JsonObject
from freehold.knowledge.markers import Found, Marker, Scanner

_SHORTEST_QUOTE = 12
"""Characters. What is shorter stands in a passage word for word by chance."""
_LONGEST_QUOTE = 1000
MOST_CITATIONS = 500
"""Citations of one request's answers that are attached; a model that loops may cite for as long as it goes on."""


async def read(
    events: Events, exchange: Exchange, passages: Iterable[Passage], *, address: str = ""
) -> AsyncIterator[Event]:
    """The events with annotations, each written afresh; `Exchange.citations` grows as they come.

    `address` is where this Freehold is reached, such as ``http://127.0.0.1:8080``, and stands before the addresses of
    passages; empty, they are relative.
    """
    by_number = {passage.number: passage for passage in passages}
    answers: dict[int, _Answer] = {}
    async for event in events:
        if isinstance(event, Aside):
            continue
        fresh = event if event.raw is None else msgspec.structs.replace(event, raw=None)
        if isinstance(fresh, Text) and not fresh.refusal:
            answer = answers.setdefault(fresh.choice, _Answer(fresh.choice, by_number, exchange, address))
            for piece in answer.add(fresh):
                yield piece
            continue
        if isinstance(fresh, Finished | ToolCall) and fresh.choice in answers:
            for piece in answers[fresh.choice].rest():
                yield piece
        yield fresh
    for answer in answers.values():
        for piece in answer.rest():
            yield piece


class _Answer:
    """One choice while it comes."""

    def __init__(self, choice: int, passages: Mapping[int, Passage], exchange: Exchange, address: str) -> None:
        self._choice = choice
        self._passages = passages
        self._exchange = exchange
        self._address = address
        self._scanner = Scanner()
        self._noted = 0

    def add(self, event: Text) -> Iterator[Text]:
        """The piece, parted where citations belong."""
        done = 0
        probable = event.logprobs
        for found in self._scanner.feed(event.text):
            notes = self._notes(found)
            yield Text(event.text[done : found.at], self._choice, logprobs=probable, annotations=notes)
            done, probable = found.at, ()
        if done < len(event.text) or not done:
            rest = event.text[done:]
            yield Text(rest, self._choice, logprobs=probable, annotations=event.annotations)

    def rest(self) -> Iterator[Text]:
        """What only the end of the answer settles."""
        if notes := self._notes(self._scanner.end()):
            yield Text("", self._choice, annotations=notes)

    def _notes(self, found: Found) -> tuple[JsonObject, ...]:
        notes = []
        for citation in (each for marker in found.markers for each in cited(marker, self._passages, self._choice)):
            if len(self._exchange.citations) >= MOST_CITATIONS:
                break
            self._exchange.citations += (citation,)
            notes.append(annotation(citation, self._noted, found.place, self._address))
            self._noted += 1
        return tuple(notes)


def cited(marker: Marker, passages: Mapping[int, Passage], choice: int = 0) -> Iterator[Citation]:
    """A marker's citations, one a number; without a place where no passage of that number was given.

    None for a number that a passage has in its own text, and the answer only repeats.
    """
    for number in marker.numbers:
        passage = passages.get(number)
        if _is_repeated(marker, passage, passages.values()):
            continue
        quoted, place = ("", None) if passage is None else narrowed(passage, marker.claim)
        yield Citation(number, marker.claim_start, marker.claim_end, quoted, place, choice)


def narrowed(passage: Passage, claim: str) -> tuple[str, Place]:
    """The words of a passage that a claim repeats, white space apart, and their place; else the whole passage.

    The place's digest is of those words, so that it can be checked like any other.
    """
    match = _repeated(claim, passage)
    if match is None:
        return passage.text, passage.place
    start = passage.place.start
    place = msgspec.structs.replace(
        passage.place,
        start=start + match.start(),
        end=start + match.end(),
        digest=hashlib.sha256(match[0].encode(errors="surrogatepass")).hexdigest(),
    )
    return match[0], place


def _is_repeated(marker: Marker, passage: Passage | None, passages: Iterable[Passage]) -> bool:
    """Whether some passage has the claim with this very marker, and the one that would be cited has no such claim."""
    if len(marker.claim) < _SHORTEST_QUOTE or (passage is not None and _repeated(marker.claim, passage)):
        return False
    return any(_repeated(marker.words, each) for each in passages)


def _repeated(words: str, passage: Passage) -> re.Match[str] | None:
    """Where a passage has these words, with any white space; what the words have in parentheses, it may in brackets.

    The built-in reader writes a passage's own bracketed numbers so, for they would be read as citations.
    """
    if not _SHORTEST_QUOTE <= len(words) <= _LONGEST_QUOTE:
        return None
    pattern = r"\s+".join(map(re.escape, words.split()))
    return re.search(pattern.replace(r"\(", r"[(\[【［]").replace(r"\)", r"[)\]】］]"), passage.text)


def annotation(citation: Citation, index: int, at: int, address: str = "") -> JsonObject:
    """A citation as an annotation, the `index`-th of its answer, which stands behind `at` characters of it.

    One that cites nothing given has an empty address and ``"valid": false``. `index` is there because OpenAI's client
    adds up streamed lists by it.
    """
    place = citation.place
    where: JsonObject = {
        "url": "" if place is None else opening(place, address),
        "title": "" if place is None else place.title or place.name,
        "start_index": citation.start,
        "end_index": citation.end,
        "number": citation.number,
        "valid": place is not None,
    }
    if place is not None:
        where |= {
            "collection": place.collection,
            "document": place.document,
            "version": place.version,
            "page": place.page,
            "heading": list(place.heading),
            "start": place.start,
            "end": place.end,
            "digest": place.digest,
            "quote": citation.quoted,
        }
    return {"index": index, "type": "url_citation", "url_citation": where, "at": at}


def opening(place: Place, address: str = "") -> str:
    """The address under which the cited words can be opened."""
    span = urlencode({"version": place.version, "start": place.start, "end": place.end})
    return f"{address}/api/documents/{quote(place.document, safe='')}/text?{span}"
