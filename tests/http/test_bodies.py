from __future__ import annotations

import msgspec
import pytest

from freehold.http import bodies

OURS = (bodies.RelabelBody, bodies.CollectionBody, bodies.QuestionBody, bodies.TuneBody, bodies.SearchBody)
OPENAIS = (bodies.VectorStoreBody, bodies.StoreFileBody, bodies.FileBatchBody, bodies.StoreSearchBody)


@pytest.mark.parametrize("body", OURS)
def test_a_misspelt_member_of_ours_is_never_passed_over(body: type[msgspec.Struct]) -> None:
    assert body.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize("body", OPENAIS)
def test_a_member_that_openai_adds_breaks_nothing(body: type[msgspec.Struct]) -> None:
    assert not body.__struct_config__.forbid_unknown_fields


def test_a_query_may_be_several_texts() -> None:
    given = {"query": ["a", "b"], "rewrite_query": True, "ranking_options": {"ranker": "auto", "score_threshold": 0.5}}
    found = msgspec.convert(given, bodies.StoreSearchBody)
    assert (found.query, found.ranking_options.score_threshold) == (["a", "b"], 0.5)
