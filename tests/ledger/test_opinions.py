"""Feedback on the event loop: the audit log hears of text that was taken back, and of nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.core.errors import NotFound
from freehold.ledger.audit.leaf import Leaf
from freehold.ledger.book import Book
from freehold.ledger.feedback import Said
from freehold.ledger.opinions import Opinions
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended


async def test_a_leaf_for_text_alone(store: SqliteStore, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.settle(ended(begun(id="fh_1"), attempt()))
    noted: list[Leaf] = []
    monkeypatch.setattr(book, "note", lambda *leaves: noted.extend(leaves))
    opinions = Opinions(book, store.reader)
    await opinions.say("fh_1", "k", Said(thumb=1))
    assert await opinions.take_back("fh_1", "k") == 1
    assert noted == []
    with pytest.raises(NotFound):
        await opinions.say("fh_9", "k", Said(thumb=1))
    await opinions.say("fh_1", "k", Said(thumb=1))

    def write(connection: Any) -> bool:
        connection.execute("UPDATE feedback SET comment = 'Anna'")
        return False

    book.do(write)
    assert await opinions.take_back("fh_1", "k") == 1
    [leaf] = noted
    assert b"fh_1" in bytes(leaf.body)
    assert b"Anna" not in bytes(leaf.body)
