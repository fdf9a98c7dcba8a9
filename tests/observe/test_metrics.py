"""What is counted, against a sequence of exchanges made by hand; and that no label comes from a caller."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.exchange import Exchange, Permit
from freehold.core.record import Ending
from freehold.core.request import EmbeddingRequest, Message, Request, TextPart
from freehold.observe.metrics import MOST_KEYS, Metrics, busiest
from freehold.observe.snapshot import Counted, Snapshot
from support.exchanges import AWAY, CALLER, HOME, INTERNAL, SECOND, attempt, begun, ended


def counting(*exchanges: Exchange, keys: bool = False) -> Snapshot:
    metrics = Metrics(keys=keys)
    metrics.known = frozenset({"auto", "home", "away"})
    for exchange in exchanges:
        metrics.ended(exchange)
    return metrics.snapshot()


def counters(snapshot: Snapshot, name: str) -> dict[tuple[str, ...], float]:
    return {row.labels: row.value for row in snapshot.counters.get(name, [])}


def test_what_was_lost_with_its_process_is_counted() -> None:
    metrics = Metrics(keys=True)
    metrics.known = frozenset({"auto"})
    metrics.lost_request("auto", "chat", "ann")
    metrics.lost_request("made up", "embeddings", "ann")
    snapshot = metrics.snapshot()
    assert counters(snapshot, "freehold_requests") == {
        ("auto", "chat", "none", "lost"): 1,
        ("other", "embeddings", "none", "lost"): 1,
    }
    assert counters(snapshot, "freehold_key_requests") == {("ann",): 2}
    assert metrics.exchanges == 2


def streamed(started_ns: int) -> Exchange:
    request = Request("auto", (Message("user", (TextPart("hi"),)),), "openai", stream=True)
    return begun(request, started_ns=started_ns)


def test_a_sequence_made_by_hand() -> None:
    now = time.time_ns()
    snapshot = counting(
        ended(streamed(now), attempt(started_ns=now + SECOND // 10, first_ms=200.0, total_ms=900.0), total_ms=1100.0),
        ended(begun(), attempt(1, shown=False), attempt(2, AWAY, note="escalated: unsure"), total_ms=30.0),
        ended(
            begun(), attempt(fault="server", shown=False), ending=Ending.FAILED, status=502, error="upstream_failed: x"
        ),
        ended(begun(), ending=Ending.REFUSED, status=403, error="label_forbidden: hunter2"),
        ended(begun(EmbeddingRequest("auto", ("a",))), attempt()),
    )
    assert counters(snapshot, "freehold_requests") == {
        ("auto", "chat", "internal", "completed"): 2,
        ("auto", "chat", "internal", "failed"): 1,
        ("auto", "chat", "internal", "refused"): 1,
        ("auto", "embeddings", "internal", "completed"): 1,
    }
    assert counters(snapshot, "freehold_refusals") == {
        ("auto", "upstream_failed"): 1,
        ("auto", "label_forbidden"): 1,
    }
    assert counters(snapshot, "freehold_escalations") == {("auto",): 1}
    assert counters(snapshot, "freehold_answers") == {("auto", "true"): 2, ("auto", "false"): 1}
    assert counters(snapshot, "freehold_cost_dollars") == {
        ("home",): pytest.approx(4e-6),
        ("away",): pytest.approx(1e-6),
    }
    (first,) = snapshot.histograms["freehold_request_first_token_seconds"]
    assert (sum(first.counts), first.total) == (1, pytest.approx(0.3))
    attempts = {row.labels: sum(row.counts) for row in snapshot.histograms["freehold_attempt_duration_seconds"]}
    assert attempts == {
        ("home", "chat", "ok"): 2,
        ("home", "chat", "server"): 1,
        ("home", "embeddings", "ok"): 1,
        ("away", "chat", "ok"): 1,
    }
    tokens = {row.labels: row.total for row in snapshot.histograms["freehold_attempt_tokens"]}
    assert tokens["home", "chat", "input"] == 300
    assert tokens["away", "chat", "output"] == 20


def test_what_a_wing_asks_counts_by_its_targets_alone() -> None:
    snapshot = counting(ended(begun(origin="knowledge"), attempt()))
    assert counters(snapshot, "freehold_requests") == {}
    assert counters(snapshot, "freehold_cost_dollars") == {("home",): pytest.approx(1e-6)}


def improvised(name: str) -> Exchange:
    away = msgspec.structs.replace(AWAY, name=name)
    done = ended(begun(), attempt(target=away))
    done.permit = Permit(name, (away,), INTERNAL)
    return done


@given(st.lists(st.text(max_size=30), max_size=30))
def test_the_number_of_series_does_not_grow_with_what_callers_ask_for(names: list[str]) -> None:
    def series(snapshot: Snapshot) -> int:
        held = [*snapshot.counters.values(), *snapshot.histograms.values(), *snapshot.gauges.values()]
        return sum(len(rows) for rows in held)

    strangers = [improvised(f"stranger/{name}") for name in names]
    known = [ended(begun(), attempt())]
    most = series(counting(*known, improvised("stranger")))
    assert series(counting(*known, *strangers)) <= most


def test_strangers_are_other() -> None:
    snapshot = counting(improvised("mistral/whatever-9"), improvised("openai/gpt-99"))
    assert counters(snapshot, "freehold_requests") == {("other", "chat", "internal", "completed"): 2}
    assert {row.labels[0] for row in snapshot.histograms["freehold_attempt_tokens"]} == {"other"}


def test_an_unknown_word_for_what_went_wrong_is_other() -> None:
    snapshot = counting(ended(begun(), ending=Ending.FAILED, status=500, error="a prompt that got here: x"))
    assert counters(snapshot, "freehold_refusals") == {("auto", "other"): 1}


def by(key: str) -> Exchange:
    return ended(begun(caller=msgspec.structs.replace(CALLER, name=key)), attempt())


def test_keys_are_counted_where_that_is_asked_for_and_bounded() -> None:
    assert counters(counting(by("ann")), "freehold_key_requests") == {}
    many = counting(*(by(f"key {number}") for number in range(MOST_KEYS + 10)), keys=True)
    assert len(counters(many, "freehold_key_requests")) == MOST_KEYS + 1
    assert counters(many, "freehold_key_requests")["other",] == 10


def test_the_busiest_keys_have_a_series_and_keep_it() -> None:
    shown: set[str] = set()
    first = busiest([Counted(("a",), 5), Counted(("b",), 9), Counted(("c",), 1)], 2, shown)
    assert {row.labels[0]: row.value for row in first} == {"b": 9, "a": 5, "other": 1}
    later = busiest([Counted(("a",), 5), Counted(("b",), 9), Counted(("c",), 100)], 2, shown)
    assert {row.labels[0]: row.value for row in later} == {"b": 9, "a": 5, "other": 100}
    assert busiest([Counted(("a",), 1)], 0, set()) == [Counted(("other",), 1)]


def test_an_exchange_costs_microseconds() -> None:
    """A guard against an accident; the benchmark has the figure, which is about three."""
    metrics = Metrics()
    done = ended(begun(), attempt())
    began = time.process_time()
    for _ in range(5000):
        metrics.ended(done)
    assert (time.process_time() - began) / 5000 < 50e-6


def test_home_is_who_owns_the_target() -> None:
    assert HOME.owned
    assert not AWAY.owned
