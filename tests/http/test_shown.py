from __future__ import annotations

from freehold.core.label import Label
from freehold.core.passage import Place
from freehold.http.shown import collection_row, document_row, hit_row, iso
from freehold.knowledge.model import Collection, Hit, Weights
from support.filing import DOCUMENT


def test_a_document_says_all_but_its_text() -> None:
    row = document_row(DOCUMENT)
    assert (row["label"], row["groups"], row["bytes"], row["pages"]) == ("internal;eu", ["a", "b"], 10, 3)
    assert row["notes"] == ["page 2 is an image"]
    assert row["added"] == "1970-01-01T00:00:00+00:00" == iso(0)


def test_a_collection_says_what_its_new_documents_get() -> None:
    bare = collection_row(Collection("c"))
    assert (bare["label"], bare["groups"], bare["weights"]) == (None, [], None)
    told = collection_row(Collection("c", Label.parse("public"), frozenset({"g"}), Weights(dense=0.3)))
    assert (told["label"], told["groups"], told["weights"]["dense"]) == ("public", ["g"], 0.3)


def test_a_passage_says_where_it_stands_and_how_it_was_found() -> None:
    place = Place("c", "doc_1", 2, "a.pdf", "A", 3, 7, "d", page=1, heading=("One", "Two"))
    row = hit_row(Hit("text", place, Label.parse("internal"), 0.5, lexical_rank=1))
    assert (row["label"], row["lexical_rank"], row["dense_rank"]) == ("internal", 1, None)
    assert (row["place"]["start"], row["place"]["end"], row["place"]["heading"]) == (3, 7, ("One", "Two"))
