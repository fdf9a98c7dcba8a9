from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.backup import archive as archive_module
from freehold.backup.archive import entry_of, read_archive, read_manifest, write_archive
from freehold.backup.manifest import FORMAT, NAME, Manifest
from freehold.core.errors import SetupError

FILES = {
    "freehold.db": b"rows" * 1000,
    "audit.key": b"ab" * 32 + b"\n",
    "audit/checkpoint": b"",
    "knowledge/jobs.db": b"j",
}


def quiet(_size: int) -> None:
    pass


def a_folder(place: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return place


def manifest_of(folder: Path, names: list[str]) -> Manifest:
    entries = tuple(entry_of(folder / name, name) for name in names)
    return Manifest(FORMAT, "1.0", "2026-01-02", "0006", None, "none", entries)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_folder(tmp_path / "from", FILES)


@pytest.fixture
def packed(folder: Path) -> bytes:
    file = io.BytesIO()
    write_archive(file, manifest_of(folder, list(FILES)), folder, quiet)
    return file.getvalue()


def read(data: bytes, into: Path) -> Manifest:
    into.mkdir()
    return read_archive(io.BytesIO(data), into, quiet)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_written_is_read(packed: bytes, tmp_path: Path) -> None:
    manifest = read(packed, tmp_path / "into")
    assert contents(tmp_path / "into") == FILES
    assert read_manifest(io.BytesIO(packed)) == manifest
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "into").rglob("*"))


def test_any_tar_program_reads_it(packed: bytes) -> None:
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
        assert tar.getnames() == [NAME, *FILES]
        assert {member.name: tar.extractfile(member).read() for member in tar.getmembers()[1:]} == FILES  # type: ignore[union-attr]
        assert all(member.isreg() and member.mode == 0o600 and member.uid == 0 for member in tar.getmembers())


def test_bytes_are_told_as_they_go(folder: Path, packed: bytes, tmp_path: Path) -> None:
    told: list[int] = []
    manifest = manifest_of(folder, list(FILES))
    write_archive(io.BytesIO(), manifest, folder, told.append)
    (tmp_path / "into").mkdir()
    read_archive(io.BytesIO(packed), tmp_path / "into", told.append)
    assert sum(told) == 2 * manifest.size


@pytest.mark.parametrize(
    "data",
    [b"", b"no gzip", gzip.compress(b""), gzip.compress(bytes(2048)), gzip.compress(b"x" * 999)],
    ids=["empty", "no gzip", "nothing", "zeros", "no header"],
)
def test_what_is_no_archive_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="damaged"):
        read(data, tmp_path / "into")


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 0.9999))
def test_one_that_was_cut_short_is_refused(share: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("cut")
    file = io.BytesIO()
    source = a_folder(place / "from", FILES)
    write_archive(file, manifest_of(source, list(FILES)), source, quiet)
    whole = file.getvalue()
    with pytest.raises(SetupError, match="damaged"):
        read(whole[: int(len(whole) * share)], place / "into")


def test_a_byte_that_was_changed_is_found(packed: bytes, tmp_path: Path) -> None:
    plain = bytearray(gzip.decompress(packed))
    at = plain.index(b"rowsrows")
    plain[at] ^= 1
    with pytest.raises(SetupError, match=r"freehold\.db is not what was backed up"):
        read(gzip.compress(bytes(plain)), tmp_path / "into")


def tarred(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.GNU_FORMAT) as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file.getvalue()


def member(name: str, data: bytes, kind: bytes = tarfile.REGTYPE, to: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info, data


@pytest.mark.parametrize(
    "second",
    [
        member("../freehold.db", b"rows"),
        member("/etc/freehold.db", b"rows"),
        member("freehold.db", b"", tarfile.SYMTYPE, "/etc/passwd"),
        member("freehold.db", b"", tarfile.LNKTYPE, "/etc/passwd"),
        member("freehold.db", b"", tarfile.DIRTYPE),
        member("freehold.db", b"", tarfile.FIFOTYPE),
        member("freehold.db", b"", tarfile.CHRTYPE),
        member("other", b"rows"),
        member("freehold.db", b"rows and more"),
        member("x" * 300, b"rows"),
    ],
    ids=lambda each: f"{each[0].type!r} {each[0].name[:20]}",
)
def test_a_member_that_is_not_what_the_manifest_names_is_refused(
    second: tuple[tarfile.TarInfo, bytes], tmp_path: Path
) -> None:
    source = a_folder(tmp_path / "from", {"freehold.db": b"rows"})
    said = msgspec.json.encode(manifest_of(source, ["freehold.db"]))
    with pytest.raises(SetupError, match="damaged"):
        read(tarred([member(NAME, said), second]), tmp_path / "into")
    assert {path.name for path in tmp_path.iterdir()} == {"from", "into"}


def test_what_comes_after_the_last_member_is_refused(tmp_path: Path) -> None:
    source = a_folder(tmp_path / "from", {"freehold.db": b"rows"})
    said = msgspec.json.encode(manifest_of(source, ["freehold.db"]))
    with pytest.raises(SetupError, match="more than its manifest names"):
        read(tarred([member(NAME, said), member("freehold.db", b"rows"), member("more", b"x")]), tmp_path / "into")


def test_a_bomb_is_stopped_at_what_was_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = a_folder(tmp_path / "from", {"freehold.db": b"rows"})
    said = msgspec.json.encode(manifest_of(source, ["freehold.db"]))
    bomb = tarred([member(NAME, said), member("freehold.db", bytes(64 * 1024 * 1024))])
    with pytest.raises(SetupError, match="has 67108864 bytes, and the manifest says 4"):
        read(bomb, tmp_path / "into")
    assert contents(tmp_path / "into") == {}
    monkeypatch.setattr(archive_module, "LARGEST", 10)
    with pytest.raises(SetupError, match="manifest is larger than any"):
        read_manifest(io.BytesIO(bomb))


def test_a_size_below_nothing_is_refused_before_anything_is_read() -> None:
    header = tarfile.TarInfo(NAME)
    header.size = -1
    packed = gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + b'{"format": 99}')
    with pytest.raises(SetupError, match="not where it should be"):
        read_manifest(io.BytesIO(packed))
