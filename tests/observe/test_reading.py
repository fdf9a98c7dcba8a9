from __future__ import annotations

import pytest

from freehold.core.errors import Fault
from freehold.core.record import Ending
from freehold.observe.reading import CODES, code_of, escalated, first_token_ms, shown
from support.exchanges import AWAY, attempt, begun, ended


@pytest.mark.parametrize(
    ("error", "ending", "code"),
    [
        (None, Ending.COMPLETED, None),
        ("label_forbidden: no", Ending.REFUSED, "label_forbidden"),
        ("rate_limited: slow down", Ending.REFUSED, "rate_limited"),
        ("broken: it broke off", Ending.FAILED, "broken"),
        ("internal_error: KeyError", Ending.FAILED, "internal_error"),
        ("somebody's words: x", Ending.FAILED, "other"),
        ("the caller left before the answer was whole", Ending.CANCELLED, None),
    ],
)
def test_a_code_is_a_word_of_a_fixed_list(error: str | None, ending: Ending, code: str | None) -> None:
    assert code_of(ended(begun(), ending=ending, error=error)) == code


def test_an_open_exchange_has_none() -> None:
    assert code_of(begun()) is None
    assert {"budget_spent", "upstream_failed", str(Fault.TIMEOUT_FIRST), "guard_forbidden"} <= CODES


def test_who_answered_and_whether_it_was_passed_on() -> None:
    done = ended(begun(), attempt(1, shown=False), attempt(2, AWAY, note="escalated: unsure"))
    assert escalated(done)
    assert shown(done) is done.attempts[1]
    assert not escalated(ended(begun(), attempt(note="retry 1")))
    assert shown(ended(begun())) is None


def test_the_first_token_is_told_from_the_request() -> None:
    done = ended(begun(started_ns=1_000_000_000), attempt(started_ns=1_500_000_000, first_ms=20.0))
    assert first_token_ms(done, done.attempts[0]) == 520.0
    assert first_token_ms(done, attempt(first_ms=None)) is None
