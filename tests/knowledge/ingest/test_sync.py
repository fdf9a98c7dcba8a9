from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.ingest.sync import Found, digests, plan, walk

NAMES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("123"))


def fill(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def found(root: Path, **options: int) -> list[str]:
    return [each.name for each in walk(root, **options) if not each.trouble]


class TestPlan:
    def test_each_case(self) -> None:
        made = plan(
            {"same": "1", "new": "2", "changed": "3"},
            {"same": ("doc_s", "1"), "changed": ("doc_c", "0"), "gone": ("doc_g", "9")},
        )
        assert (made.add, made.replace, made.unchanged) == (("new",), ("changed",), ("same",))
        assert made.remove == {"gone": "doc_g"}

    def test_members_stay_and_go_with_their_archive(self) -> None:
        kept = {"a.zip": ("doc_a", "1"), "a.zip/x": ("doc_x", "7"), "b.zip/in/y": ("doc_y", "8")}
        made = plan({"a.zip": "1"}, kept)
        assert made.unchanged == ("a.zip",)
        assert made.remove == {"b.zip/in/y": "doc_y"}
        gone = plan({}, kept)
        assert gone.remove == {"a.zip": "doc_a", "a.zip/x": "doc_x", "b.zip/in/y": "doc_y"}

    @given(NAMES, NAMES)
    def test_carrying_it_out_makes_both_alike(self, local: dict[str, str], before: dict[str, str]) -> None:
        kept = {name: (f"doc_{name}", digest) for name, digest in before.items()}
        made = plan(local, kept)
        after = {name: digest for name, digest in before.items() if name not in made.remove}
        after |= {name: local[name] for name in (*made.add, *made.replace)}
        assert after == local
        assert plan(local, {name: ("doc", digest) for name, digest in after.items()}).unchanged == tuple(sorted(local))
        assert {*made.add, *made.replace, *made.unchanged} == set(local)


class TestWalk:
    def test_files_in_order_without_hidden_ones_and_those_of_version_control(self, tmp_path: Path) -> None:
        fill(tmp_path, "b.txt", "a/z.md", "a/.hidden", ".git/config", "CVS/Root", "a/__pycache__/x.pyc", ".env")
        assert found(tmp_path) == ["a/z.md", "b.txt"]

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        root = tmp_path / "root"
        fill(root, "a/b.txt")
        fill(tmp_path, "outside/secret.txt")
        (root / "a" / "loop").symlink_to(root)
        (root / "out").symlink_to(tmp_path / "outside")
        (root / "file").symlink_to(tmp_path / "outside" / "secret.txt")
        (root / "broken").symlink_to("nowhere")
        os.mkfifo(root / "pipe")
        assert found(root) == ["a/b.txt"]
        told: dict[str, str] = {}
        assert len(list(walk(root, skip=told.__setitem__))) == 1
        assert list(told) == ["a/loop", "broken", "file", "out", "pipe"]
        assert told["pipe"] == "it is no file and no folder"

    def test_names_are_composed(self, tmp_path: Path) -> None:
        fill(tmp_path, "e\u0301te\u0301/報告.txt")
        assert found(tmp_path) == ["\u00e9t\u00e9/報告.txt"]

    def test_a_name_that_is_no_text_is_reported(self, tmp_path: Path) -> None:
        (tmp_path / os.fsdecode(b"a\xff.txt")).write_text("x")
        (only,) = walk(tmp_path)
        assert "UTF-8" in only.trouble
        assert only.name == "a\ufffd.txt"

    def test_it_is_bounded_and_says_so(self, tmp_path: Path) -> None:
        fill(tmp_path, *(f"{number}.txt" for number in range(5)))
        files = list(walk(tmp_path, most=3))
        assert [bool(each.trouble) for each in files] == [False, False, False, True]
        assert "more than 3 files" in files[-1].trouble
        assert (files[-1].name, files[-1].path) == ("", tmp_path), "it is about the folder, not about a file of it"

    def test_two_files_of_one_name_are_told_apart(self, tmp_path: Path) -> None:
        fill(tmp_path, "\u00e9.txt", "e\u0301.txt", "d/x", "\u00e9/y", "e\u0301/y")
        files = list(walk(tmp_path))
        assert [each.name for each in files if each.trouble] == ["\u00e9/y", "\u00e9.txt"]
        assert sorted(each.name for each in files if not each.trouble) == ["d/x", "\u00e9.txt", "\u00e9/y"]
        assert "same name" in files[-1].trouble

    def test_what_lies_too_deep_is_reported(self, tmp_path: Path) -> None:
        fill(tmp_path, "/".join("d" for _ in range(70)) + "/x.txt")
        (only,) = walk(tmp_path)
        assert "64 folders deep" in only.trouble

    def test_a_folder_that_cannot_be_read_is_reported(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fill(tmp_path, "a/x.txt", "b.txt")
        real = os.scandir

        def scandir(path: Path) -> object:
            if Path(path).name == "a":
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
        assert [(each.name, each.trouble) for each in walk(tmp_path)] == [
            ("a", "the folder cannot be read: Permission denied"), ("b.txt", ""),
        ]  # fmt: skip

    def test_a_single_file(self, tmp_path: Path) -> None:
        fill(tmp_path, "x.txt")
        assert found(tmp_path / "x.txt") == ["x.txt"]

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="no file and no folder"):
            list(walk(tmp_path / "nowhere"))


class TestDigests:
    def test_each_file_by_its_content_in_order(self, tmp_path: Path) -> None:
        fill(tmp_path, *(f"{number:04}.txt" for number in range(600)))
        pairs = list(digests(walk(tmp_path)))
        assert [each.name for each, _ in pairs] == [f"{number:04}.txt" for number in range(600)]
        assert pairs[7][1] == hashlib.sha256(b"0007.txt").hexdigest()

    def test_a_change_within_one_tick_and_of_one_size_is_seen(self, tmp_path: Path) -> None:
        fill(tmp_path, "a")
        before = (tmp_path / "a").stat()
        ((_, first),) = digests(walk(tmp_path))
        (tmp_path / "a").write_text("b")
        os.utime(tmp_path / "a", ns=(before.st_atime_ns, before.st_mtime_ns))
        ((_, second),) = digests(walk(tmp_path))
        assert first != second

    def test_what_cannot_be_read_is_reported(self, tmp_path: Path) -> None:
        fill(tmp_path, "real")
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "link").symlink_to("real")
        bad = [Found(name, tmp_path / name) for name in ("gone", "pipe", "link")] + [Found("x", tmp_path, "too deep")]
        pairs = list(digests(bad))
        assert [digest for _, digest in pairs] == [""] * 4
        troubles = [each.trouble for each, _ in pairs]
        assert troubles[0] == "it cannot be read: No such file or directory"
        assert troubles[1] == "it is no file any more"
        assert troubles[2].startswith("it cannot be read")
        assert troubles[3] == "too deep"
