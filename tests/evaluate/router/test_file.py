"""A router's file: figures alone, for one user alone, and refused where it is not what it was."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest

from freehold.core.errors import NotFound, Unprocessable
from freehold.evaluate.router.file import Shelf, Taught, id_of, packed, unpacked
from freehold.evaluate.router.fit import Evidence, fitted
from freehold.evaluate.router.gathering import Origin
from freehold.evaluate.router.space import Points
from support.prompts import a_card, some_evidence

ORIGINS = tuple(Origin(f"ex_{place:032x}", f"fh_{place:032x}" if place < 15 else "") for place in range(40))


def some(seed: int = 0, **changes: object) -> Taught:
    return Taught(a_card(**changes), some_evidence(40, seed), ORIGINS)


def with_member(content: bytes, name: str, data: bytes, *, packing: int = zipfile.ZIP_STORED) -> bytes:
    """The archive with one member in place of what it had."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", packing) as new:
        for each in old.namelist():
            new.writestr(each, data if each == name else old.read(each))
    return buffer.getvalue()


def as_npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array)
    return buffer.getvalue()


def test_a_router_comes_back_as_it_was(tmp_path: Path) -> None:
    shelf, taught = Shelf(tmp_path / "routers"), some()
    known = shelf.put(taught)
    found = shelf.get(known.id)
    assert (found.card, found.origins) == (taught.card, taught.origins)
    assert found.evidence.weak.tolist() == taught.evidence.weak.tolist()
    others = some_evidence(20, seed=3).points
    ones, twos = (fitted("ridge", each.evidence)(others) for each in (taught, found))
    assert ones == pytest.approx(twos, abs=1e-4)


def test_only_this_user_may_read_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "routers")
    known = shelf.put(some())
    (path,) = (tmp_path / "routers").iterdir()
    assert path.name == f"{known.id}.npz"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    known = shelf.put(some())
    path = tmp_path / f"{known.id}.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Unprocessable, match="not as it was written"):
        shelf.get(known.id)


@pytest.mark.parametrize("router", ["rt_" + "0" * 32, "../../etc/passwd", "rt_" + "/" * 32, ""])
def test_what_is_not_there_is_not_found(router: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no router"):
        Shelf(tmp_path).get(router)
    with pytest.raises(NotFound, match="there is no router"):
        Shelf(tmp_path).remove(router)


def test_lists_the_newest_first_and_leaves_out_what_is_none(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.all() == []
    old, new = shelf.put(some(made_ns=1)), shelf.put(some(made_ns=2))
    (tmp_path / f"rt_{'a' * 32}.npz").write_bytes(b"no archive")
    assert shelf.all() == [new, old]
    shelf.remove(new.id)
    assert shelf.all() == [old]


def test_pickles_are_never_loaded() -> None:
    evil = io.BytesIO()
    np.lib.format.write_array(evil, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(Unprocessable):
        unpacked(with_member(packed(some()), "weak.npy", evil.getvalue()))


def test_packed_members_are_refused() -> None:
    content = packed(some())
    with pytest.raises(Unprocessable, match="not stored as it is"):
        unpacked(with_member(content, "", b"", packing=zipfile.ZIP_DEFLATED))


def test_a_header_that_claims_more_than_there_is_is_refused() -> None:
    honest = as_npy(np.zeros(40, np.float32))
    claims = honest.replace(b"(40,), }     ", b"(9999999,), }")
    assert len(claims) == len(honest)
    with pytest.raises(Unprocessable, match="another size than it says"):
        unpacked(with_member(packed(some()), "weak.npy", claims))


@pytest.mark.parametrize("header", [b"(40,      ", b"40)(,     ", b"\xff\xfe      "])
def test_a_header_that_is_none_is_refused(header: bytes) -> None:
    broken = as_npy(np.zeros(40, np.float32)).replace(b"(40,), }  ", header)
    with pytest.raises(Unprocessable, match="no router's file"):
        unpacked(with_member(packed(some()), "weak.npy", broken))


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("weak.npy", np.zeros(7, np.float32)),
        ("weak.npy", np.full(40, np.nan, np.float32)),
        ("form.npy", np.zeros(40, np.float32)),
        ("meaning.npy", np.full((40, 12), np.inf, np.float32)),
    ],
)
def test_figures_that_do_not_fit_are_refused(name: str, array: np.ndarray) -> None:
    with pytest.raises(Unprocessable, match="no router's file"):
        unpacked(with_member(packed(some()), name, as_npy(array)))


def test_no_archive_is_no_router() -> None:
    with pytest.raises(Unprocessable, match="no router's file"):
        unpacked(b"PK no")


def test_the_same_router_has_the_same_id() -> None:
    assert id_of(packed(some())) == id_of(packed(some()))
    assert id_of(packed(some())) != id_of(packed(some(seed=1)))


def test_a_router_without_meaning_is_kept_too(tmp_path: Path) -> None:
    bare = some_evidence(40, meaning=0)
    evidence = Evidence(Points(bare.points.meaning, bare.points.form, np.ones((40, 2))), bare.weak, bare.strong)
    found = Shelf(tmp_path).get(Shelf(tmp_path).put(Taught(a_card(), evidence, (Origin(),) * 40)).id)
    assert found.evidence.points.meaning.shape == (40, 0)
    assert (found.evidence.points.slices == 1).all()
    assert found.examples == frozenset()


def test_it_says_which_requests_it_learned_from(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    known = shelf.put(some())
    assert shelf.exchanges(known.id) == {origin.exchange for origin in ORIGINS[:15]}
    assert shelf.known(known.id) == known


def test_what_it_forgets_is_nowhere_in_its_file_and_its_id_stays(tmp_path: Path) -> None:
    shelf, taught = Shelf(tmp_path), some(size=40)
    known = shelf.put(taught)
    stamp = shelf.stamp(known.id)
    gone = {origin.exchange for origin in ORIGINS[:3]}
    left = shelf.forget(known.id, gone)
    assert left is not None
    assert (left.id, left.card.forgot) == (known.id, 3)
    found = shelf.get(known.id)
    assert (found.card, found.origins) == (left.card, ORIGINS[3:])
    assert found.evidence.points.meaning == pytest.approx(taught.evidence.points.meaning[3:], abs=1e-6)
    content = (tmp_path / f"{known.id}.npz").read_bytes()
    for place in range(4):
        vector = taught.evidence.points.meaning[place].astype(np.float32).tobytes()
        assert (vector in content) == (place == 3)
    assert stamp
    assert not list(tmp_path.glob(".*"))
    again = shelf.forget(known.id, {ORIGINS[3].exchange})
    assert again is not None
    assert again.card.forgot == 4


def test_a_router_that_loses_more_than_half_goes_as_a_whole(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    origins = tuple(Origin("", f"fh_{place:032x}") for place in range(40))
    known = shelf.put(Taught(a_card(size=40), some_evidence(40), origins))
    assert shelf.forget(known.id, {origin.exchange for origin in origins[:21]}) is None
    assert shelf.all() == []
    assert shelf.stamp(known.id) == 0


def test_damage_to_a_file_that_has_forgotten_some_is_told_too(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    known = shelf.put(some(size=40))
    shelf.forget(known.id, {ORIGINS[0].exchange})
    path = tmp_path / f"{known.id}.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Unprocessable, match="not as it was written"):
        shelf.get(known.id)
