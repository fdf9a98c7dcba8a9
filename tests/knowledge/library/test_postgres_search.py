"""A query in PostgreSQL: its statements see nothing but its scope, at any size of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.knowledge.library import postgres_words
from freehold.knowledge.library.postgres_search import reader_values
from freehold.knowledge.model import Collection, Reader, Weights
from support.libraries import SPACE, asks, embed_all, new_document, toward
from support.postgres import Database, postgres_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Database]:
    with postgres_home(tmp_path) as home:
        yield home


def test_a_group_that_cannot_be_kept_is_nobody_s() -> None:
    assert reader_values(Reader(frozenset({"b", "a", "c\x00"}))) == {"everything": False, "groups": ["a", "b"]}


def test_how_rare_a_word_is_counts_among_what_the_reader_may_see(home: Database) -> None:
    library = home.open()
    library.put(new_document("zebra", "A zebra stands here."))
    library.put(new_document("horse", "A horse stands there."))
    library.put(new_document("goat", "A goat eats grass."))
    before = [(hit.place.name, hit.score) for hit in library.search(asks("zebra stands"), None)]
    for n in range(30):
        library.put(new_document(f"hidden{n}", "A zebra stands here.", groups=["hr"], context="zebra"))
    assert [(hit.place.name, hit.score) for hit in library.search(asks("zebra stands"), None)] == before


def test_each_collection_has_its_own_weights(home: Database) -> None:
    library = home.open()
    library.put(new_document("words", "A zebra zebra zebra.", collection="left"))
    library.put(new_document("meaning", "A striped horse.", collection="right"))
    embed_all(library, {"striped": [0], "zebra": [3]})
    library.use_space(SPACE)
    question = asks("zebra", "left", "right")
    library.save_collection(Collection("left", weights=Weights(dense=0.1)))
    library.save_collection(Collection("right", weights=Weights(dense=0.2)))
    assert library.search(question, toward(0))[0].place.name == "words"
    library.save_collection(Collection("left", weights=Weights(dense=0.95)))
    library.save_collection(Collection("right", weights=Weights(dense=1.0)))
    assert library.search(question, toward(0))[0].place.name == "meaning"
    assert library.search(question, toward(0), weights=Weights(dense=0.1))[0].place.name == "words"


def test_rare_words_of_others_do_not_use_up_the_candidates(home: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_words, "ENOUGH", 3)
    library = home.open()
    for n in range(6):
        library.put(new_document(f"hidden{n}", f"An okapi, number {n}.", groups=["hr"]))
    for n in range(6):
        library.put(new_document(f"open{n}", f"A zebra, number {n}."))
    found = library.search(asks("okapi zebra"), None)
    assert {hit.place.name for hit in found} == {f"open{n}" for n in range(6)}
