from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from freehold.core.errors import BadRequest, NotFound, TooLarge, Unavailable
from freehold.core.label import Label
from freehold.knowledge.ingest.reader import Task
from freehold.knowledge.ingest.report import JobReport
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.model import Collection, Document, Reader
from freehold.knowledge.service import Knowledge, Upload, may_read
from support.documents import zipped
from support.ingesting import INTERNAL, PATIENCE, Faulty, in_process, knowledge, until
from support.libraries import new_document

EVERYTHING = Reader(everything=True)
ANYONE = Reader()
SECRET = Label.parse("restricted;client-x")
PUBLIC = Label.parse("public")
DISK_FULL = Unavailable("the disk is full")
LEAVE = b"Every member of staff has thirty days of annual leave."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    library = SqliteLibrary(tmp_path / "library")
    yield library
    library.close()


@asynccontextmanager
async def running(library: Any, tmp_path: Path, **options: Any) -> AsyncIterator[Knowledge]:
    wing = knowledge(library, tmp_path / "knowledge", **options)
    await wing.start()
    try:
        yield wing
    finally:
        await wing.stop()


@pytest.fixture
async def wing(library: SqliteLibrary, tmp_path: Path) -> AsyncIterator[Knowledge]:
    async with running(library, tmp_path) as wing:
        yield wing


async def done(wing: Knowledge, job: str) -> JobReport:
    return await asyncio.wait_for(wing.wait(job), PATIENCE)


async def added(wing: Knowledge, name: str, body: bytes = LEAVE, **options: Any) -> JobReport:
    return await done(wing, await wing.add(Upload("handbook", name, body, **options)))


async def the(wing: Knowledge, name: str) -> Document:
    found = await wing.named("handbook", name, EVERYTHING)
    assert found is not None
    return found


def staged(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "knowledge" / "incoming").glob("*"))


class Gate:
    """Holds readers at one name until it is opened."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._reached, self._open = threading.Event(), threading.Event()
        self._once = True

    def __call__(self, task: Task) -> None:
        if task.name == self._name and self._once:
            self._once = False
            self._reached.set()
            assert self._open.wait(PATIENCE)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, PATIENCE)

    def open(self) -> None:
        self._open.set()


class TestAdding:
    async def test_a_file_becomes_a_document(self, wing: Knowledge, tmp_path: Path) -> None:
        report = await added(wing, "leave.txt")
        assert (report.state, report.done, report.failed, report.notes) == ("done", 1, 0, ())
        (file,) = report.files
        document = await wing.document(file.document or "", ANYONE)
        assert (document.name, document.version, document.label) == ("leave.txt", 1, INTERNAL)
        assert document.digest == hashlib.sha256(LEAVE).hexdigest()
        assert await wing.text(document.id, ANYONE) == LEAVE.decode()
        assert await wing.digests("handbook") == {"leave.txt": (document.id, document.digest)}
        assert [each.name for each in await wing.collections()] == ["handbook"]
        assert await wing.documents("handbook", ANYONE) == [document]
        assert await wing.labels(["handbook"], ANYONE) == {INTERNAL}
        assert staged(tmp_path) == []

    async def test_a_file_of_this_machine(self, wing: Knowledge, tmp_path: Path) -> None:
        (tmp_path / "leave.txt").write_bytes(LEAVE)
        job = await wing.add(Upload("handbook", "leave.txt", tmp_path / "leave.txt"))
        assert (await done(wing, job)).done == 1
        assert (tmp_path / "leave.txt").exists()

    async def test_several_uploads_of_one_job(self, wing: Knowledge) -> None:
        job = wing.new_job()
        for number in range(70):
            assert await wing.add(Upload("handbook", f"{number}.txt", b"Number %d." % number, job=job)) == job
        report = await done(wing, job)
        assert (report.done, report.waiting, report.failed) == (70, 0, 0)
        assert len(await wing.digests("handbook")) == 70

    async def test_the_same_again_is_unchanged(self, wing: Knowledge) -> None:
        first = await added(wing, "leave.txt")
        again = await added(wing, "leave.txt")
        assert (again.unchanged, again.files[0].document) == (1, first.files[0].document)
        assert (await the(wing, "leave.txt")).version == 1

    async def test_a_new_content_is_the_next_version(self, wing: Knowledge) -> None:
        await added(wing, "leave.txt")
        before = await the(wing, "leave.txt")
        await added(wing, "leave.txt", b"Forty days.")
        after = await the(wing, "leave.txt")
        assert (after.id, after.version) == (before.id, 2)

    async def test_one_bad_file_never_stops_the_rest(self, wing: Knowledge) -> None:
        job = wing.new_job()
        for name, body in (("a.txt", LEAVE), ("b.pdf", b"%PDF-1.7 torn"), ("empty.txt", b""), ("c.txt", LEAVE)):
            await wing.add(Upload("handbook", name, body, job=job))
        report = await done(wing, job)
        assert (report.done, report.failed) == (2, 2)
        failed = {each.name: each.reason for each in report.files if each.state == "failed"}
        assert set(failed) == {"b.pdf", "empty.txt"}
        assert all(failed.values())

    async def test_a_fault_of_ours_fails_its_file_alone(
        self, library: SqliteLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        def trip(task: Task) -> None:
            if task.name == "bad.txt":
                raise RuntimeError("a bug")

        async with running(library, tmp_path, readers=in_process(trip, count=1)) as wing:
            job = wing.new_job()
            for name in ("bad.txt", "good.txt"):
                await wing.add(Upload("handbook", name, LEAVE, job=job))
            report = await done(wing, job)
        assert (report.done, report.failed) == (1, 1)
        assert "RuntimeError" in report.files[0].reason
        assert "a bug" in caplog.text
        assert staged(tmp_path) == []

    async def test_what_cannot_be_is_refused_at_once(self, wing: Knowledge) -> None:
        for upload, match in (
            (Upload("No Good", "a", b"x"), "collection"),
            (Upload("handbook", "../a", b"x"), "name of a document"),
            (Upload("handbook", "a", b"x", job="mine"), "id of a job"),
        ):
            with pytest.raises(BadRequest, match=match):
                await wing.add(upload)
        with pytest.raises(NotFound, match="no job"):
            await wing.job("job_" + "0" * 24)

    async def test_what_is_too_large_is_refused(self, library: SqliteLibrary, tmp_path: Path) -> None:
        async with running(library, tmp_path, most_bytes=10) as wing:
            with pytest.raises(TooLarge):
                await wing.add(Upload("handbook", "a", LEAVE))

    async def test_two_jobs_with_one_name_at_once_leave_one_document(self, wing: Knowledge) -> None:
        bodies = [b"Version %d." % number for number in range(10)]
        jobs = await asyncio.gather(*(wing.add(Upload("handbook", "a.txt", body)) for body in bodies))
        reports = [await done(wing, job) for job in jobs]
        assert all(report.done + report.unchanged == 1 for report in reports)
        assert list(await wing.digests("handbook")) == ["a.txt"]
        text = await wing.text((await the(wing, "a.txt")).id, ANYONE)
        assert text.encode() in bodies


class TestRights:
    async def test_what_is_stated_holds(self, wing: Knowledge) -> None:
        await added(wing, "a.txt", label=SECRET, groups=frozenset({"hr"}))
        document = await the(wing, "a.txt")
        assert (document.label, document.groups) == (SECRET, {"hr"})

    async def test_a_new_document_gets_the_collection_s(self, wing: Knowledge) -> None:
        await wing.save_collection(Collection("handbook", SECRET, frozenset({"hr"})))
        await added(wing, "a.txt")
        document = await the(wing, "a.txt")
        assert (document.label, document.groups) == (SECRET, {"hr"})
        await wing.save_collection(Collection("handbook", PUBLIC))
        await added(wing, "b.txt")
        assert (await the(wing, "b.txt")).label == PUBLIC

    async def test_an_upload_that_states_nothing_never_lowers_a_label(self, wing: Knowledge) -> None:
        await added(wing, "a.txt", label=SECRET, groups=frozenset({"hr"}))
        await added(wing, "a.txt", b"A new content.")
        document = await the(wing, "a.txt")
        assert (document.label, document.groups, document.version) == (SECRET, {"hr"}, 2)

    async def test_the_same_content_under_another_label_is_relabelled(self, wing: Knowledge) -> None:
        await added(wing, "a.txt", label=SECRET)
        report = await added(wing, "a.txt", label=PUBLIC)
        document = await the(wing, "a.txt")
        assert (report.done, document.label, document.version) == (1, PUBLIC, 1)

    async def test_unknown_and_forbidden_are_one(self, wing: Knowledge) -> None:
        await added(wing, "a.txt", groups=frozenset({"hr"}))
        secret = (await the(wing, "a.txt")).id
        unknown = "doc_" + "0" * 24
        for ask in (wing.document, wing.text):
            said = []
            for id_ in (secret, unknown):
                with pytest.raises(NotFound) as caught:
                    await ask(id_, ANYONE)
                said.append(caught.value.message.replace(id_, "ID"))
            assert said[0] == said[1]
        assert await wing.named("handbook", "a.txt", ANYONE) is None
        assert (await wing.document(secret, Reader(frozenset({"hr"})))).id == secret
        assert may_read(EVERYTHING, await the(wing, "a.txt"))


class TestMeanwhile:
    """What is decided while an upload waits or is read."""

    async def test_the_last_upload_wins(self, library: SqliteLibrary, tmp_path: Path) -> None:
        gate = Gate("a.txt")
        async with running(library, tmp_path, readers=in_process(gate)) as wing:
            first = await wing.add(Upload("handbook", "a.txt", b"The old one."))
            await gate.reached()
            second = await wing.add(Upload("handbook", "a.txt", b"The new one."))
            assert (await done(wing, second)).done == 1
            gate.open()
            assert (await done(wing, first)).unchanged == 1
            await asyncio.to_thread(wing._uploads.stop)
            document = await the(wing, "a.txt")
            assert (await wing.text(document.id, ANYONE), document.version) == ("The new one.", 1)
        assert staged(tmp_path) == []

    async def test_a_label_given_later_holds(self, library: SqliteLibrary, tmp_path: Path) -> None:
        gate = Gate("a.txt")
        gate._once = False
        async with running(library, tmp_path, readers=in_process(gate)) as wing:
            await added(wing, "a.txt")
            gate._once = True
            job = await wing.add(Upload("handbook", "a.txt", b"Newer.", label=PUBLIC, groups=frozenset()))
            await gate.reached()
            document = await the(wing, "a.txt")
            await wing.relabel(document.id, label=SECRET, groups=frozenset({"hr"}))
            gate.open()
            await done(wing, job)
            after = await the(wing, "a.txt")
            assert (after.version, after.label, after.groups) == (2, SECRET, {"hr"})
            await added(wing, "a.txt", b"Newest.", label=PUBLIC)
            assert (await the(wing, "a.txt")).label == PUBLIC

    async def test_a_removal_that_is_cut_off_is_asked_for_again(self, library: SqliteLibrary, tmp_path: Path) -> None:
        gate = Gate("a.txt")
        gate._once = False
        async with running(library, tmp_path, readers=in_process(gate)) as wing:
            await added(wing, "a.txt")
            id_ = (await the(wing, "a.txt")).id
            gate._once = True
            job = await wing.add(Upload("handbook", "a.txt", b"Newer."))
            await gate.reached()
            with patch.object(wing._amendments, "add", side_effect=DISK_FULL), pytest.raises(Unavailable):
                await wing.remove([id_])
            assert await wing.remove([id_]) == 1
            gate.open()
            await done(wing, job)
            await asyncio.to_thread(wing._uploads.stop)
            assert await wing.digests("handbook") == {}

    async def test_a_label_that_is_cut_off_holds_against_what_waits(
        self, library: SqliteLibrary, tmp_path: Path
    ) -> None:
        gate = Gate("a.txt")
        gate._once = False
        async with running(library, tmp_path, readers=in_process(gate)) as wing:
            await added(wing, "a.txt")
            gate._once = True
            job = await wing.add(Upload("handbook", "a.txt", b"Newer.", label=PUBLIC, groups=frozenset()))
            await gate.reached()
            id_ = (await the(wing, "a.txt")).id
            with patch.object(library, "relabel", side_effect=DISK_FULL), pytest.raises(Unavailable):
                await wing.relabel(id_, label=SECRET, groups=frozenset({"hr"}))
            gate.open()
            await done(wing, job)
            after = await the(wing, "a.txt")
            assert (after.version, after.label, after.groups) == (2, SECRET, {"hr"})

    async def test_what_is_removed_stays_away(self, library: SqliteLibrary, tmp_path: Path) -> None:
        gate = Gate("a.txt")
        gate._once = False
        async with running(library, tmp_path, readers=in_process(gate)) as wing:
            await added(wing, "a.txt")
            gate._once = True
            job = await wing.add(Upload("handbook", "a.txt", b"Newer."))
            await gate.reached()
            assert await wing.remove([(await the(wing, "a.txt")).id, "doc_" + "0" * 24]) == 1
            assert staged(tmp_path) == [], "its staged copy goes too"
            gate.open()
            report = await done(wing, job)
            assert report.files[0].reason == "it was removed while it waited"
            await asyncio.to_thread(wing._uploads.stop)
            assert await wing.named("handbook", "a.txt", EVERYTHING) is None

    async def test_a_removed_collection_stays_away(self, library: SqliteLibrary, tmp_path: Path) -> None:
        gate = Gate("a.txt")
        async with running(library, tmp_path, readers=in_process(gate, count=1)) as wing:
            await added(wing, "z.txt")
            jobs = [await wing.add(Upload("handbook", name, LEAVE)) for name in ("a.txt", "b.txt")]
            await gate.reached()
            assert await wing.remove_collection("handbook") == 1
            gate.open()
            assert [(await done(wing, job)).unchanged for job in jobs] == [1, 1]
            await asyncio.to_thread(wing._uploads.stop)
            assert await wing.collections() == []
        assert staged(tmp_path) == []

    async def test_members_of_an_archive_too(self, library: SqliteLibrary, tmp_path: Path) -> None:
        gate = Gate("x.zip")
        gate._once = False
        async with running(library, tmp_path, readers=in_process(gate)) as wing:
            await added(wing, "x.zip", zipped({"a.txt": "A.", "b.txt": "B.", "c.txt": "C."}))
            gate._once = True
            newer = zipped({"a.txt": "A 2.", "b.txt": "B 2.", "c.txt": "C 2."})
            job = await wing.add(Upload("handbook", "x.zip", newer, label=PUBLIC))
            await gate.reached()
            await wing.relabel((await the(wing, "x.zip/a.txt")).id, label=SECRET)
            await wing.remove([(await the(wing, "x.zip/b.txt")).id])
            gate.open()
            await done(wing, job)
            assert (await the(wing, "x.zip/a.txt")).label == SECRET
            assert await wing.named("handbook", "x.zip/b.txt", EVERYTHING) is None
            assert (await the(wing, "x.zip/c.txt")).label == PUBLIC

    async def test_an_upload_is_withdrawn_with_its_members(self, library: SqliteLibrary, tmp_path: Path) -> None:
        gate = Gate("late.txt")
        async with running(library, tmp_path, readers=in_process(gate, count=1)) as wing:
            await added(wing, "x.zip", zipped({"a.txt": "A.", "in/b.txt": "B."}))
            await added(wing, "x.zipped.txt")
            job = await wing.add(Upload("handbook", "late.txt", LEAVE))
            await gate.reached()
            assert [await wing.withdraw("handbook", name) for name in ("x.zip", "late.txt", "none")] == [3, 0, 0]
            assert staged(tmp_path) == []
            gate.open()
            assert (await done(wing, job)).unchanged == 1
            await asyncio.to_thread(wing._uploads.stop)
            assert list(await wing.digests("handbook")) == ["x.zipped.txt"]


class TestArchives:
    async def test_each_member_is_a_document(self, wing: Knowledge) -> None:
        report = await added(wing, "x.zip", zipped({"a.txt": "A.", "in/b.txt": "B.", "c.pdf": b"%PDF-1.7 torn"}))
        assert (report.done, report.failed) == (1, 1)
        assert set(await wing.digests("handbook")) == {"x.zip", "x.zip/a.txt", "x.zip/in/b.txt"}
        (failed,) = (each for each in report.files if each.state == "failed")
        assert failed.name == "x.zip/c.pdf"

    async def test_a_new_version_drops_what_is_no_longer_in_it(self, wing: Knowledge) -> None:
        await added(wing, "x.zip.txt/y.txt")
        await added(wing, "x.zip", zipped({"a.txt": "A.", "b.txt": "B."}))
        kept = (await the(wing, "x.zip/a.txt")).version
        await added(wing, "x.zip", zipped({"a.txt": "A.", "c.txt": "C."}))
        assert set(await wing.digests("handbook")) == {"x.zip", "x.zip/a.txt", "x.zip/c.txt", "x.zip.txt/y.txt"}
        assert (await the(wing, "x.zip/a.txt")).version == kept

    async def test_the_same_again_is_not_read(self, library: SqliteLibrary, tmp_path: Path) -> None:
        read: list[str] = []
        async with running(library, tmp_path, readers=in_process(lambda task: read.append(task.name))) as wing:
            body = zipped({"a.txt": "A."})
            await added(wing, "x.zip", body)
            assert (await added(wing, "x.zip", body)).unchanged == 1
            assert read == ["x.zip"]
            assert (await added(wing, "x.zip", body, label=SECRET)).done == 1
            assert (await the(wing, "x.zip/a.txt")).label == SECRET

    async def test_one_with_a_bad_member_is_read_again(self, library: SqliteLibrary, tmp_path: Path) -> None:
        read: list[str] = []
        async with running(library, tmp_path, readers=in_process(lambda task: read.append(task.name))) as wing:
            body = zipped({"a.txt": "A.", "c.pdf": b"%PDF-1.7 torn"})
            for _ in range(2):
                assert (await added(wing, "x.zip", body)).failed == 1
        assert read == ["x.zip", "x.zip"]

    async def test_cut_off_in_the_middle_it_is_read_again(self, library: SqliteLibrary, tmp_path: Path) -> None:
        body, faulty = zipped({"a.txt": "A.", "b.txt": "B."}), Faulty(library)
        real_put = library.put

        def put(new: Any) -> Any:
            document = real_put(new)
            faulty.down = True
            return document

        library.put = put  # type: ignore[method-assign]
        async with running(faulty, tmp_path) as wing:
            job = await wing.add(Upload("handbook", "x.zip", body))
            await until(lambda: faulty.down)
        library.put = real_put  # type: ignore[method-assign]
        assert len(library.digests("handbook")) == 1
        async with running(library, tmp_path) as wing:
            await done(wing, job)
        assert set(library.digests("handbook")) == {"x.zip", "x.zip/a.txt", "x.zip/b.txt"}


class TestTrouble:
    async def test_a_store_that_is_down_is_waited_for_and_said(self, library: SqliteLibrary, tmp_path: Path) -> None:
        faulty = Faulty(library)
        async with running(faulty, tmp_path) as wing:
            faulty.down = True
            job = await wing.add(Upload("handbook", "a.txt", LEAVE))
            await until(lambda: bool(wing._uploads.trouble))
            report = await wing.job(job)
            assert report.state == "running"
            assert report.notes == ("uploads wait: the library cannot be reached: it is unplugged; plug it in",)
            faulty.down = False
            report = await done(wing, job)
            assert (report.done, report.notes) == (1, ())

    async def test_what_waits_is_done_by_the_next_run(self, library: SqliteLibrary, tmp_path: Path) -> None:
        faulty = Faulty(library)
        async with running(faulty, tmp_path) as wing:
            faulty.down = True
            job = await wing.add(Upload("handbook", "a.txt", LEAVE))
            await until(lambda: bool(wing._uploads.trouble))
            waiting = asyncio.create_task(wing.wait(job))
            await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="stopping"):
            await asyncio.wait_for(waiting, PATIENCE)
        assert staged(tmp_path) == [hashlib.sha256(LEAVE).hexdigest()]
        (tmp_path / "knowledge" / "incoming" / "0123.part").write_bytes(b"half")
        async with running(library, tmp_path) as wing:
            assert (await done(wing, job)).done == 1
        assert staged(tmp_path) == []

    async def test_a_damaged_queue_keeps_no_one_from_searching(
        self, library: SqliteLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "knowledge").mkdir()
        (tmp_path / "knowledge" / "queue.db").write_bytes(b"damaged" * 1000)
        async with running(library, tmp_path) as wing:
            assert await wing.documents(None, ANYONE) == []
            with pytest.raises(Unavailable, match="queue of uploads"):
                await wing.add(Upload("handbook", "a.txt", LEAVE))
        assert "cannot be resumed" in caplog.text

    async def test_bytes_that_are_lost_fail_their_file(self, library: SqliteLibrary, tmp_path: Path) -> None:
        gate = Gate("a.txt")
        async with running(library, tmp_path, readers=in_process(gate)) as wing:
            job = await wing.add(Upload("handbook", "a.txt", LEAVE))
            await gate.reached()
            for path in (tmp_path / "knowledge" / "incoming").iterdir():
                path.unlink()
            gate.open()
            report = await done(wing, job)
            assert report.failed == 1
            assert report.files[0].reason


class TestChecking:
    async def test_verdicts(self, wing: Knowledge) -> None:
        await added(wing, "a.txt", b"First.\n\nThirty days of leave.", groups=frozenset({"hr"}))
        id_ = (await the(wing, "a.txt")).id
        digest = hashlib.sha256(b"Thirty days of leave.").hexdigest()

        async def state(version: int = 1, reader: Reader = EVERYTHING, id_: str = id_) -> str:
            return (await wing.check(id_, version, 8, 29, digest, reader)).state

        assert await state() == "holds"
        assert await state(reader=ANYONE) == await state(id_="doc_" + "0" * 24) == "gone"
        await added(wing, "a.txt", b"Thirty days of leave.\n\nLast.")
        verdict = await wing.check(id_, 1, 8, 29, digest, EVERYTHING)
        assert (verdict.state, verdict.version, verdict.start, verdict.end) == ("moved", 2, 0, 21)
        await added(wing, "a.txt", b"Forty days of leave.\n\nLast.")
        assert await state() == "changed"
        await wing.remove([id_])
        assert await state() == "gone"


def test_a_start_without_uploads_imports_neither_the_engine_of_jobs_nor_numpy(tmp_path: Path) -> None:
    script = """
import asyncio, sys
from pathlib import Path
from freehold.core.label import PUBLIC
from freehold.knowledge.service import Knowledge
async def main():
    wing = Knowledge(None, Path(sys.argv[1]), documents_label=PUBLIC)
    await wing.start()
    await wing.stop()
asyncio.run(main())
print(sorted({"dbos", "sqlalchemy", "numpy", "kreuzberg", "usearch"} & set(sys.modules)))
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "none")], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout == "[]\n"
    assert not (tmp_path / "none").exists()


class ChangingBehind:
    """A library in which something happens right after a text, or right before it, was read."""

    def __init__(self, library: SqliteLibrary, *happens: Callable[[], object], before: bool) -> None:
        self._library, self._happens, self._before = library, list(happens), before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def text(self, document: str) -> str:
        if self._before and self._happens:
            self._happens.pop()()
        text = self._library.text(document)
        if not self._before and self._happens:
            self._happens.pop()()
        return text


@pytest.mark.parametrize("before", [True, False])
async def test_a_text_and_its_version_are_of_one_moment(library: SqliteLibrary, tmp_path: Path, before: bool) -> None:
    old = library.put(new_document("a.txt", "The old words."))

    def replaced() -> None:
        library.put(new_document("a.txt", "The new words."))

    async with running(ChangingBehind(library, replaced, before=before), tmp_path) as wing:
        document, words = await wing.read(old.id, ANYONE)
        assert (document.version, words) == (2, "The new words.")


@pytest.mark.parametrize("before", [True, False])
async def test_a_text_that_is_closed_while_it_is_read_is_not_shown(
    library: SqliteLibrary, tmp_path: Path, before: bool
) -> None:
    open_ = library.put(new_document("a.txt", "Words."))

    def closed() -> None:
        library.relabel(open_.id, groups=frozenset({"hr"}))

    async with running(ChangingBehind(library, closed, before=before), tmp_path) as wing:
        with pytest.raises(NotFound):
            await wing.read(open_.id, ANYONE)
