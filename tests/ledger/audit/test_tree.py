"""The tree against the RFC's own definition, which is recursive; proofs for every size and every leaf."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.ledger.audit.tree import (
    EMPTY,
    Hash,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    leaf_hash,
    root_of,
)

MOST = 300
LEAVES = [b"leaf %d" % number for number in range(MOST)]


def defined(leaves: list[bytes]) -> Hash:
    """RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def stretch_of(leaves: list[bytes]) -> Callable[[int, int], Hash]:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    return lambda start, end: root_of(hashes[start:end])


ROOTS = [defined(LEAVES[:size]) for size in range(MOST + 1)]
STRETCH = stretch_of(LEAVES)


def test_the_roots_are_those_of_the_definition() -> None:
    assert ROOTS[0] == EMPTY
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    assert [root_of(hashes[:size]) for size in range(MOST + 1)] == ROOTS


@pytest.mark.parametrize("sizes", [range(1, 70), range(255, 259), range(296, MOST + 1)])
def test_every_leaf_of_every_tree_is_proved_and_proves_nothing_else(sizes: range) -> None:
    for size in sizes:
        for index in range(size):
            proof, leaf = inclusion_proof(index, size, STRETCH), leaf_hash(LEAVES[index])
            assert included(leaf, index, size, proof, ROOTS[size])
            assert not included(leaf, (index + 1) % size, size, proof, ROOTS[size]) or size == 1
            assert not included(leaf, index, size, proof, ROOTS[size - 1])
            assert not included(leaf, index, size, [*proof, EMPTY], ROOTS[size])
            assert not included(leaf_hash(b"another"), index, size, proof, ROOTS[size])
            assert not (proof and included(leaf, index, size, proof[:-1], ROOTS[size]))


@pytest.mark.parametrize("new", [*range(1, 66), 127, 128, 129, 255, 256, 257, MOST])
def test_every_tree_goes_on_from_every_smaller_one(new: int) -> None:
    for old in range(1, new + 1):
        proof = consistency_proof(old, new, STRETCH)
        assert consistent(old, new, proof, ROOTS[old], ROOTS[new])
        assert not consistent(old, new, proof, ROOTS[old - 1], ROOTS[new])
        assert not consistent(old, new, proof, ROOTS[old], EMPTY)
        assert not consistent(old, new, [*proof, EMPTY], ROOTS[old], ROOTS[new])
        assert not (proof and consistent(old, new, proof[:-1], ROOTS[old], ROOTS[new]))


@given(st.integers(1, MOST), st.integers(1, MOST), st.data())
def test_no_proof_with_another_hash_holds(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    proof = consistency_proof(old, new, STRETCH)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        proof[place] = sha256(proof[place]).digest()
        assert not consistent(old, new, proof, ROOTS[old], ROOTS[new])


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="there is no leaf"):
        inclusion_proof(index, size, STRETCH)
    assert not included(leaf_hash(b""), index, size, [], EMPTY)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5)])
def test_there_is_no_going_on_from_what_is_not_before(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not go on"):
        consistency_proof(old, new, STRETCH)
    assert not consistent(old, new, [], EMPTY, EMPTY)
