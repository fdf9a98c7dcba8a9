from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.label import PUBLIC
from freehold.knowledge.model import Document
from freehold.knowledge.verdict import LONGEST_SPAN, Cited, Verdict, digest_of, find, judge

OLD = "Leave\n\nThirty days of leave. Flights need consent."
WORDS = "Thirty days of leave."
START = OLD.index(WORDS)
CITED = Cited(1, START, START + len(WORDS), digest_of(WORDS))


def document(version: int) -> Document:
    return Document("doc_1", "c", "a", "", "text/plain", PUBLIC, frozenset(), version, "d", 1, 1, 1, 0)


@pytest.mark.parametrize(
    ("version", "text", "verdict"),
    [
        (1, OLD, Verdict("holds", "doc_1", 1, START, START + 21)),
        (2, OLD, Verdict("holds", "doc_1", 2, START, START + 21)),
        (2, "A new line first.\n" + OLD, Verdict("moved", "doc_1", 2, START + 18, START + 39)),
        (2, "Now: (Thirty days of leave.)", Verdict("moved", "doc_1", 2, 6, 27)),
        (2, OLD.replace("Thirty", "Twenty"), Verdict("changed", "doc_1", 2)),
        (2, "", Verdict("changed", "doc_1", 2)),
    ],
)
def test_a_citation_against_the_text_as_it_is(version: int, text: str, verdict: Verdict) -> None:
    assert judge(document(version), text, CITED) == verdict


@pytest.mark.parametrize("cited", [
    Cited(1, START + 1, START + 22, CITED.digest),
    Cited(1, 5, 5, digest_of("")),
    Cited(1, -3, 2, digest_of("x")),
    Cited(1, 0, 10**9, digest_of("x")),
])  # fmt: skip
def test_what_this_version_never_said_does_not_hold(cited: Cited) -> None:
    assert judge(document(1), OLD, cited).state == "changed"
    assert judge(document(2), OLD, msgspec.structs.replace(cited, digest="0" * 64)).state == "changed"


@given(st.text(max_size=80), st.data())
def test_any_passage_is_found_wherever_it_stands(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = find(text, end - start, digest_of(text[start:end]), data.draw(st.integers(-5, 100)))
    if start == end:
        assert found is None
    else:
        assert found is not None
        assert text[found : found + end - start] == text[start:end]


@pytest.mark.parametrize(("text", "length"), [("x" * 3_000_000, 500), ("é" * 3_000_000, 4000), ("w " * 60_000, 60_000)])
def test_looking_in_a_long_text_is_bounded(text: str, length: int) -> None:
    began = time.process_time()
    assert find(text, length, "0" * 64, 0) is None
    assert time.process_time() - began < 6


def test_no_passage_is_as_long_as_to_be_looked_for_without_end() -> None:
    text = "x" + "y" * LONGEST_SPAN
    assert find(text, LONGEST_SPAN, digest_of(text[1:]), 0) == 1
    assert find(text + "y", LONGEST_SPAN + 1, digest_of(text[1:] + "y"), 0) is None
