from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freehold.core.label import PUBLIC, Label
from freehold.knowledge.chunk import chunk
from freehold.knowledge.ingest.amendments import Amendment, Amendments
from freehold.knowledge.ingest.archives import Archives
from freehold.knowledge.ingest.landing import Landing, Overtaken
from freehold.knowledge.ingest.queue import Item, NewItem, Queue
from freehold.knowledge.ingest.reader import Read
from freehold.knowledge.ingest.rows import Rows
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.model import Block, Collection, Document, Extracted

SECRET = Label.parse("restricted")
HR = frozenset({"hr"})


class House:
    """A landing and what it stands on."""

    def __init__(self, folder: Path) -> None:
        self.rows = Rows(folder / "queue.db")
        self.queue = Queue(self.rows)
        self.amendments = Amendments(self.rows)
        self.archives = Archives(self.rows)
        self.library = SqliteLibrary(folder / "library")
        self.landing = Landing(self.library, self.queue, self.amendments, self.archives, PUBLIC)

    def item(
        self, name: str, digest: str = "d", label: Label | None = None, groups: frozenset[str] | None = None
    ) -> Item:
        self.queue.add(NewItem("job", "c", name, digest, 1, label, groups))
        return self.queue.take(f"{name} {digest}", 10, 100)[-1]

    def names(self) -> set[str]:
        return set(self.library.digests("c"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.library.close()
    house.rows.close()


def read(name: str, digest: str = "d", text: str = "Leave.") -> Read:
    extracted = Extracted(text, (Block("paragraph", 0, len(text)),), "text/plain")
    return Read(name, digest, len(text), extracted, chunk(extracted))


def test_a_content_is_known_by_name_and_digest(house: House) -> None:
    item = house.item("a")
    assert house.landing.known(item) is None
    landed = house.landing.put(item, read("a"))
    assert landed is not None
    assert landed.changed
    again = house.item("a")
    known = house.landing.known(again)
    assert known is not None
    assert (known.document, known.changed) == (landed.document, False)
    assert house.landing.known(house.item("a", "other")) is None
    assert house.landing.known(house.item("b")) is None


def test_what_was_replaced_does_not_land(house: House) -> None:
    old = house.item("a", "1")
    new = house.item("a", "2")
    for land in (house.landing.known, lambda item: house.landing.put(item, read("a", "1"))):
        with pytest.raises(Overtaken):
            land(old)
    assert house.landing.put(new, read("a", "2")) is not None
    # The lock was given back.
    assert house.landing.lock.acquire(blocking=False)
    house.landing.lock.release()


def test_rights_in_their_order(house: House) -> None:
    house.library.save_collection(Collection("c", SECRET, HR))
    first = house.landing.put(house.item("a"), read("a"))
    assert first is not None
    assert (first.document.label, first.document.groups) == (SECRET, HR)
    stated = house.landing.put(house.item("b", label=PUBLIC, groups=frozenset()), read("b"))
    assert stated is not None
    assert (stated.document.label, stated.document.groups) == (PUBLIC, frozenset())
    item = house.item("b", "2", label=PUBLIC)
    house.amendments.add("c", "b", Amendment(SECRET))
    amended = house.landing.put(item, read("b", "2"))
    assert amended is not None
    assert (amended.document.label, amended.document.groups) == (SECRET, frozenset())


class Between:
    """A library in which another process changes a document's rights just after this one has looked at it."""

    def __init__(self, library: SqliteLibrary) -> None:
        self._library = library

    def named(self, collection: str, name: str) -> Document | None:
        found = self._library.named(collection, name)
        if found is not None:
            self._library.relabel(found.id, label=SECRET, groups=HR)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)


@pytest.mark.parametrize("digest", ["1", "2"])
@pytest.mark.parametrize("stated", [None, PUBLIC])
def test_rights_that_another_process_changes_meanwhile_are_not_lost(
    house: House, digest: str, stated: Label | None
) -> None:
    house.landing.put(house.item("a", "1", label=Label.parse("internal")), read("a", "1"))
    house.landing._library = Between(house.library)  # type: ignore[assignment]
    landed = house.landing.put(house.item("a", digest, label=stated), read("a", digest))
    assert landed is not None
    kept = house.library.document(landed.document.id)
    assert kept.label == (stated or SECRET), "what is stated is said later, and holds"
    assert kept.groups == HR


def test_settings_are_remembered_until_they_change(house: House) -> None:
    house.landing.put(house.item("a"), read("a"))
    house.library.save_collection(Collection("c", SECRET))
    house.landing.changed_settings()
    landed = house.landing.put(house.item("b"), read("b"))
    assert landed is not None
    assert landed.document.label == SECRET


def test_a_member_that_was_removed_meanwhile_does_not_land(house: House) -> None:
    item = house.item("x.zip")
    house.amendments.add("c", "x.zip/a", Amendment(removed=True))
    assert house.landing.put(item, read("x.zip/a")) is None
    assert house.names() == set()


def test_completing_an_archive_drops_what_is_no_longer_in_it(house: House) -> None:
    first = house.item("x.zip", "1")
    for name in ("x.zip/a", "x.zip/b", "x.zip/torn"):
        house.landing.put(first, read(name))
    house.landing.put(house.item("x.zipper/c"), read("x.zipper/c"))
    house.landing.complete(first, {"x.zip/a", "x.zip/b", "x.zip/torn"}, missing=set())
    assert house.archives.digest("c", "x.zip") == "1"
    second = house.item("x.zip", "2")
    house.landing.complete(second, {"x.zip/a"}, missing={"x.zip/torn"})
    assert house.names() == {"x.zip/a", "x.zip/torn", "x.zipper/c"}
    assert house.archives.digest("c", "x.zip") == "", "a member is missing: it is not whole"


def test_a_plain_file_is_no_archive(house: House) -> None:
    house.landing.complete(house.item("a"), set(), missing=set())
    assert house.archives.digest("c", "a") is None


def test_an_archive_is_known_when_it_is_whole_and_under_the_same_rights(house: House) -> None:
    item = house.item("x.zip", "1")
    house.landing.put(item, read("x.zip", "1"))
    house.landing.complete(item, {"x.zip/a"}, missing=set())
    assert house.landing.known(house.item("x.zip", "1")) is not None
    assert house.landing.known(house.item("x.zip", "1", label=SECRET)) is None
    house.archives.save("c", "x.zip", "")
    assert house.landing.known(house.item("x.zip", "1")) is None
