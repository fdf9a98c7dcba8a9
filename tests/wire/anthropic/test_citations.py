"""Citations and annotations, one as the other."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.wire.anthropic.citations import annotation, citation


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
