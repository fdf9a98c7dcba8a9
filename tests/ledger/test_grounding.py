from __future__ import annotations

from typing import Any

import msgspec

from freehold.core.errors import Fault
from freehold.core.event import Answer, Choice
from freehold.core.exchange import Exchange
from freehold.core.passage import Citation
from freehold.core.record import End, Ending
from freehold.core.request import Grounds
from freehold.knowledge import prompt
from freehold.knowledge.cite import annotation
from freehold.ledger.book import Book, Terms
from freehold.ledger.grounding import MOST_CITATIONS, grounding
from freehold.ledger.query import LedgerReader
from freehold.ledger.rows import SETTLED, attempt_rows, capture_row, settled_row
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


def test_it_stands_in_the_row() -> None:
    exchange = grounded()
    assert exchange.end is not None
    row = dict(zip(SETTLED, settled_row(exchange, exchange.end, None, captured=False), strict=True))
    assert row["grounding"] == grounding(exchange)


def test_a_capture_holds_the_conversation_and_no_word_of_the_passages() -> None:
    exchange = grounded()
    asked = request("How many days?")
    grounds = Grounds("How many days?", exchange.passages, asked.messages)
    exchange.request = msgspec.structs.replace(prompt.grounded(asked, exchange.passages), grounds=grounds)
    note = annotation(exchange.citations[0], 0, 0)
    exchange.answer = Answer(choices=[Choice(text="Enough. [1]", annotations=[note], finish="stop")])
    assert "28 days" in note["url_citation"]["quote"]
    _, kept, answer, _ = capture_row(exchange, 0)
    assert "28 days" not in kept + answer
    assert msgspec.json.decode(kept)["messages"] == msgspec.json.decode(msgspec.json.encode(asked.messages))
    (cited,) = msgspec.json.decode(answer)["choices"][0]["annotations"]
    assert (cited["url_citation"]["digest"], cited["at"]) == (note["url_citation"]["digest"], 0)
    assert note["url_citation"]["quote"], "what the caller gets is not touched"


def test_what_a_target_says_of_its_failure_is_not_kept_beside_passages() -> None:
    exchange = grounded()
    exchange.attempts = [attempt(fault=Fault.REJECTED, error=f"cannot read {LEAVE}", status=400)]
    end = End(Ending.FAILED, 502, f"upstream_failed: {LEAVE}", 1.0)
    rows = (settled_row(exchange, end, None, captured=True), attempt_rows(exchange, captured=True))
    assert "28 days" not in repr(rows)
    exchange.passages, exchange.citations = (), ()
    rows = (settled_row(exchange, end, None, captured=True), attempt_rows(exchange, captured=True))
    assert repr(rows).count("28 days") == 2


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
