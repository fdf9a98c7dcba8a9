"""However leaves come together, the tree is the same, and it can be taken up where it was left."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.ledger.audit.edge import Edge
from freehold.ledger.audit.tiles import Broken, Tiles, tiles_of
from freehold.ledger.audit.tree import leaf_hash, root_of


def leaves(first: int, count: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(first, first + count)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, 63, 127, 255, 256, 257, 700]), min_size=1, max_size=6))
def test_the_tiles_and_the_root_are_those_of_all_leaves_at_once(steps: list[int]) -> None:
    edge, files = Edge(0, [], []), dict[str, bytes]()
    for step in steps:
        # Taken up anew each time, as after a restart.
        edge = Edge.read(files.get, edge.size)
        files |= {tile.path: data for tile, data in edge.grow(leaves(edge.size, step))}
        assert edge.root == root_of([leaf_hash(leaf) for leaf in leaves(0, edge.size)])
    at_once = {tile.path: data for tile, data in Edge(0, [], []).grow(leaves(0, sum(steps)))}
    assert {path: files[path] for path in at_once} == at_once
    assert {tile.path for tile in tiles_of(sum(steps))} == at_once.keys()
    assert Tiles(files.get, edge.size).root() == edge.root


def test_a_tree_of_three_levels() -> None:
    edge = Edge(0, [], [])
    files = {tile.path: data for tile, data in edge.grow(leaves(0, 70_000))}
    assert {tile.path for tile in tiles_of(70_000)} == files.keys()
    tiles = Tiles(files.get, 70_000)
    assert tiles.root() == edge.root == Edge.read(files.get, 70_000).root
    assert tiles.leaf(65_537) == b"leaf 65537"


def test_an_edge_that_is_gone_is_told() -> None:
    with pytest.raises(Broken, match="missing"):
        Edge.read({}.get, 5)


def test_what_a_checkpoint_counts_in_is_never_written_again() -> None:
    edge, files = Edge(0, [], []), set[str]()
    for step in (300, 1, 200, 30, 256, 0, 70_000, 5):
        fresh = {tile.path for tile, _ in edge.grow([b"x"] * step)}
        assert not fresh & files
        files |= fresh
        assert {tile.path for tile in tiles_of(edge.size)} <= files
