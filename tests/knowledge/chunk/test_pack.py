from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.chunk.atom import Atom, Break
from freehold.knowledge.chunk.limits import Limits
from freehold.knowledge.chunk.pack import pack

LIMITS = Limits(most=100, least=30)


def packed(*lengths_and_breaks):
    atoms, at = [], 0
    for length, before in lengths_and_breaks:
        atoms.append(Atom(at, at + length, before))
        at += length + 1
    return list(pack(atoms, LIMITS))


def test_what_fits_is_one_chunk():
    assert packed((40, Break.BLOCK), (40, Break.BLOCK)) == [(0, 2)]


def test_the_best_cut_wins_and_of_equals_the_last():
    assert packed((40, Break.BLOCK), (20, Break.BLOCK), (20, Break.SENTENCE), (60, Break.SENTENCE)) == [
        (0, 1),
        (1, 3),
        (3, 4),
    ]
    assert packed((30, Break.BLOCK), (30, Break.SENTENCE), (30, Break.SENTENCE), (90, Break.SENTENCE)) == [
        (0, 3),
        (3, 4),
    ]


def test_the_end_of_a_section_is_not_left_with_a_scrap():
    assert packed((45, Break.BLOCK), (45, Break.SENTENCE), (20, Break.SENTENCE)) == [(0, 1), (1, 3)]


def test_a_heading_ends_a_chunk_that_is_long_enough():
    assert packed((40, Break.BLOCK), (40, Break.HEADING)) == [(0, 1), (1, 2)]
    assert packed((20, Break.BLOCK), (40, Break.HEADING)) == [(0, 2)]


def test_glue_holds_where_both_fit():
    assert packed((40, Break.BLOCK), (40, Break.SENTENCE), (15, Break.BLOCK), (40, Break.GLUE)) == [(0, 2), (2, 4)]


@given(st.lists(st.tuples(st.integers(1, 50), st.sampled_from(list(Break))), max_size=40))
def test_every_atom_is_in_one_chunk_and_no_chunk_too_long(given):
    atoms, at = [], 0
    for length, before in given:
        atoms.append(Atom(at, at + length, before))
        at += length + 1
    ranges = list(pack(atoms, LIMITS))
    assert [index for first, after in ranges for index in range(first, after)] == list(range(len(atoms)))
    assert all(atoms[after - 1].end - atoms[first].start <= LIMITS.most for first, after in ranges)
