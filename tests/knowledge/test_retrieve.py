from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import UpstreamFailed
from freehold.core.label import Label
from freehold.core.passage import Place
from freehold.knowledge.model import Chunk, Hit, Query, Reader, Surroundings
from freehold.knowledge.ports import Library, Vectors
from freehold.knowledge.retrieve import Retriever, distinct
from support.decisions import ANYONE

INTERNAL, CONFIDENTIAL = Label.parse("internal"), Label.parse("confidential;hr")


def a_hit(text: str, *, document: str = "doc_1", start: int = 0, label: Label = INTERNAL) -> Hit:
    digest = hashlib.sha256(text.encode()).hexdigest()
    place = Place("handbook", document, 1, "a.md", "A", start, start + len(text), digest)
    return Hit(text, place, label, score=0.5)


def asks(text: str = "leave", limit: int = 2) -> Query:
    return Query(text, ("handbook",), Reader(), limit=limit)


class Shelf:
    """A library that finds what it was given, and remembers how it was asked."""

    def __init__(self, *hits: Hit, space: str | None = "m@1") -> None:
        self.hits = hits
        self.in_use = space
        self.searches: list[tuple[int, Vectors | None]] = []
        self.looked_around: list[str] = []
        self.follows = ""

    def space(self) -> str | None:
        return self.in_use

    def search(self, query: Query, vector: Vectors | None, **_: Any) -> list[Hit]:
        self.searches.append((query.limit, vector))
        return list(self.hits[: query.limit])

    def around(self, document: str, version: int, start: int, end: int) -> Surroundings | None:
        """A sentence follows the first hit where `follows` says one; every other document has changed since."""
        self.looked_around.append(document)
        hit = self.hits[0]
        if not self.follows or document != hit.place.document:
            return None
        first, text = len(hit.text), f"{hit.text} {self.follows}"
        chunks = (Chunk(0, 0, first, hit.place.digest), Chunk(1, first + 1, len(text), ""))
        return Surroundings("text/markdown", 0, text, chunks)


class Embeds:
    space = "m@1"

    def __init__(self, *, fails: bool = False, wait: float = 0.0) -> None:
        self.asked: list[tuple[tuple[str, ...], Label]] = []
        self.served: list[Caller | None] = []
        self.fails, self.wait = fails, wait

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> Vectors:
        self.asked.append((tuple(texts), label))
        self.served.append(caller)
        await asyncio.sleep(self.wait)
        if self.fails:
            raise UpstreamFailed("m is not there")
        return np.ones((len(texts), 1), np.float32)


class Reranks:
    def __init__(self, *scores: float, fails: bool = False, wait: float = 0.0) -> None:
        self.asked: list[tuple[tuple[str, ...], Label]] = []
        self.served: list[Caller | None] = []
        self.scores, self.fails, self.wait = scores, fails, wait

    async def __call__(
        self, query: str, passages: Sequence[str], *, label: Label, caller: Caller | None = None
    ) -> list[float]:
        self.asked.append((tuple(passages), label))
        self.served.append(caller)
        await asyncio.sleep(self.wait)
        if self.fails:
            raise UpstreamFailed("r is not there")
        return list(self.scores)


def over(shelf: Shelf, *parts: Any, **options: Any) -> Retriever:
    return Retriever(cast("Library", shelf), *parts, **options)


HITS = (a_hit("one", document="doc_1"), a_hit("two", document="doc_2"), a_hit("three", document="doc_3"))


async def test_it_searches_by_words_and_by_meaning() -> None:
    shelf, embeds = Shelf(*HITS), Embeds()
    found = await over(shelf, embeds).look(asks(), INTERNAL, ANYONE)
    assert [hit.text for hit in found.hits] == ["one", "two"]
    assert found.notes == ()
    assert shelf.searches[0][1] is not None
    assert embeds.asked == [(("leave",), INTERNAL)]


@pytest.mark.parametrize("space", [None, "m@1"])
async def test_without_an_embedder_or_vectors_words_serve_and_nothing_is_to_be_said(space: str | None) -> None:
    shelf, embeds = Shelf(*HITS, space=None), Embeds()
    found = await over(shelf, embeds if space else None).look(asks(), INTERNAL, ANYONE)
    assert (len(found.hits), found.notes, shelf.searches[0][1], embeds.asked) == (2, (), None, [])


async def test_a_blank_query_is_not_embedded() -> None:
    shelf, embeds = Shelf(*HITS), Embeds()
    await over(shelf, embeds).look(asks("  "), INTERNAL, ANYONE)
    assert embeds.asked == []


async def test_vectors_of_another_model_are_not_compared() -> None:
    shelf, embeds = Shelf(*HITS, space="old@1"), Embeds()
    found = await over(shelf, embeds).look(asks(), INTERNAL, ANYONE)
    assert (shelf.searches[0][1], embeds.asked) == (None, [])
    assert found.notes == ("searched by words alone: the passages' vectors are of old@1, the query's m@1",)


@pytest.mark.parametrize(
    ("embeds", "note"),
    [
        (Embeds(fails=True), "searched by words alone: m is not there"),
        (Embeds(wait=60), "searched by words alone: the embedding target did not answer in time"),
    ],
)
async def test_words_serve_where_the_embedder_does_not_and_it_is_said(embeds: Embeds, note: str) -> None:
    shelf = Shelf(*HITS)
    found = await over(shelf, embeds, patience=0.02).look(asks(), INTERNAL, ANYONE)
    assert (len(found.hits), found.notes, shelf.searches[0][1]) == (2, (note,), None)


async def test_a_query_is_embedded_once_for_each_space() -> None:
    shelf, embeds = Shelf(*HITS), Embeds()
    retriever = over(shelf, embeds)
    for _ in range(3):
        await retriever.look(asks(), INTERNAL, ANYONE)
    assert len(embeds.asked) == 1
    shelf.in_use = embeds.space = "m@2"
    await retriever.look(asks(), INTERNAL, ANYONE)
    assert len(embeds.asked) == 2


async def test_only_so_many_queries_are_remembered() -> None:
    retriever = over(Shelf(*HITS), Embeds())
    for number in range(600):
        await retriever.look(asks(f"query {number}"), INTERNAL, ANYONE)
    await retriever.look(asks("x" * 5000), INTERNAL, ANYONE)
    assert len(retriever._vectors) == 512
    assert ("m@1", "query 599") in retriever._vectors


async def test_a_reranker_has_the_last_word_and_sees_the_joined_label() -> None:
    shelf = Shelf(HITS[0], a_hit("two", document="doc_2", label=CONFIDENTIAL), HITS[2])
    reranks = Reranks(0.1, 0.2, 0.9)
    found = await over(shelf, None, reranks).look(asks(), INTERNAL, ANYONE)
    assert [(hit.text, hit.score) for hit in found.hits] == [("three", 0.9), ("two", 0.2)]
    assert reranks.asked == [(("one", "two", "three"), CONFIDENTIAL)]
    assert shelf.searches[0][0] == 50


@pytest.mark.parametrize(
    ("reranks", "note"),
    [
        (Reranks(fails=True), "not reranked: r is not there"),
        (Reranks(wait=60), "not reranked: the reranking target did not answer in time"),
    ],
)
async def test_the_order_stays_where_the_reranker_fails_and_it_is_said(reranks: Reranks, note: str) -> None:
    found = await over(Shelf(*HITS), None, reranks, patience=0.02).look(asks(), INTERNAL, ANYONE)
    assert ([hit.text for hit in found.hits], found.notes) == (["one", "two"], (note,))


async def test_passages_grow_when_the_best_are_chosen() -> None:
    shelf = Shelf(*HITS)
    shelf.follows = "More."
    reranks = Reranks(0.9, 0.1, 0.5)
    found = await over(shelf, None, reranks).look(asks(), INTERNAL, ANYONE)
    assert reranks.asked[0][0] == ("one", "two", "three")
    assert [hit.text for hit in found.hits] == ["one More.", "three"]
    assert shelf.looked_around == ["doc_1", "doc_3"]
    place = found.hits[0].place
    assert (place.start, place.end, place.digest) == (0, 9, hashlib.sha256(b"one More.").hexdigest())


async def test_both_models_are_asked_for_the_key_that_asks() -> None:
    embeds, reranks, ann = Embeds(), Reranks(0.1, 0.2, 0.9), Caller("key_ann", "ann")
    await over(Shelf(*HITS), embeds, reranks).look(asks(), INTERNAL, ann)
    assert (embeds.served, reranks.served) == ([ann], [ann])


async def test_one_hit_needs_no_reranking() -> None:
    reranks = Reranks()
    await over(Shelf(HITS[0]), None, reranks).look(asks(), INTERNAL, ANYONE)
    assert reranks.asked == []


async def test_what_was_left_undone_is_logged_when_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    embeds = Embeds(fails=True)
    retriever = over(Shelf(*HITS), embeds)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert len(await retriever.find(asks(), INTERNAL, ANYONE)) == 2
        embeds.fails = False
        await retriever.find(asks(), INTERNAL, ANYONE)
    assert [record.message for record in caplog.records] == ["searched by words alone: m is not there"]


async def test_what_is_left_undone_for_one_key_is_not_said_anew_between_requests_of_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As where one of two keys may not ask a remote embedder."""
    ann, ben = Caller("key_ann", "ann"), Caller("key_ben", "ben")
    embeds = Embeds()
    retriever = over(Shelf(*HITS), embeds)
    with caplog.at_level(logging.WARNING):
        for number in range(3):
            embeds.fails = True
            await retriever.find(asks(f"ann {number}"), INTERNAL, ann)
            embeds.fails = False
            await retriever.find(asks(f"ben {number}"), INTERNAL, ben)
    assert len(caplog.records) == 1


async def test_duplicates_do_not_take_the_place_of_others() -> None:
    shelf = Shelf(a_hit("One  more"), a_hit("one more", document="doc_2"), a_hit("another", document="doc_3"))
    found = await over(shelf).look(asks(), INTERNAL, ANYONE)
    assert [hit.text for hit in found.hits] == ["One  more", "another"]


def test_a_span_within_a_better_one_is_no_hit_of_its_own() -> None:
    whole, part = a_hit("a long passage", start=10), a_hit("long", start=12)
    assert distinct([whole, part, a_hit("long", document="doc_2", start=12)]) == [
        whole,
        a_hit("long", document="doc_2", start=12),
    ]
    assert distinct([part, whole]) == [part, whole]
