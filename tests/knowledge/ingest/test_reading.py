from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from freehold.core.label import PUBLIC
from freehold.knowledge.chunk import chunk
from freehold.knowledge.ingest.amendments import Amendments
from freehold.knowledge.ingest.archives import Archives
from freehold.knowledge.ingest.landing import Landing
from freehold.knowledge.ingest.queue import NewItem, Queue
from freehold.knowledge.ingest.reader import Read, Task
from freehold.knowledge.ingest.readers import Reader
from freehold.knowledge.ingest.reading import Reading
from freehold.knowledge.ingest.report import FileReport
from freehold.knowledge.ingest.rows import Rows
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.model import Block, Extracted


class Scripted(Reader):
    """Gives what it was told to, and remembers that it was left in the middle."""

    def __init__(self, *found: Read) -> None:
        super().__init__()
        self._found = found
        self.left = False

    def read(self, task: Task) -> Generator[Read, None, None]:
        try:
            yield from self._found
        except GeneratorExit:
            self.left = True
            raise


class House:
    def __init__(self, folder: Path) -> None:
        self.rows = Rows(folder / "queue.db")
        self.queue = Queue(self.rows)
        self.library = SqliteLibrary(folder / "library")
        landing = Landing(self.library, self.queue, Amendments(self.rows), Archives(self.rows), PUBLIC)
        self.order: list[str] = []
        put = landing.put
        landing.put = lambda item, read: (self.order.append(read.name), put(item, read))[1]  # type: ignore[method-assign]
        self.reading = Reading(self.queue, landing, self.patiently)
        self.interrupted = False

    def patiently(self, work: Any) -> Any:
        if self.interrupted:
            raise InterruptedError
        return work()

    def read(self, name: str, *found: Read, reader: Scripted | None = None) -> tuple[FileReport, ...]:
        self.queue.add(NewItem("job", "c", name, "digest of " + name, 1))
        (item,) = self.queue.take(name, 10, 100)
        self.reading.read(item, Task("/nowhere", name), reader or Scripted(*found))
        report = self.queue.report("job")
        assert report is not None
        return report.files


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.library.close()
    house.rows.close()


def good(name: str, *notes: str) -> Read:
    extracted = Extracted("Leave.", (Block("paragraph", 0, 6),), "text/plain", notes=notes)
    return Read(name, "digest of " + name, 6, extracted, chunk(extracted))


def bad(name: str, reason: str = "it is encrypted") -> Read:
    return Read(name, "x", 1, reason=reason)


def test_a_plain_file(house: House) -> None:
    (file,) = house.read("a", good("a", "page 2 is only an image"))
    assert (file.state, file.notes) == ("done", ("page 2 is only an image",))
    assert file.document == house.library.digests("c")["a"][0]


def test_a_known_file_is_not_read(house: House) -> None:
    house.read("a", good("a"))
    house.read("a", bad("a"))
    report = house.queue.report("job")
    assert report is not None
    assert (report.done, report.unchanged, report.failed) == (1, 1, 0)


def test_a_bad_file_says_why(house: House) -> None:
    (file,) = house.read("a", bad("a"))
    assert (file.state, file.reason, file.document) == ("failed", "it is encrypted", None)


def test_the_archive_itself_lands_last(house: House) -> None:
    house.read("x.zip", good("x.zip"), good("x.zip/a"), good("x.zip/b"))
    assert house.order == ["x.zip/a", "x.zip/b", "x.zip"]


def test_members_that_fail_are_reported_beside_the_archive(house: House) -> None:
    files = {each.name: each for each in house.read("x.zip", good("x.zip/a", "one note"), bad("x.zip/b"))}
    assert files["x.zip"].state == "done"
    assert files["x.zip"].notes == ("x.zip/a: one note",)
    assert (files["x.zip/b"].state, files["x.zip/b"].reason) == ("failed", "it is encrypted")


def test_an_archive_of_which_nothing_can_be_read_has_failed(house: House) -> None:
    files = {each.name: each for each in house.read("x.zip", bad("x.zip/a"))}
    assert (files["x.zip"].state, files["x.zip"].reason) == ("failed", "nothing in it could be read")


def test_a_reader_that_dies_in_the_middle_fails_the_archive_and_keeps_what_is_there(house: House) -> None:
    house.read("x.zip", good("x.zip"), good("x.zip/a"), good("x.zip/b"))
    house.queue.add(NewItem("job", "c", "x.zip", "another", 1))
    (item,) = house.queue.take("again", 10, 100)
    house.reading.read(item, Task("/nowhere", "x.zip"), Scripted(good("x.zip/a"), bad("x.zip", "it died")))
    assert set(house.library.digests("c")) == {"x.zip", "x.zip/a", "x.zip/b"}


def test_notes_are_bounded(house: House) -> None:
    (file,) = house.read("a", good("a", *map(str, range(60))))
    assert (len(file.notes), file.notes[-1]) == (51, "and 10 more")


def test_interrupted_it_leaves_the_reader_and_the_upload_waits(house: House) -> None:
    reader = Scripted(good("x.zip/a"), good("x.zip/b"))

    def interrupt(work: Any) -> Any:
        result = work()
        house.interrupted = house.interrupted or house.order != []
        if house.interrupted:
            raise InterruptedError
        return result

    house.reading._patiently = interrupt
    with pytest.raises(InterruptedError):
        house.read("x.zip", reader=reader)
    assert reader.left
    assert house.queue.left() == 1
