"""What every library does, whatever keeps its rows: one suite for all stores."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from freehold.core.errors import NotFound
from freehold.core.label import PUBLIC, Label
from freehold.knowledge.library import turns
from freehold.knowledge.model import Collection, Document, NewDocument, Reader, Weights
from freehold.knowledge.ports import Library
from support.libraries import DIMENSIONS, SPACE, STORES, Home, asks, embed_all, new_document, sha, toward

EVERYTHING = Reader(everything=True)
ANYONE = Reader()
INTERNAL = Label.parse("internal")
CONFIDENTIAL = Label.parse("confidential;eu")

LEAVE = "Every member of staff has thirty days of annual leave."
TRAVEL = "Train tickets are booked by the office; flights need consent."
PAY = "Salaries are paid on the last working day of a month."


@pytest.fixture(params=sorted(STORES))
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    with STORES[request.param](tmp_path) as home:
        yield home


@pytest.fixture
def library(home: Home) -> Library:
    return home.open()


def names(library: Library, text: str, *collections: str, **options: object) -> list[str]:
    return [hit.place.name for hit in library.search(asks(text, *collections, **options), None)]  # type: ignore[arg-type]


def keeping(new: NewDocument, *what: str) -> NewDocument:
    """The same content, for a document that keeps these of its own rights."""
    return msgspec.structs.replace(new, **dict.fromkeys(what, True))


class TestKeeping:
    def test_a_document_is_kept_as_it_was_given(self, library: Library) -> None:
        new = new_document("a.txt", LEAVE, TRAVEL, label=CONFIDENTIAL, groups=["hr"])
        kept = library.put(new)
        assert kept.id.startswith("doc_")
        assert len(kept.id) == 28
        assert (kept.collection, kept.name, kept.label, kept.groups) == (
            "handbook", "a.txt", CONFIDENTIAL, frozenset({"hr"}),
        )  # fmt: skip
        assert (kept.version, kept.digest, kept.size, kept.chunks, kept.embedded) == (1, new.digest, new.size, 2, 0)
        assert kept.characters == len(new.extracted.text)
        assert kept.pages == 2
        assert kept.added_ns == kept.changed_ns > 0
        assert library.document(kept.id) == kept
        assert library.named("handbook", "a.txt") == kept
        assert library.text(kept.id) == new.extracted.text

    def test_a_new_content_is_the_next_version_and_keeps_the_id(self, library: Library) -> None:
        first = library.put(new_document("a.txt", LEAVE))
        second = library.put(new_document("a.txt", TRAVEL, PAY, label=INTERNAL, groups=["office"]))
        assert (second.id, second.version, second.chunks) == (first.id, 2, 2)
        assert (second.label, second.groups) == (INTERNAL, frozenset({"office"}))
        assert second.added_ns == first.added_ns
        assert second.changed_ns >= first.changed_ns
        assert "annual" not in library.text(first.id)
        assert names(library, "annual leave", everything=True) == []
        hits = library.search(asks("train tickets", everything=True), None)
        assert [hit.place.version for hit in hits] == [2]

    def test_the_same_name_in_another_collection_is_another_document(self, library: Library) -> None:
        here = library.put(new_document("a.txt", LEAVE))
        there = library.put(new_document("a.txt", LEAVE, collection="archive"))
        assert here.id != there.id
        assert library.remove([there.id]) == 1
        assert library.document(here.id) == here

    def test_a_new_content_can_leave_rights_as_they_are_by_now(self, library: Library) -> None:
        made = keeping(new_document("a.txt", LEAVE, label=INTERNAL, groups=["office"]), "keeps_label", "keeps_groups")
        first = library.put(made)
        assert (first.label, first.groups) == (INTERNAL, frozenset({"office"}))
        # What was decided after the content was read, and before it is put, holds.
        library.relabel(first.id, label=CONFIDENTIAL, groups=frozenset({"hr"}))
        other = new_document("a.txt", PAY, label=PUBLIC, groups=[])
        second = library.put(keeping(other, "keeps_label", "keeps_groups"))
        assert (second.label, second.groups, second.version) == (CONFIDENTIAL, frozenset({"hr"}), 2)
        assert names(library, "salaries") == []
        assert names(library, "salaries", groups=["hr"]) == ["a.txt"]
        third = library.put(keeping(other, "keeps_label"))
        assert (third.label, third.groups) == (CONFIDENTIAL, frozenset())
        fourth = library.put(keeping(new_document("a.txt", LEAVE, groups=["hr"]), "keeps_groups"))
        assert (fourth.label, fourth.groups) == (PUBLIC, frozenset())

    def test_rights_that_another_process_changes_meanwhile_are_not_lost(self, home: Home) -> None:
        here, there = home.open(), home.open()
        id_ = here.put(new_document("a.txt", LEAVE)).id
        contents = [keeping(new_document("a.txt", f"Content {n}."), "keeps_label", "keeps_groups") for n in range(20)]
        putting = threading.Thread(target=lambda: [here.put(each) for each in contents])
        putting.start()
        there.relabel(id_, label=CONFIDENTIAL, groups=frozenset({"hr"}))
        putting.join(60)
        kept = there.document(id_)
        assert (kept.version, kept.label, kept.groups) == (21, CONFIDENTIAL, frozenset({"hr"}))

    def test_a_document_without_text_is_kept(self, library: Library) -> None:
        kept = library.put(new_document("empty.txt"))
        assert (kept.chunks, library.text(kept.id)) == (0, "")

    def test_a_chunk_without_text_is_found_by_its_context(self, library: Library) -> None:
        library.put(new_document("bare.txt", "", title="A title and nothing else"))
        assert [text.strip() for _, text, _ in library.unembedded(SPACE, 10)] == ["A title and nothing else"]
        assert [hit.text for hit in library.search(asks("title"), None)] == [""]

    @pytest.mark.parametrize("name", ["résumé/naïve \u202e.txt", "'; DROP TABLE x; --", "a" * 900, "🌍/多.md"])
    def test_names_and_texts_in_any_script(self, library: Library, name: str) -> None:
        text = "Ünïcode 多 🌍 ' \" ; -- % _ \\ \u202e text"
        kept = library.put(new_document(name, text))
        assert library.document(kept.id).name == name
        assert library.text(kept.id) == text
        assert library.named("handbook", name) == kept
        assert [hit.text for hit in library.search(asks("unicode"), None)] == [text]

    def test_an_unknown_id_is_not_found(self, library: Library) -> None:
        unknown = "doc_" + "0" * 24
        for look in (library.document, library.text):
            with pytest.raises(NotFound):
                look(unknown)
        with pytest.raises(NotFound):
            library.relabel(unknown, label=PUBLIC)
        assert library.named("handbook", "nothing") is None
        assert library.remove([unknown]) == 0

    def test_digests_name_every_document_of_a_collection(self, library: Library) -> None:
        a = library.put(new_document("a.txt", LEAVE))
        b = library.put(new_document("b.txt", PAY, groups=["hr"]))
        library.put(new_document("c.txt", PAY, collection="archive"))
        assert library.digests("handbook") == {"a.txt": (a.id, a.digest), "b.txt": (b.id, b.digest)}
        assert library.digests("nothing") == {}

    def test_what_is_kept_stays_when_it_is_opened_again(self, home: Home) -> None:
        first = home.open()
        kept = first.put(new_document("a.txt", LEAVE))
        embed_all(first, {"leave": [0]})
        first.use_space(SPACE)
        first.close()
        again = home.open()
        assert again.document(kept.id) == first_with_vectors(kept.id, again)
        assert again.space() == SPACE
        assert names(again, "annual leave") == ["a.txt"]
        assert again.search(asks("nothing of it"), toward(0))[0].dense_rank == 1


def first_with_vectors(document: str, library: Library) -> object:
    kept = library.document(document)
    assert kept.embedded == kept.chunks
    return kept


class TestListing:
    def test_documents_come_in_order_page_by_page(self, library: Library) -> None:
        for name in ("c", "a", "b"):
            library.put(new_document(name, LEAVE))
        library.put(new_document("z", LEAVE, collection="archive"))
        everything = library.documents(None, ANYONE)
        assert [(d.collection, d.name) for d in everything] == [
            ("archive", "z"), ("handbook", "a"), ("handbook", "b"), ("handbook", "c"),
        ]  # fmt: skip
        page = library.documents("handbook", ANYONE, limit=2)
        assert [d.name for d in page] == ["a", "b"]
        assert [d.name for d in library.documents("handbook", ANYONE, after=page[-1].id, limit=2)] == ["c"]
        assert library.documents("handbook", ANYONE, after=everything[-1].id) == []

    def test_only_what_the_reader_may_read_is_listed(self, library: Library) -> None:
        library.put(new_document("open", LEAVE))
        library.put(new_document("hr", PAY, groups=["hr", "board"]))
        assert [d.name for d in library.documents(None, ANYONE)] == ["open"]
        assert [d.name for d in library.documents(None, Reader(frozenset({"board"})))] == ["hr", "open"]
        assert [d.name for d in library.documents(None, Reader(frozenset({"sales"})))] == ["open"]
        assert [d.name for d in library.documents(None, EVERYTHING)] == ["hr", "open"]

    def test_labels_are_those_of_what_the_reader_may_read(self, library: Library) -> None:
        library.put(new_document("open", LEAVE))
        library.put(new_document("hr", PAY, label=CONFIDENTIAL, groups=["hr"]))
        library.put(new_document("other", PAY, label=INTERNAL, collection="archive"))
        assert library.labels(["handbook"], ANYONE) == {PUBLIC}
        assert library.labels(["handbook"], Reader(frozenset({"hr"}))) == {PUBLIC, CONFIDENTIAL}
        assert library.labels(["handbook", "archive"], EVERYTHING) == {PUBLIC, CONFIDENTIAL, INTERNAL}
        assert library.labels([], EVERYTHING) == frozenset()


class TestCollections:
    def test_settings_are_kept_and_counts_are_true(self, library: Library) -> None:
        settings = Collection("handbook", INTERNAL, frozenset({"hr"}), Weights(dense=0.4, k=20), documents=99)
        library.save_collection(settings)
        library.put(new_document("a.txt", LEAVE, PAY))
        library.put(new_document("b.txt", TRAVEL, collection="archive"))
        embed_all(library, {"leave": [0]})
        library.use_space(SPACE)
        archive, handbook = library.collections()
        assert (archive.name, archive.label, archive.documents, archive.chunks) == ("archive", None, 1, 1)
        assert handbook == Collection(
            "handbook", INTERNAL, frozenset({"hr"}), Weights(dense=0.4, k=20), documents=1, chunks=2, embedded=2
        )
        assert library.settings() == [
            Collection("archive"), Collection("handbook", INTERNAL, frozenset({"hr"}), Weights(dense=0.4, k=20)),
        ]  # fmt: skip
        library.save_collection(Collection("handbook"))
        assert library.collections()[1].weights is None

    def test_a_removed_collection_takes_its_documents_along(self, library: Library) -> None:
        library.put(new_document("a.txt", LEAVE))
        library.put(new_document("b.txt", PAY))
        library.put(new_document("c.txt", PAY, collection="archive"))
        assert library.remove_collection("handbook") == 2
        assert [c.name for c in library.collections()] == ["archive"]
        assert names(library, "leave", "handbook", "archive") == []
        assert library.remove_collection("handbook") == 0


class TestWords:
    @pytest.fixture(autouse=True)
    def documents(self, library: Library) -> None:
        library.put(new_document("leave", LEAVE))
        library.put(new_document("travel", TRAVEL))
        library.put(new_document("pay", PAY))
        library.put(new_document("code", "def load_config(path): return tomlReader.readFile(path)"))
        library.put(new_document("café", "The café serves crêpes.", title="Kitchen"))

    @pytest.mark.parametrize(
        ("question", "name"),
        [
            ("how much annual leave do I have?", "leave"),
            ("SALARIES", "pay"),
            ("booking a flight", "travel"),
            ("load_config", "code"),
            ("config", "code"),
            ("toml reader", "code"),
            ("readfile", "code"),
            ("crepes in the cafe", "café"),
            ("kitchen", "café"),
        ],
    )
    def test_the_best_is_found_first(self, library: Library, question: str, name: str) -> None:
        assert names(library, question)[0] == name

    def test_a_hit_says_where_it_stands(self, library: Library) -> None:
        kept = library.put(new_document("two", "First of all.", "A zebra crosses.", label=INTERNAL, title="Animals"))
        (hit,) = library.search(asks("zebra"), None)
        assert hit.text == "A zebra crosses."
        place = hit.place
        assert (place.collection, place.document, place.version, place.name) == ("handbook", kept.id, 1, "two")
        assert (place.title, place.page, place.heading) == ("Animals", 2, ("Animals",))
        assert library.text(kept.id)[place.start : place.end] == hit.text
        assert place.digest == sha(hit.text)
        assert (hit.label, hit.lexical_rank, hit.dense_rank) == (INTERNAL, 1, None)
        assert hit.score > 0

    @pytest.mark.parametrize("question", ["", "   ", "?!", "\x00", "xylophone", '" OR 1=1 --', "NEAR(", "a* -b ^c:d"])
    def test_a_question_without_an_answer_finds_nothing(self, library: Library, question: str) -> None:
        assert names(library, question) == []

    def test_only_the_collections_and_documents_asked_for(self, library: Library) -> None:
        other = library.put(new_document("leave2", "Parental leave is longer.", collection="archive"))
        assert names(library, "leave") == ["leave"]
        assert set(names(library, "leave", "handbook", "archive")) == {"leave", "leave2"}
        assert names(library, "leave", "handbook", "archive", documents=[other.id]) == ["leave2"]
        assert names(library, "leave", documents=[other.id]) == []
        assert names(library, "leave", documents=[]) == []
        assert names(library, "leave", "nothing") == []

    def test_as_many_as_the_limit(self, library: Library) -> None:
        for n in range(30):
            library.put(new_document(f"n{n:02}", f"The penguin number {n} walks {'slowly ' * n}."))
        assert len(names(library, "penguin", limit=7)) == 7
        assert len(names(library, "penguin", limit=30)) == 30
        assert len(library.search(asks("penguin", limit=30), None, depth=5)) == 5

    def test_scores_fall_and_the_order_is_the_same_each_time(self, library: Library) -> None:
        for n in range(12):
            library.put(new_document(f"n{n:02}", f"A penguin, {n}."))
        once = library.search(asks("penguin", limit=12), None)
        assert [hit.score for hit in once] == sorted((hit.score for hit in once), reverse=True)
        assert library.search(asks("penguin", limit=12), None) == once

    def test_equal_passages_are_found_once(self, library: Library) -> None:
        for n in range(4):
            library.put(new_document(f"copy{n}", "The walrus sleeps.", "Another one."))
        library.put(new_document("near", "the  WALRUS sleeps"))
        library.put(new_document("else", "The walrus eats, and eats, and eats."))
        found = names(library, "walrus")
        assert len(found) == 2
        assert "else" in found


class TestRights:
    @pytest.fixture(autouse=True)
    def documents(self, library: Library) -> None:
        library.put(new_document("open", "A zebra, open."))
        library.put(new_document("hr", "A zebra, of staff.", groups=["hr"]))
        library.put(new_document("board", "A zebra, of the board.", groups=["board", "ceo"], label=CONFIDENTIAL))
        embed_all(library, {"zebra": [0]})
        library.use_space(SPACE)

    @pytest.mark.parametrize("meaning", [False, True])
    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({}, {"open"}),
            ({"groups": ["hr"]}, {"open", "hr"}),
            ({"groups": ["ceo", "hr"]}, {"open", "hr", "board"}),
            ({"groups": ["HR", "boar", "", "hr,board"]}, {"open"}),
            ({"everything": True}, {"open", "hr", "board"}),
            ({"everything": True, "labels": [PUBLIC]}, {"open", "hr"}),
            ({"everything": True, "labels": [CONFIDENTIAL]}, {"board"}),
            ({"everything": True, "labels": [INTERNAL]}, set()),
            ({"everything": True, "labels": []}, set()),
            ({"labels": [CONFIDENTIAL]}, set()),
        ],
    )
    def test_only_what_may_be_read_and_shown(
        self, library: Library, options: dict[str, object], expected: set[str], meaning: bool
    ) -> None:
        query = asks("zebra" if not meaning else "", **options)  # type: ignore[arg-type]
        hits = library.search(query, toward(0) if meaning else None)
        assert {hit.place.name for hit in hits} == expected

    @pytest.mark.parametrize("meaning", [False, True])
    def test_rights_come_before_ranking(self, library: Library, meaning: bool) -> None:
        for n in range(40):
            library.put(new_document(f"hidden{n}", f"A zebra zebra zebra {n}.", groups=["hr"]))
        embed_all(library, {"zebra": [0]})
        hits = library.search(asks("zebra", limit=1), toward(0) if meaning else None, depth=3)
        assert [hit.place.name for hit in hits] == ["open"]
        assert hits[0].lexical_rank == 1

    def test_a_hidden_copy_hides_no_open_one(self, library: Library) -> None:
        library.put(new_document("aaa", "A zebra, open.", groups=["hr"]))
        assert names(library, "zebra open") == ["open"]

    def test_a_change_of_rights_holds_at_once_and_everywhere(self, home: Home, library: Library) -> None:
        other = home.open()
        assert names(other, "zebra") == ["open"]
        document = library.named("handbook", "open")
        assert document is not None
        changed = library.relabel(document.id, groups=frozenset({"hr"}))
        assert (changed.groups, changed.label, changed.version) == (frozenset({"hr"}), PUBLIC, 1)
        for each in (library, other):
            assert names(each, "zebra") == []
            assert {hit.place.name for hit in each.search(asks("", groups=["hr"]), toward(0))} == {"open", "hr"}
            assert each.labels(["handbook"], ANYONE) == frozenset()
        library.relabel(document.id, label=CONFIDENTIAL, groups=frozenset())
        for each in (library, other):
            (hit,) = each.search(asks("zebra"), toward(0))
            assert hit.label == CONFIDENTIAL
            assert names(each, "zebra", labels=[PUBLIC]) == []


class TestMeaning:
    def test_a_vector_finds_what_words_do_not(self, library: Library) -> None:
        library.put(new_document("leave", LEAVE))
        library.put(new_document("pay", PAY))
        embed_all(library, {"leave": [0], "Salaries": [1]})
        library.use_space(SPACE)
        first, second = library.search(asks("holiday"), toward(0, 1))
        assert (first.place.name, first.dense_rank, first.lexical_rank) == ("leave", 1, None)
        assert (second.place.name, second.dense_rank) == ("pay", 2)

    def test_both_ways_are_fused(self, library: Library) -> None:
        library.put(new_document("both", "A zebra in a field."))
        library.put(new_document("words", "A zebra zebra zebra."))
        library.put(new_document("meaning", "A striped horse."))
        embed_all(library, {"field": [0], "striped": [0, 1], "zebra zebra": [3]})
        library.use_space(SPACE)
        hits = library.search(asks("zebra"), toward(0), weights=Weights(dense=0.5))
        assert hits[0].place.name == "both"
        assert {hit.place.name for hit in hits[:3]} == {"both", "words", "meaning"}
        assert hits[0].lexical_rank is not None
        assert hits[0].dense_rank == 1

    def test_weights_decide_which_way_leads(self, library: Library) -> None:
        library.put(new_document("words", "A zebra zebra zebra."))
        library.put(new_document("meaning", "A striped horse."))
        embed_all(library, {"striped": [0], "zebra": [3]})
        library.use_space(SPACE)
        question, vector = asks("zebra"), toward(0)
        assert library.search(question, vector, weights=Weights(dense=0.0))[0].place.name == "words"
        assert library.search(question, vector, weights=Weights(dense=1.0))[0].place.name == "meaning"
        library.save_collection(Collection("handbook", weights=Weights(dense=1.0)))
        assert library.search(question, vector)[0].place.name == "meaning"

    def test_words_find_a_document_before_it_has_vectors(self, library: Library) -> None:
        library.put(new_document("leave", LEAVE))
        embed_all(library, {"leave": [0]})
        library.use_space(SPACE)
        late = library.put(new_document("pay", PAY))
        assert names(library, "salaries") == ["pay"]
        assert {hit.place.name for hit in library.search(asks("salaries"), toward(0))} == {"pay", "leave"}
        assert (late.chunks, library.document(late.id).embedded) == (1, 0)

    def test_what_waits_for_a_vector_is_told_with_context_and_label(self, library: Library) -> None:
        library.put(new_document("a", LEAVE, PAY, label=CONFIDENTIAL, context="Handbook > Staff"))
        waiting = library.unembedded(SPACE, 10)
        assert [label for _, _, label in waiting] == [CONFIDENTIAL, CONFIDENTIAL]
        assert all("Handbook > Staff" in text for _, text, _ in waiting)
        assert LEAVE in waiting[0][1]
        assert len(library.unembedded(SPACE, 1)) == 1
        library.embed(SPACE, [waiting[0][0]], toward(0))
        assert [chunk for chunk, _, _ in library.unembedded(SPACE, 10)] == [waiting[1][0]]
        assert len(library.unembedded("another@1", 10)) == 2

    def test_a_new_collection_does_not_wait_behind_a_long_text(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(turns, "LONG", 20)
        library.put(new_document("long", *(f"long {number}" for number in range(40))))
        library.put(new_document("middling", *(f"middling {number}" for number in range(10))))
        library.put(new_document("short", "short 0", "short 1"))
        library.put(new_document("n", *(f"new {number}" for number in range(4)), collection="new"))
        library.put(new_document("l", *(f"other {number}" for number in range(30)), collection="other"))
        taken: list[str] = []
        while waiting := library.unembedded(SPACE, 8):
            taken += [text.split("\n")[1] for _, text, _ in waiting]
            library.embed(SPACE, [chunk for chunk, _, _ in waiting], toward(0).repeat(len(waiting), axis=0))
        assert taken[:8] == [
            "short 0", "new 0", "short 1", "new 1", "middling 0", "new 2", "middling 1", "new 3",
        ]  # fmt: skip
        assert taken[8:16] == [f"middling {number}" for number in range(2, 10)]
        assert taken[16:20] == ["long 0", "other 0", "long 1", "other 1"]
        assert len(taken) == len(set(taken)) == 40 + 10 + 2 + 4 + 30

    def test_what_comes_while_others_wait_has_its_turn(self, library: Library) -> None:
        library.put(new_document("a", *(f"a {number}" for number in range(9))))
        assert len(library.unembedded(SPACE, 4)) == 4
        library.put(new_document("b", "b", collection="new"))
        library.put(new_document("a", "again 0", "again 1"))
        assert [text.split("\n")[1] for _, text, _ in library.unembedded(SPACE, 9)] == ["b", "again 0", "again 1"]

    def test_a_vector_for_a_chunk_that_is_gone_is_passed_over(self, library: Library) -> None:
        kept = library.put(new_document("a", LEAVE, PAY))
        chunks = [chunk for chunk, _, _ in library.unembedded(SPACE, 10)]
        library.remove([kept.id])
        library.embed(SPACE, chunks, np.concatenate([toward(0), toward(1)]))
        assert library.unembedded(SPACE, 10) == []
        library.put(new_document("b", TRAVEL))
        assert library.search(asks(""), toward(0)) == []

    def test_a_vector_given_twice_is_the_last(self, library: Library) -> None:
        library.put(new_document("a", LEAVE))
        library.put(new_document("b", PAY))
        chunks = [chunk for chunk, _, _ in library.unembedded(SPACE, 10)]
        library.embed(SPACE, chunks, np.concatenate([toward(0), toward(1)]))
        library.embed(SPACE, chunks, np.concatenate([toward(1), toward(0)]))
        library.use_space(SPACE)
        assert [hit.place.name for hit in library.search(asks(""), toward(0, 1))] == ["b", "a"]
        assert [document.embedded for document in library.documents(None, ANYONE)] == [1, 1]

    def test_a_space_is_filled_beside_the_old_one_and_swapped(self, home: Home, library: Library) -> None:
        other = home.open()
        assert library.space() is None
        library.put(new_document("a", LEAVE))
        library.put(new_document("b", PAY))
        embed_all(library, {"leave": [0], "Salaries": [1]})
        library.use_space(SPACE)
        assert other.space() == SPACE
        waiting = library.unembedded("new@2", 10)
        assert len(waiting) == 2
        library.embed("new@2", [chunk for chunk, _, _ in waiting], np.eye(2, 5, dtype=np.float32)[::-1].copy())
        assert [hit.place.name for hit in other.search(asks(""), toward(0, 1))] == ["a", "b"]
        assert [document.embedded for document in library.documents(None, ANYONE)] == [1, 1]
        library.use_space("new@2")
        assert other.space() == "new@2"
        hits = other.search(asks(""), toward(0, 1, dimensions=5))
        assert [hit.place.name for hit in hits] == ["b", "a"]
        assert len(library.unembedded(SPACE, 10)) == 2

    def test_labels_that_the_embedding_target_may_not_see_are_passed_over(self, library: Library) -> None:
        library.put(new_document("a", LEAVE, label=CONFIDENTIAL))
        library.put(new_document("b", PAY, label=INTERNAL))
        left = library.unembedded(SPACE, 1, without=frozenset({CONFIDENTIAL}))
        assert [label for _, _, label in left] == [INTERNAL]
        assert library.unembedded(SPACE, 9, without=frozenset({CONFIDENTIAL, INTERNAL})) == []
        assert len(library.unembedded(SPACE, 9)) == 2

    def test_a_vector_of_another_length_finds_by_words_alone(self, library: Library) -> None:
        library.put(new_document("a", LEAVE))
        embed_all(library, {"leave": [0]})
        library.use_space(SPACE)
        (hit,) = library.search(asks("annual leave"), toward(0, dimensions=DIMENSIONS + 1))
        assert hit.dense_rank is None

    def test_it_finds_the_nearest_among_many(self, library: Library) -> None:
        rows = np.random.default_rng(7).normal(size=(300, 32)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        library.put(new_document("many", *(f"Passage number {n} of them." for n in range(300))))
        waiting = library.unembedded(SPACE, 1000)
        library.embed(SPACE, [chunk for chunk, _, _ in waiting], rows)
        library.use_space(SPACE)
        nearest = np.argsort(-(rows @ rows[17]))[:10]
        hits = library.search(asks("", limit=10), rows[17:18])
        assert [int(hit.text.split()[2]) for hit in hits] == nearest.tolist()


class TestRemoval:
    NEEDLE = "quetzalcoatlus"

    def fill(self, library: Library) -> str:
        kept = library.put(new_document("secret", f"The {self.NEEDLE} flies.", title=f"On the {self.NEEDLE}"))
        library.put(new_document("other", LEAVE))
        vector = np.full((1, DIMENSIONS), 0.35355, np.float32)
        vector[0, 0] = 0.7071
        for chunk, text, _ in library.unembedded(SPACE, 10):
            library.embed(SPACE, [chunk], vector if self.NEEDLE in text else toward(1))
        library.use_space(SPACE)
        assert names(library, self.NEEDLE) == ["secret"]
        self.vector = vector.tobytes()
        return kept.id

    def test_what_is_removed_is_found_no_more(self, home: Home, library: Library) -> None:
        other = home.open()
        document = self.fill(library)
        assert names(other, self.NEEDLE) == ["secret"]
        assert library.remove([document, document, "doc_" + "0" * 24]) == 1
        for each in (library, other):
            assert names(each, self.NEEDLE) == []
            assert [hit.place.name for hit in each.search(asks(""), toward(0))] == ["other"]
            with pytest.raises(NotFound):
                each.text(document)
            assert each.named("handbook", "secret") is None

    def test_its_bytes_are_gone(self, home: Home, library: Library) -> None:
        document = self.fill(library)
        library.remove([document])
        for needle in (self.NEEDLE.encode(), self.NEEDLE[2:-3].encode(), self.vector):
            assert not home.holds(needle)

    def test_the_bytes_of_an_earlier_version_are_gone(self, home: Home, library: Library) -> None:
        self.fill(library)
        library.put(new_document("secret", TRAVEL, title="Nothing"))
        for needle in (self.NEEDLE.encode(), self.vector):
            assert not home.holds(needle)

    def test_the_vectors_of_an_earlier_space_are_gone(self, home: Home, library: Library) -> None:
        self.fill(library)
        for chunk, _, _ in library.unembedded("new@2", 10):
            library.embed("new@2", [chunk], toward(0, dimensions=4))
        library.use_space("new@2")
        assert not home.holds(self.vector)

    def test_the_bytes_do_stand_there_before(self, home: Home, library: Library) -> None:
        """Without which the others would say nothing."""
        self.fill(library)
        assert home.holds(self.NEEDLE.encode())
        again = home.open()
        assert next(hit.place.name for hit in again.search(asks(""), toward(0))) == "secret"


class TestTogether:
    def test_two_see_each_others_changes_at_once(self, home: Home, library: Library) -> None:
        other = home.open()
        for n, bird in enumerate(("heron", "crane", "stork", "ibis", "egret")):
            writer, reader = (library, other) if n % 2 else (other, library)
            kept = writer.put(new_document(bird, f"One {bird} stands here."))
            assert names(reader, bird) == [bird]
            if n > 2:
                writer.remove([kept.id])
                assert names(reader, bird) == []

    def test_threads_write_and_read_at_once(self, home: Home, library: Library) -> None:
        other = home.open()
        faults: list[BaseException] = []
        done = threading.Event()

        def write(where: Library, who: str) -> None:
            try:
                for n in range(8):
                    kept = where.put(new_document(f"{who}{n}", f"The heron {who} {n} stands.", "A second passage."))
                    where.embed(SPACE, [chunk for chunk, _, _ in where.unembedded(SPACE, 1)], toward(0))
                    if n % 3 == 0:
                        where.remove([kept.id])
            except BaseException as fault:
                faults.append(fault)

        def read(where: Library) -> None:
            try:
                while not done.wait(0.001):
                    for hit in where.search(asks("heron", limit=50), toward(0)):
                        assert hit.text
            except BaseException as fault:
                faults.append(fault)

        writers = [
            threading.Thread(target=write, args=(w, name)) for w, name in ((library, "a"), (other, "b"), (library, "c"))
        ]
        readers = [threading.Thread(target=read, args=(w,)) for w in (library, other)]
        for thread in (*writers, *readers):
            thread.start()
        for thread in writers:
            thread.join(30)
        done.set()
        for thread in readers:
            thread.join(30)
        assert faults == []
        assert not any(thread.is_alive() for thread in (*writers, *readers))
        assert len(library.documents(None, ANYONE)) == 15
        assert len(names(other, "heron", limit=50)) == 15

    def test_one_name_put_by_two_at_once_is_one_document(self, home: Home, library: Library) -> None:
        other = home.open()
        threads = [
            threading.Thread(target=where.put, args=(new_document("same", f"The heron {n} stands."),))
            for n, where in enumerate((library, other, library, other))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        (document,) = library.documents(None, ANYONE)
        assert document.version == 4
        assert len(names(other, "heron")) == 1


class TestAround:
    """Chunks with their neighbours, and the text they span."""

    PASSAGES = ("Heron 🌍 one.", "Crane é two.", "Stork 多 three.", "Ibis four.")

    def put(self, library: Library) -> tuple[NewDocument, Document]:
        new = new_document("a.txt", *self.PASSAGES)
        return new, library.put(new)

    @pytest.mark.parametrize(
        ("start", "end", "ordinals"),
        [
            (-50, 5000, (0, 1, 2, 3)),
            (0, 0, (0,)),
            (14, 14, (0, 1)),
            (15, 15, (1,)),
            (20, 27, (1,)),
            (20, 28, (1, 2)),
            (5000, 6000, (3,)),
        ],
    )
    def test_the_chunks_in_reach_come_with_their_text(
        self, library: Library, start: int, end: int, ordinals: tuple[int, ...]
    ) -> None:
        new, kept = self.put(library)
        around = library.around(kept.id, 1, start, end)
        assert around is not None
        chunks = tuple(new.chunks[ordinal] for ordinal in ordinals)
        assert around.chunks == chunks
        assert (around.media_type, around.start) == ("text/plain", chunks[0].start)
        assert around.text == new.extracted.text[chunks[0].start : chunks[-1].end]

    def test_anywhere_in_a_long_text_of_any_script(self, library: Library) -> None:
        passages = tuple(f"Passage {n} — 多 🌍." for n in range(400))
        new = new_document("a.txt", *passages)
        kept = library.put(new)
        for index in (0, 1, 200, 399):
            chunk = new.chunks[index]
            around = library.around(kept.id, 1, chunk.start - 1, chunk.end)
            assert around is not None
            assert around.chunks == new.chunks[max(0, index - 1) : index + 1]
            assert around.text == "\n\n".join(passages[max(0, index - 1) : index + 1])

    def test_chunks_may_overlap(self, library: Library) -> None:
        new = new_document("a.txt", "é one", "ü two", "多 three")
        first, second, third = new.chunks
        wide = msgspec.structs.replace(first, end=third.end)
        kept = library.put(msgspec.structs.replace(new, chunks=(wide, second)))
        around = library.around(kept.id, 1, 0, third.end)
        assert around is not None
        assert (around.chunks, around.text) == ((wide, second), new.extracted.text)

    def test_only_the_present_version_is_there(self, library: Library) -> None:
        _, kept = self.put(library)
        assert library.around(kept.id, 2, 0, 100) is None
        library.put(new_document("a.txt", "Egret five."))
        assert library.around(kept.id, 1, 0, 100) is None
        again = library.around(kept.id, 2, 0, 100)
        assert again is not None
        assert again.text == "Egret five."
        library.remove([kept.id])
        assert library.around(kept.id, 2, 0, 100) is None
        assert library.around("no id", 1, 0, 100) is None

    def test_a_document_without_chunks_has_nothing_around(self, library: Library) -> None:
        kept = library.put(new_document("empty.txt"))
        assert library.around(kept.id, 1, 0, 100) is None

    def test_other_documents_are_left_out(self, library: Library) -> None:
        library.put(new_document("b.txt", "Another.", "And more of it."))
        new, kept = self.put(library)
        library.put(new_document("c.txt", "Another one.", "And more."))
        around = library.around(kept.id, 1, 0, 1000)
        assert around is not None
        assert around.text == new.extracted.text
