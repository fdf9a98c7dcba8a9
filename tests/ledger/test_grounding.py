from __future__ import annotations

from typing import Any

import msgspec

from freehold.core.exchange import Exchange
from freehold.core.passage import Citation
from freehold.ledger.book import Book, Terms
from freehold.ledger.grounding import MOST_CITATIONS, grounding
from freehold.ledger.query import LedgerReader
from freehold.ledger.rows import SETTLED, capture_row, settled_row
from freehold.stores.sqlite import SqliteStore
from support.exchanges import attempt, begun, ended, request
from support.passages import LEAVE, a_passage


def grounded() -> Exchange:
    passage = a_passage(1, LEAVE, "confidential;eu", page=3)
    exchange = ended(begun(), attempt())
    exchange.collections, exchange.passages = ("handbook",), (passage,)
    exchange.citations = (Citation(1, 0, 20, LEAVE, passage.place), Citation(9, 30, 40))
    return exchange


def test_an_exchange_without_documents_has_nothing_to_write() -> None:
    assert grounding(ended(begun(), attempt())) is None


def test_places_are_kept_and_words_are_not() -> None:
    text = grounding(grounded())
    assert text is not None
    assert "28 days" not in text
    found: dict[str, Any] = msgspec.json.decode(text)
    assert found["collections"] == ["handbook"]
    (passage,) = found["passages"]
    assert (passage["number"], passage["label"], passage["score"]) == (1, "confidential;eu", 1.0)
    assert passage["place"]["page"] == 3
    assert set(passage["place"]) >= {"document", "version", "start", "end", "digest", "name"}
    good, bad = found["citations"]
    assert (good["start"], good["end"], good["place"]) == (0, 20, passage["place"])
    assert (bad["number"], bad["place"]) == (9, None)


def test_an_answer_that_cites_without_end_fills_no_disk() -> None:
    exchange = grounded()
    exchange.citations = (Citation(1, 0, 1),) * (MOST_CITATIONS + 7)
    assert len(msgspec.json.decode(grounding(exchange) or "")["citations"]) == MOST_CITATIONS


def test_it_stands_in_the_row_and_the_passages_only_once_in_a_capture() -> None:
    exchange = grounded()
    assert exchange.end is not None
    row = dict(zip(SETTLED, settled_row(exchange, exchange.end, None, captured=False), strict=True))
    assert row["grounding"] == grounding(exchange)
    assert b"grounds" in msgspec.json.encode(request())
    assert '"grounds":null' in capture_row(exchange, 0)[1]


async def test_the_decision_has_it(store: SqliteStore) -> None:
    book = Book(store.connect, Terms())
    exchange, plain = grounded(), ended(begun(), attempt())
    for each in (exchange, plain):
        await book.open(each)
        book.settle(each)
    await book.close()
    reader = LedgerReader(store.reader)
    found = reader.decision(exchange.id)["grounding"]
    assert [each["number"] for each in found["citations"]] == [1, 9]
    assert reader.decision(plain.id)["grounding"] is None
