"""When nothing answers any more."""

from __future__ import annotations

import msgspec

from freehold.core.money import Nanodollars
from freehold.evaluate.model import Asked
from freehold.evaluate.runs.failing import FAILURES, PAUSES, Failures, found_nobody, said_of, was_down
from support.exchanges import attempt


def failed(fault: str = "server", error: str = "boom", status: int | None = 500) -> Asked:
    return Asked("failed", attempts=(attempt(fault=fault, error=error, status=status),))


LEFT_ALONE = failed("breaker_open", "home is left alone for 4 s", None)


def one(failures: Failures, asked: Asked) -> None:
    failures.count(failures.begin(), asked)


def test_so_many_in_a_row_are_enough_and_the_target_is_quoted() -> None:
    failures = Failures()
    for _ in range(FAILURES - 1):
        one(failures, failed())
    assert failures.enough == ""
    one(failures, Asked("answered"))
    for _ in range(FAILURES):
        assert failures.enough == ""
        one(failures, failed())
    assert failures.enough.startswith("10 requests in a row failed, the last one since home: boom (500); go on with")


def test_what_was_under_way_together_counts_once_but_for_what_the_requests_did() -> None:
    failures = Failures()
    for number in [failures.begin() for _ in range(5 * FAILURES)]:
        failures.count(number, failed())
    assert failures.enough == ""
    for number in [failures.begin() for _ in range(FAILURES)]:
        failures.count(number, failed("rejected", "no such field", 400))
    assert "no such field" in failures.enough


def test_pauses_that_did_not_help_are_enough_and_a_pause_alone_is_no_failure() -> None:
    failures = Failures()
    one(failures, failed())
    for _ in range(3 * FAILURES):
        one(failures, LEFT_ALONE)
    assert failures.enough == ""
    for _ in range(PAUSES):
        assert failures.enough == ""
        one(failures, failed(error="still down"))
        one(failures, LEFT_ALONE)
    assert "home: still down (500) (it was left alone 4 times, and failed again)" in failures.enough


def test_what_is_not_waited_for_any_more_has_failed() -> None:
    failures = Failures()
    one(failures, failed("rate_limited", "slow down", 429))
    for _ in range(FAILURES):
        failures.count_waited()
    assert "the last one since home: slow down (429)" in failures.enough


def test_who_was_asked_and_failed_is_quoted_and_not_who_was_left_alone() -> None:
    both = Asked("failed", attempts=(*failed(error="it said 500: boom").attempts, *LEFT_ALONE.attempts))
    assert said_of(both) == "home: it said 500: boom"
    assert (said_of(LEFT_ALONE), said_of(Asked("failed", error="nobody"))) == ("", "nobody")
    assert (found_nobody(both), found_nobody(LEFT_ALONE)) == (False, True)


def test_what_a_target_in_bad_health_failed_may_be_answered_later_where_it_cost_nothing() -> None:
    assert was_down(failed())
    assert not was_down(msgspec.structs.replace(failed(), cost=Nanodollars(1)))
    assert not any(map(was_down, (failed("rejected"), LEFT_ALONE, Asked("refused"), Asked("answered"))))
