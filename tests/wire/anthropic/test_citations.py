"""Citations and annotations, one as the other."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.wire.anthropic.citations import annotation, citation, place_of


@pytest.mark.parametrize(
    "said",
    [
        {"type": "web_search_result_location", "url": "https://x.example", "title": "X", "encrypted_index": "e"},
        {"type": "search_result_location", "source": "https://x.example", "title": None},
        {"type": "char_location", "document_index": 0, "start_char_index": 1, "end_char_index": 2},
    ],
)
def test_nothing_is_lost_there_and_back(said: dict[str, Any]) -> None:
    assert citation(annotation(said, 3, 9)) == said


def test_a_source_with_an_address_is_said_in_openais_words() -> None:
    said = annotation({"type": "web_search_result_location", "url": "https://x.example", "title": "X"}, 3, 9)
    assert said["type"] == "url_citation"
    assert said["url_citation"] == {"url": "https://x.example", "title": "X", "start_index": 3, "end_index": 9}


@pytest.mark.parametrize("odd", [{}, {"type": "file_citation"}, {"url_citation": "x"}, {"citation": 5}])
def test_annotations_without_words_here(odd: dict[str, Any]) -> None:
    assert citation(odd) is None


PASSAGE = {
    "index": 0,
    "type": "url_citation",
    "at": 9,
    "url_citation": {
        "url": "/api/documents/doc_1/text?version=2&start=5&end=9",
        "title": "Leave",
        "start_index": 0,
        "end_index": 4,
        "number": 3,
        "valid": True,
        "collection": "handbook",
        "document": "doc_1",
        "version": 2,
        "page": None,
        "heading": [],
        "start": 5,
        "end": 9,
        "digest": "d",
        "quote": "four",
    },
}


def test_a_passage_is_a_place_in_a_document_with_our_own_members() -> None:
    assert citation(PASSAGE) == {
        "type": "char_location",
        "cited_text": "four",
        "document_index": 2,
        "document_title": "Leave",
        "start_char_index": 5,
        "end_char_index": 9,
        "file_id": None,
        "number": 3,
        "valid": True,
        "url": "/api/documents/doc_1/text?version=2&start=5&end=9",
        "collection": "handbook",
        "document": "doc_1",
        "version": 2,
        "page": None,
        "heading": [],
        "digest": "d",
    }


def test_a_passage_that_was_not_given_quotes_nothing() -> None:
    where = {"url": "", "title": "", "start_index": 0, "end_index": 4, "number": 9, "valid": False}
    said = citation({"type": "url_citation", "url_citation": where, "at": 9})
    assert said is not None
    assert (said["type"], said["cited_text"], said["valid"]) == ("char_location", "", False)


def test_where_a_block_ends() -> None:
    assert place_of(PASSAGE) == 9
    assert place_of(annotation({"type": "char_location"}, 0, 7)) == 7
    assert place_of(annotation({"type": "web", "url": "https://x.example"}, 0, 7)) == 7
    assert place_of({"type": "url_citation", "url_citation": {"url": "https://x.example", "end_index": 3}}) is None
    assert place_of({"type": "citation", "citation": {}}) is None
