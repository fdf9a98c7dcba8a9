"""What a plan asks of the ledger."""

from __future__ import annotations

from datetime import timedelta

from freehold.core.event import Usage
from freehold.core.exchange import MEASURING
from freehold.core.record import Ending, Score
from freehold.core.request import EmbeddingRequest
from freehold.ledger.scope import Span
from freehold.ledger.workload import Asked, Cascaded, WorkloadReader
from freehold.stores.sqlite import SqliteStore
from support.days import BEFORE, NOON, day, written
from support.exchanges import AWAY, HOME, attempt, begun, ended


def test_each_answered_request_counts_once_as_the_shown_attempt_has_it(store: SqliteStore) -> None:
    written(store, day())
    asked = list(WorkloadReader(store.reader).asked())
    assert asked == [Asked(BEFORE + number, 100, 20, 30) for number in (1, 2, 3)]


def test_an_empty_ledger_has_nothing(store: SqliteStore) -> None:
    reader = WorkloadReader(store.reader)
    assert list(reader.asked()) == []
    assert reader.cascaded() == Cascaded(0, 0)
    assert reader.newest() is None


def test_the_newest_is_the_last_that_began(store: SqliteStore) -> None:
    written(store, day())
    assert WorkloadReader(store.reader).newest() == NOON


def test_a_span_leaves_out_the_rest(store: SqliteStore) -> None:
    written(store, day())
    reader = WorkloadReader(store.reader)
    assert len(list(reader.asked(Span(NOON, NOON + timedelta(hours=1))))) == 3
    assert not list(reader.asked(Span(NOON + timedelta(hours=1))))


def test_a_cascade_keeps_what_was_judged_and_not_escalated(store: SqliteStore) -> None:
    judged = {"score": Score(method="confidence", value=0.9, kept=True)}
    doubted = {"score": Score(method="confidence", value=0.2, kept=False), "shown": False}
    kept = [ended(begun(id=f"fh_{n}", started_ns=BEFORE + n), attempt(1, HOME, **judged)) for n in range(3)]
    up = ended(
        begun(id="fh_up", started_ns=BEFORE + 9),
        attempt(1, HOME, **doubted),
        attempt(2, AWAY, note="escalated: unsure"),
    )
    gone = ended(begun(id="fh_gone", started_ns=BEFORE + 10), attempt(1, HOME, **judged), ending=Ending.CANCELLED)
    unjudged = ended(begun(id="fh_plain", started_ns=BEFORE + 11), attempt(1, HOME))
    written(store, [*kept, up, gone, unjudged])
    assert WorkloadReader(store.reader).cascaded() == Cascaded(4, 3)


def test_vectors_are_no_answers(store: SqliteStore) -> None:
    vectors = begun(EmbeddingRequest(model="minilm", inputs=("a",), dialect="openai"), started_ns=BEFORE)
    written(store, [ended(vectors, attempt(usage=Usage(input=9, output=0)))])
    assert not list(WorkloadReader(store.reader).asked())


def test_an_answer_without_a_prompt_is_no_work(store: SqliteStore) -> None:
    written(store, [ended(begun(started_ns=BEFORE), attempt(usage=Usage(input=0, output=5)))])
    assert not list(WorkloadReader(store.reader).asked())


def test_what_only_measures_is_nobodys_work(store: SqliteStore) -> None:
    book = [ended(begun(origin=origin), attempt()) for origin in sorted(MEASURING)]
    written(store, book)
    reader = WorkloadReader(store.reader)
    assert (list(reader.asked()), reader.newest(), reader.cascaded()) == ([], None, Cascaded(0, 0))
