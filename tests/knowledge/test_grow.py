"""Passages grow by whole sentences, and their place stays true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freehold.core.label import PUBLIC
from freehold.knowledge.chunk import Limits, chunk
from freehold.knowledge.extract import extract
from freehold.knowledge.grow import MOST, grown
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.model import Block, Extracted, Hit, NewDocument
from freehold.knowledge.verdict import Cited, judge
from support.libraries import asks, sha

SMALL = Limits(most=160, least=40)
"""So that several chunks lie within reach of one."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    library = SqliteLibrary(tmp_path / "library")
    yield library
    library.close()


def keep(library: SqliteLibrary, extracted: Extracted, name: str = "a.md", limits: Limits = SMALL) -> str:
    body = extracted.text.encode()
    chunks = chunk(extracted, limits)
    return library.put(NewDocument("handbook", name, PUBLIC, frozenset(), sha(body), len(body), extracted, chunks)).id


def read(folder: Path, name: str, text: str) -> Extracted:
    source = folder / "source"
    source.write_text(text)
    (found,) = extract(source, name)
    assert isinstance(found.outcome, Extracted)
    return found.outcome


def find(library: SqliteLibrary, *words: str) -> list[Hit]:
    """For each of the words, the one chunk that holds it."""
    return [next(hit for hit in library.search(asks(word, limit=100), None) if word in hit.text) for word in words]


def check(library: SqliteLibrary, before: Sequence[Hit], after: Sequence[Hit]) -> None:
    """What holds of every growth: it holds the chunk, is bounded, overlaps no other, and can be cited."""
    for old, new in zip(before, after, strict=True):
        place, text = new.place, library.text(new.place.document)
        assert text[place.start : place.end] == new.text
        assert place.start <= old.place.start <= old.place.end <= place.end
        assert len(new.text) <= max(MOST, len(old.text))
        cited = Cited(place.version, place.start, place.end, place.digest)
        assert judge(library.document(place.document), text, cited).state == "holds"
    spans = sorted((hit.place.document, hit.place.start, hit.place.end) for hit in after)
    for (one, _, end), (other, start, _) in pairwise(spans):
        assert one != other or end <= start


def said(first: int, last: int) -> str:
    return " ".join(f"This is number{n}, which says a little of itself." for n in range(first, last + 1))


def test_a_passage_is_filled_up_with_whole_sentences(library: SqliteLibrary, tmp_path: Path) -> None:
    keep(library, read(tmp_path, "a.md", f"# Numbers\n\n{said(100, 199)}"))
    before = find(library, "number150")
    after = grown(library, before)
    check(library, before, after)
    (hit,) = after
    assert MOST - 100 < len(hit.text) <= MOST
    assert hit.text.startswith("This is number")
    assert hit.text.endswith("of itself.")
    assert hit.place.end - before[0].place.end > before[0].place.start - hit.place.start, "first what follows"
    assert (hit.place.heading, hit.score, hit.label) == (("Numbers",), before[0].score, before[0].label)


def test_it_stays_in_its_section(library: SqliteLibrary, tmp_path: Path) -> None:
    text = f"# One\n\n{said(100, 109)}\n\n# Two\n\n{said(200, 209)}\n\n# Three\n\n{said(300, 309)}"
    keep(library, read(tmp_path, "a.md", text))
    before = find(library, "number204")
    (hit,) = after = grown(library, before)
    check(library, before, after)
    assert hit.text == f"# Two\n\n{said(200, 209)}"
    assert hit.place.heading == ("Two",)


def test_it_stays_on_its_page(library: SqliteLibrary) -> None:
    pages = [said(100 * page, 100 * page + 9) for page in (1, 2, 3)]
    blocks, at = [], 0
    for number, page in enumerate(pages, 1):
        blocks.append(Block("paragraph", at, at + len(page), page=number))
        at += len(page) + 2
    keep(library, Extracted("\n\n".join(pages), tuple(blocks), "application/pdf", pages=3), "a.pdf")
    before = find(library, "number205")
    (hit,) = after = grown(library, before)
    check(library, before, after)
    assert (hit.text, hit.place.page) == (pages[1], 2)


def test_two_of_one_document_do_not_grow_into_one_another(library: SqliteLibrary, tmp_path: Path) -> None:
    keep(library, read(tmp_path, "a.txt", said(100, 130)))
    before = find(library, "number110", "number118", "number104")
    after = grown(library, before)
    check(library, before, after)
    assert sum(len(new.text) > len(old.text) for old, new in zip(before, after, strict=True)) == 3


def test_those_of_other_documents_are_no_hindrance(library: SqliteLibrary, tmp_path: Path) -> None:
    keep(library, read(tmp_path, "a.txt", said(100, 130)), "a.txt")
    keep(library, read(tmp_path, "b.txt", said(200, 230)), "b.txt")
    alone = [grown(library, find(library, word))[0] for word in ("number110", "number214")]
    assert grown(library, find(library, "number110", "number214")) == alone


CODE = "\n".join(f"total += number{n}(total)" for n in range(100, 180))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", CODE),
        ("archive.zip/tool", "#!/usr/bin/env python3\n" + CODE),
        ("a.csv", "name,days\n" + "\n".join(f"number{n},{n}" for n in range(100, 160))),
        ("a.md", "| name | days |\n|---|---|\n" + "\n".join(f"| number{n} | {n} |" for n in range(100, 160))),
    ],
)
def test_code_and_tables_stay_as_they_are(library: SqliteLibrary, tmp_path: Path, name: str, text: str) -> None:
    keep(library, read(tmp_path, name, text), name)
    for word in ("number101", "number150"):
        found = find(library, word)
        assert grown(library, found) == found


def test_a_sheet_of_one_column_is_a_table(library: SqliteLibrary) -> None:
    text = "\n".join(f"number{n}" for n in range(100, 160))
    media_type = "application/vnd.oasis.opendocument.spreadsheet"
    keep(library, Extracted(text, (Block("table", 0, len(text), page=1),), media_type, pages=1), "a.ods")
    found = find(library, "number120")
    assert grown(library, found) == found


def test_a_name_without_an_ending_is_prose_where_no_interpreter_is_named(
    library: SqliteLibrary, tmp_path: Path
) -> None:
    keep(library, read(tmp_path, "README", said(100, 150)), "README")
    (hit,) = grown(library, find(library, "number140"))
    assert len(hit.text) > SMALL.most


def test_a_table_is_not_grown_into(library: SqliteLibrary, tmp_path: Path) -> None:
    rows = "\n".join(f"| row{n} | {n} |" for n in range(100, 130))
    keep(library, read(tmp_path, "a.md", f"{said(100, 105)}\n\n| name | days |\n|---|---|\n{rows}"))
    (hit,) = grown(library, find(library, "number104"))
    assert hit.text == said(100, 105)


def test_what_has_changed_since_stays_as_it_was_found(library: SqliteLibrary, tmp_path: Path) -> None:
    keep(library, read(tmp_path, "a.txt", said(100, 150)), "a.txt")
    found = find(library, "number110")
    keep(library, read(tmp_path, "a.txt", said(100, 151)), "a.txt")
    assert grown(library, found) == found
    library.remove([found[0].place.document])
    assert grown(library, found) == found


WORDS = st.sampled_from(
    ["heron.", "Crane", "stork,", "é多.", "一。", "ibis\n", "\n\n", "\n\n# Egret\n\n", "a | b\n", "🌍"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=400), st.integers(1, 6))
def test_whatever_is_found_can_be_cited(library: SqliteLibrary, tmp_path: Path, words: list[str], limit: int) -> None:
    keep(library, read(tmp_path, "a.md", "It begins. " + " ".join(words)), "a.md")
    before = library.search(asks("heron crane stork ibis egret", limit=limit), None)
    check(library, before, grown(library, before))
