from __future__ import annotations

import logging

import pytest

from freehold.core.event import Opened
from freehold.core.exchange import Exchange
from freehold.core.record import Ending
from freehold.observe.metrics import Metrics
from freehold.observe.outbox import Outbox
from freehold.observe.sampling import Sampler
from freehold.observe.span import Span
from freehold.observe.story import Story
from freehold.observe.telemetry import Telemetry, Tracing
from support.exchanges import attempt, begun, ended


class Kept(Outbox):
    """An outbox that keeps what it is given."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def put(self, spans: list[Span]) -> None:  # type: ignore[override]
        self.spans += spans


def test_an_ended_exchange_is_counted_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    outbox, metrics = Kept(), Metrics()
    telemetry = Telemetry(metrics, Tracing(Story(), Sampler(1.0), outbox), requests=True)
    with caplog.at_level(logging.INFO):
        telemetry.ended(ended(begun(), attempt()))
    assert [span.name for span in outbox.spans] == ["POST /v1/chat/completions", "chat qwen3-4b"]
    assert [row.value for row in metrics.snapshot().counters["freehold_requests"]] == [1]
    assert len(caplog.records) == 1


def test_of_what_is_not_kept_only_what_went_another_way_is_told() -> None:
    outbox = Kept()
    telemetry = Telemetry(Metrics(), Tracing(Story(), Sampler(0.0), outbox))
    telemetry.ended(ended(begun(), attempt()))
    assert outbox.spans == []
    telemetry.ended(ended(begun(), ending=Ending.REFUSED, status=402, error="budget_spent: no"))
    assert len(outbox.spans) == 1


def test_a_fault_of_ours_is_told_once_and_never_raised(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Story):
        def tell(self, exchange: Exchange, runs: object = ()) -> list[Span]:
            raise KeyError(Opened)

    telemetry = Telemetry(Metrics(), Tracing(Broken(), Sampler(1.0), Kept()))
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            telemetry.ended(ended(begun(), attempt()))
    assert len(caplog.records) == 1
