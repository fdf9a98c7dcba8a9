from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from freehold.knowledge.extract.archive import Archive, Budget
from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.found import Rejected
from support.documents import zipped

SMALL = Bounds(file_bytes=50_000, members=5, unpacked_bytes=100_000, ratio=50, ratio_from=1000)


def opened(folder: Path, body: bytes, bounds: Bounds = SMALL) -> Archive:
    source = folder / "a.zip"
    source.write_bytes(body)
    return Archive(source, bounds, Budget(bounds.unpacked_bytes))


def unpacked(folder: Path, body: bytes, bounds: Bounds = SMALL) -> dict[str, bytes]:
    target = folder / "member"
    found = {}
    with opened(folder, body, bounds) as archive:
        for member in archive.members:
            archive.unpack(member, target)
            found[member.name] = target.read_bytes()
    return found


def test_members_come_out_under_safe_names(tmp_path: Path) -> None:
    body = zipped({"../up.txt": "a", "d/": "", "d/x.txt": "b", "D/X.txt": "c", "__MACOSX/._x": "no", ".DS_Store": "no"})
    assert unpacked(tmp_path, body) == {"up.txt": b"a", "d/x.txt": b"b", "D/X (2).txt": b"c"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "member"]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("отчёт за год.txt", "cp1251"),
        ("日本語のテキスト.txt", "cp932"),
        ("Übergrößen.txt", "utf-8"),
        ("été.txt", "cp437"),
    ],
)
def test_names_of_older_programs_keep_their_script(tmp_path: Path, name: str, encoding: str) -> None:
    raw = name.encode(encoding)
    body = zipped({"n" * len(raw): "x"}).replace(b"n" * len(raw), raw)
    with opened(tmp_path, body) as archive:
        assert [member.name for member in archive.members] == [name]


def test_its_own_text_lists_what_is_in_it(tmp_path: Path) -> None:
    with opened(tmp_path, zipped({"a.txt": "a", "报告.md": "b"})) as archive:
        assert archive.contents().text == "- a.txt\n- 报告.md"


def test_a_symbolic_link_is_passed_over_with_a_note(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with opened(tmp_path, buffer.getvalue()) as archive:
        assert [member.name for member in archive.members] == ["a.txt"]
        assert archive.contents().notes == ("The member link is a symbolic link and was passed over.",)


def test_a_bomb_is_stopped_while_it_swells(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="more than 50 times its size"):
        unpacked(tmp_path, zipped({"bomb": bytes(40_000)}))
    with pytest.raises(Rejected, match="more than 50,000 bytes"):
        unpacked(tmp_path, zipped({"large": bytes(60_000)}, method=zipfile.ZIP_STORED))


def test_a_claimed_size_is_not_believed(tmp_path: Path) -> None:
    body = bytearray(zipped({"bomb": bytes(40_000)}))
    directory = body.rindex(b"PK\x01\x02")
    body[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Rejected):
        unpacked(tmp_path, bytes(body))
    assert (tmp_path / "member").stat().st_size < 50_000


def test_the_budget_is_for_all_members_together(tmp_path: Path) -> None:
    body = zipped({f"{n}": bytes(30_000) for n in range(4)}, method=zipfile.ZIP_STORED)
    with pytest.raises(Rejected, match="unpacks to more than 100,000 bytes"):
        unpacked(tmp_path, body)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="has 6 members, more than 5"):
        opened(tmp_path, zipped({f"{n}": "x" for n in range(6)}))


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    body = bytearray(zipped({"a": "one", "b": "two"}))
    first = body.index(b"PK\x01\x02")
    second = body.index(b"PK\x01\x02", first + 4)
    body[second + 42 : second + 46] = body[first + 42 : first + 46]
    with pytest.raises(Rejected, match="lie over one another"):
        opened(tmp_path, bytes(body))


def encrypted(body: bytes, *names: bytes) -> bytes:
    """The archive with these members flagged as encrypted."""
    changed = bytearray(body)
    for mark, flags, name_at in ((b"PK\x01\x02", 8, 46), (b"PK\x03\x04", 6, 30)):
        at = changed.find(mark)
        while at >= 0:
            if any(changed.startswith(name, at + name_at) for name in names):
                changed[at + flags] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)


def test_encryption_is_told_of_all_or_of_one(tmp_path: Path) -> None:
    body = zipped({"one.txt": "a", "two.txt": "b"})
    with pytest.raises(Rejected, match="The archive is encrypted"):
        opened(tmp_path, encrypted(body, b"one", b"two"))
    with opened(tmp_path, encrypted(body, b"two")) as archive:
        archive.unpack(archive.members[0], tmp_path / "member")
        with pytest.raises(Rejected, match="This member of the archive is encrypted"):
            archive.unpack(archive.members[1], tmp_path / "member")


def test_other_ways_of_packing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="packed in a way that is not read"):
        unpacked(tmp_path, zipped({"a": "x" * 100}, method=zipfile.ZIP_BZIP2))


def test_damage_is_told(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="cannot be listed"):
        opened(tmp_path, b"PK\x03\x04")
    body = bytearray(zipped({"a": "x" * 100}, method=zipfile.ZIP_STORED))
    body[60] ^= 1
    with pytest.raises(Rejected, match="This member of the archive is damaged"):
        unpacked(tmp_path, bytes(body))


def test_an_archive_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="holds no files"):
        opened(tmp_path, zipped({"d/": ""}))
