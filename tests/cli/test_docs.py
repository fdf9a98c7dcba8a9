"""``freehold docs`` at a Freehold within the command's own process, and what it refuses before asking any."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest

from freehold.cli.docs import slug
from freehold.cli.errors import UsedWrongly
from freehold.knowledge.ingest.sync import Found, walk
from support.commands import Terminal


@pytest.fixture
def handbook(folder: Path) -> Path:
    """A folder of two files."""
    root = folder / "Handbook"
    (root / "sub").mkdir(parents=True)
    (root / "leave.md").write_text("# Leave\n\nEmployees have 27 days of paid leave.\n")
    (root / "sub" / "mill.md").write_text("The mill was built in 1889.\n")
    return root


def test_documents_are_kept_in_line_found_shown_and_removed_without_a_server(
    terminal: Terminal, handbook: Path
) -> None:
    assert terminal("docs", "sync", str(handbook)).out == "2 added\n"
    (handbook / "sub" / "mill.md").unlink()
    assert terminal("docs", "sync", str(handbook)).out == "0 added, 1 unchanged, 1 removed\n"
    (row,) = json.loads(terminal("docs", "list", "--json").out)
    assert (row["collection"], row["name"], row["label"]) == ("handbook", "leave.md", "confidential")
    (hit,) = json.loads(terminal("docs", "search", "days of paid leave", "--json").out)
    assert (hit["lexical_rank"], hit["dense_rank"]) == (1, None)
    place = hit["place"]
    shown = terminal("docs", "show", row["id"], "--span", f"{place['start']}:{place['end']}")
    assert shown.out.rstrip("\n") == hit["text"]
    assert "leave.md" in terminal("docs", "show", row["id"]).out
    assert terminal("docs", "remove", row["id"]).out == f"removed: {row['id']}\n"
    assert json.loads(terminal("docs", "list", "--json").out) == []


def test_a_broken_file_is_named_and_the_command_fails(terminal: Terminal, handbook: Path) -> None:
    (handbook / "broken.pdf").write_bytes(b"%PDF-1.7\nno more")
    ran = terminal("docs", "add", str(handbook), "--label", "internal")
    assert (ran.code, ran.out) == (1, "2 added, 1 failed\n")
    assert "freehold: broken.pdf: " in ran.err
    assert {row["label"] for row in json.loads(terminal("docs", "list", "--json").out)} == {"internal"}


def test_what_a_sync_cannot_read_it_does_not_remove(
    terminal: Terminal, handbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal("docs", "sync", str(handbook))
    (handbook / "leave.md").unlink()
    monkeypatch.setattr("freehold.cli.folders.digests", lambda found: [(_troubled(each), "") for each in found])
    ran = terminal("docs", "sync", str(handbook))
    assert ran.code == 1
    assert "1 removed" in ran.out  # leave.md is certainly gone; mill.md only could not be read
    assert [row["name"] for row in json.loads(terminal("docs", "list", "--json").out)] == ["sub/mill.md"]


def test_a_sync_removes_nothing_of_a_folder_that_holds_too_many_files(
    terminal: Terminal, handbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (handbook / "a.md").write_text("The first of them.\n")
    terminal("docs", "sync", str(handbook))
    monkeypatch.setattr("freehold.cli.folders.walk", partial(walk, most=1))
    ran = terminal("docs", "sync", str(handbook))
    assert (ran.code, ran.out) == (1, "0 added, 1 unchanged, 1 failed\n")
    assert f"{handbook}: the folder holds more than 1 files" in ran.err
    assert len(json.loads(terminal("docs", "list", "--json").out)) == 3


def test_a_second_file_of_one_name_is_named(terminal: Terminal, handbook: Path) -> None:
    (handbook / "\u00e9.txt").write_text("Composed.")
    (handbook / "e\u0301.txt").write_text("Decomposed.")
    ran = terminal("docs", "sync", str(handbook))
    assert (ran.code, ran.out) == (1, "3 added, 1 failed\n")
    assert "\u00e9.txt: another file has the same name" in ran.err


def test_a_name_that_is_no_line_is_quoted_once(terminal: Terminal, handbook: Path) -> None:
    (handbook / "a\nfreehold: all is well").write_text("Words.")
    ran = terminal("docs", "add", str(handbook))
    assert ran.code == 1
    assert "freehold: 'a\\nfreehold: all is well': this cannot be the name of a document: " in ran.err
    assert ran.err.count("all is well") == 1


def _troubled(found: Found) -> Found:
    return msgspec.structs.replace(found, trouble="it cannot be read: Permission denied")


@pytest.mark.parametrize(
    "words",
    [
        ("add", "nowhere"),
        ("sync", "nowhere"),
        ("remove",),
        ("show", "doc_1", "--span", "1-2"),
        ("show", "doc_1", "--span", "9:3"),
        ("add", ".", "--allow", ""),
        ("sync", ".", "--allow", "staff", "--allow", " "),
        ("add", ".", "--allow", "a b"),
        ("tune", "c", "nowhere.jsonl"),
        ("add", "x", "--label", "secret"),
    ],
)
def test_what_cannot_be_meant_is_refused(terminal: Terminal, words: tuple[str, ...]) -> None:
    ran = terminal("docs", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_documents_are_removed_by_name_too(terminal: Terminal, handbook: Path) -> None:
    for collection in ("left", "right"):
        assert terminal("docs", "add", str(handbook), "--collection", collection).code == 0
    left, right = ids(terminal, "leave.md")

    ran = terminal("docs", "remove", "sub/mill.md", "leave.md", "--collection", "gone")
    assert (ran.code, ran.out) == (1, "")
    ran = terminal("docs", "remove", "leave.md", "mill.md", "--collection", "left")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no document mill.md in left" in ran.err
    ran = terminal("docs", "remove", "leave.md")
    assert (ran.code, ran.out) == (2, "")
    assert f"leave.md is {left} in left, {right} in right; give the id, or say --collection" in ran.err
    assert ids(terminal, "leave.md") == [left, right]

    ran = terminal("docs", "remove", "leave.md", "sub/mill.md", "--collection", "left")
    assert (ran.code, ran.out) == (0, "removed: leave.md\nremoved: sub/mill.md\n")
    assert terminal("docs", "remove", "leave.md").out == "removed: leave.md\n"
    (mill,) = ids(terminal, "sub/mill.md")
    assert terminal("docs", "remove", mill, "--collection", "right").out == f"removed: {mill}\n"
    assert json.loads(terminal("docs", "list", "--json").out) == []


def ids(terminal: Terminal, name: str) -> list[str]:
    """Of the documents of that name, by collection."""
    return [row["id"] for row in json.loads(terminal("docs", "list", "--json").out) if row["name"] == name]


@pytest.mark.parametrize(
    ("folder_name", "collection"),
    [("/srv/Handbook", "handbook"), ("/srv/v1.2_final", "v1.2_final")],
)
def test_a_collection_is_named_after_its_folder(folder_name: str, collection: str) -> None:
    assert slug(Path(folder_name)) == collection


@pytest.mark.parametrize(
    ("folder_name", "said"),
    [("/srv/отпуск", "--collection mine"), ("/srv/Our Handbook", "--collection our-handbook"), ("/x/--a", "n a$")],
)
def test_a_folder_whose_name_would_have_to_be_changed_gives_none(folder_name: str, said: str) -> None:
    with pytest.raises(UsedWrongly, match=said):
        slug(Path(folder_name))


def test_a_sync_does_not_clear_what_another_folder_brought(terminal: Terminal, handbook: Path, folder: Path) -> None:
    terminal("docs", "sync", str(handbook))
    other = folder / "other" / "handbook"
    other.mkdir(parents=True)
    (other / "mine.md").write_text("Something else.")
    ran = terminal("docs", "sync", str(other))
    assert (ran.code, ran.out) == (1, "")
    assert "2 are not in this folder" in ran.err
    assert "--collection" in ran.err
    assert {row["name"] for row in json.loads(terminal("docs", "list", "--json").out)} == {"leave.md", "sub/mill.md"}
    assert terminal("docs", "sync", str(other), "--yes").out == "1 added, 2 removed\n"


def test_renamed_files_are_no_loss(terminal: Terminal, handbook: Path) -> None:
    terminal("docs", "sync", str(handbook))
    (handbook / "leave.md").rename(handbook / "holidays.md")
    (handbook / "sub").rename(handbook / "places")
    assert terminal("docs", "sync", str(handbook)).out == "2 added, 2 removed\n"


@pytest.mark.parametrize("command", ["add", "sync"])
def test_what_is_passed_over_is_said(terminal: Terminal, handbook: Path, command: str) -> None:
    for number in range(5):
        (handbook / f"link{number}").symlink_to(handbook / "leave.md")
    os.mkfifo(handbook / "pipe")
    (handbook / ".notes").write_text("Hidden.")
    ran = terminal("docs", command, str(handbook))
    assert (ran.code, ran.out) == (0, "2 added\n")
    assert "skipped link0 and 4 more: links are not followed" in ran.err
    assert "skipped pipe: it is no file" in ran.err
    assert "skipped .notes: what is hidden" in ran.err


def test_a_pipe_named_outright_is_refused(terminal: Terminal, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    ran = terminal("docs", "add", "pipe")
    assert (ran.code, ran.err) == (2, "freehold: pipe is no file and no folder\n")


def test_the_members_of_a_broken_archive_are_told_of_together(terminal: Terminal, handbook: Path) -> None:
    with ZipFile(handbook / "many.zip", "w") as archive:
        for number in range(30):
            archive.writestr(f"{number:02}.pdf", b"%PDF-1.7 torn")
    ran = terminal("docs", "add", str(handbook))
    assert (ran.code, ran.out) == (1, "3 added, 30 failed\n")
    (line,) = [each for each in ran.err.splitlines() if "many.zip" in each]
    assert line.startswith("freehold: many.zip/00.pdf and 29 more: ")


def test_a_span_beyond_the_text_is_told_how_long_it_is(terminal: Terminal, handbook: Path) -> None:
    terminal("docs", "sync", str(handbook))
    row = json.loads(terminal("docs", "list", "--json").out)[0]
    ran = terminal("docs", "show", row["id"], "--span", "0:99999")
    assert (ran.code, ran.out) == (2, "")
    assert f"the text has {row['characters']} characters" in ran.err
    whole = terminal("docs", "show", row["id"], "--span", f"0:{row['characters']}")
    assert (whole.code, len(whole.out.removesuffix("\n"))) == (0, row["characters"])


@pytest.mark.parametrize("words", [("list", "--collection", "nope"), ("search", "leave", "--collection", "nope")])
def test_a_collection_that_is_not_there_is_said(terminal: Terminal, words: tuple[str, ...]) -> None:
    ran = terminal("docs", *words)
    assert (ran.code, ran.out) == (1, "")
    assert "there is no collection 'nope'" in ran.err


def test_a_collection_is_tuned_on_questions(terminal: Terminal, handbook: Path, folder: Path) -> None:
    terminal("docs", "sync", str(handbook))
    (folder / "q.jsonl").write_text('{"question": "When was the mill built?", "documents": ["sub/mill.md"]}\n')
    assert terminal("docs", "tune", "handbook", "q.jsonl").out.startswith("handbook: dense ")
    (folder / "q.jsonl").write_text('{"question": "When?", "documents": ["nothing.md"]}\n')
    ran = terminal("docs", "tune", "handbook", "q.jsonl")
    assert (ran.code, "nothing.md" in ran.err) == (2, True)
