"""Where tiles lie, what is in them, and what is said of broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.ledger.audit.edge import Edge
from freehold.ledger.audit.tiles import ENTRIES, HASH, Broken, Tile, Tiles, cut, pack, tiles_of, unpack


def files_of(size: int) -> dict[str, bytes]:
    return {tile.path: data for tile, data in Edge(0, [], []).grow([b"%d" % index for index in range(size)])}


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 999, 1), "tile/1/999.p/1"),
        (Tile(ENTRIES, 1000), "tile/entries/x001/000"),
        (Tile(63, 1234067, 255), "tile/63/x001/x234/067.p/255"),
    ],
)
def test_a_tile_has_one_path(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/0", "tile/00/000", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01"),
        *("tile/0/x000/000", "tile/0/001/000", "tile/entries/../key", "/tile/0/000", "tile/0/000\n", "checkpoint"),
    ],
)
def test_any_other_path_is_no_tile_s(path: str) -> None:
    assert Tile.parse(path) is None


def test_the_tiles_of_a_tree_are_those_of_the_standard_s_example() -> None:
    found = list(tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in found) == 273
    assert [tile for tile in found if tile.level == 0 and tile.width < 256] == [Tile(0, 273, 112)]
    assert [tile for tile in found if tile.level in {1, 2}] == [Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile for tile in tiles_of(256) if tile.level != ENTRIES] == [Tile(0, 0), Tile(1, 0, 1)]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_leaves(leaves: list[bytes]) -> None:
    assert unpack(pack(leaves)) == leaves


def test_the_longest_leaf_fits_and_a_longer_one_does_not() -> None:
    assert unpack(pack([b"x" * 0xFFFF])) == [b"x" * 0xFFFF]
    with pytest.raises(OverflowError):
        pack([b"x" * 0x10000])


def test_the_beginning_of_a_longer_tile_is_the_shorter_one() -> None:
    assert cut(Tile(0, 0, 2), bytes(3 * HASH)) == bytes(2 * HASH)
    assert cut(Tile(ENTRIES, 0, 1), pack([b"a", b"b"])) == pack([b"a"])
    for tile, data in ((Tile(0, 0, 4), bytes(3 * HASH)), (Tile(ENTRIES, 0, 3), pack([b"a"]))):
        with pytest.raises(ValueError, match="it has"):
            cut(tile, data)


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("tile/0/000.p/3", None, "is missing"),
        ("tile/0/000.p/3", bytes(90), "is 90 bytes, and 3 hashes are 96"),
        ("tile/entries/000.p/3", pack([b"a", b"b"]), "holds 2 leaves, and 3 belong there"),
        ("tile/entries/000.p/3", pack([b"a"]), "holds 1 leaf, and 3 belong there"),
        ("tile/entries/000.p/3", b"\x00\x05abc", "its entry 0 is cut short"),
    ],
)
def test_a_tile_that_is_not_as_it_should_be_is_named(path: str, data: bytes | None, said: str) -> None:
    files: dict[str, bytes | None] = {**files_of(3), path: data}
    tiles = Tiles(files.get, 3)
    look = tiles.root if path.startswith("tile/0") else lambda: tiles.leaf(0)
    with pytest.raises(Broken, match=said) as caught:
        look()
    assert path in str(caught.value)


def test_a_tree_without_leaves_has_a_root_too() -> None:
    assert Tiles({}.get, 0).root() == Edge(0, [], []).root
