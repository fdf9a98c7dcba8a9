"""An exchange's rows are the same wherever they are made, and go through a message as they are."""

from __future__ import annotations

import msgspec

from freehold.core.caller import Caller
from freehold.core.money import Price
from freehold.core.record import Ending
from freehold.ledger.audit.leaf import body_of
from freehold.ledger.ended import Ended, Terms, ended, lost
from freehold.ledger.rows import OPENED, SETTLED, opened_row, settled_row
from support.exchanges import attempt, begun
from support.exchanges import ended as at_its_end

CONSENTS = Caller(key_id="key_ann", name="ann", capture=True)


def test_what_ended_has_a_row_its_attempts_and_a_leaf() -> None:
    exchange = at_its_end(begun(), attempt(1, shown=False), attempt(2))
    assert exchange.end is not None
    made = ended(exchange, exchange.end, Terms(baseline=Price()), audited=True)
    assert made.exchange == settled_row(exchange, exchange.end, Price(), captured=False)
    assert (len(made.attempts), made.capture) == (2, None)
    assert made.leaf is not None
    assert body_of(made.leaf.body).id == exchange.id
    assert ended(exchange, exchange.end, Terms(), audited=False).leaf is None


def test_text_is_there_by_consent_and_configuration_alone() -> None:
    exchange = at_its_end(begun(caller=CONSENTS), attempt())
    assert exchange.end is not None
    kept = ended(exchange, exchange.end, Terms(capture_seconds=3600.0), audited=False).capture
    assert kept is not None
    assert kept[0] == exchange.id
    assert ended(exchange, exchange.end, Terms(), audited=False).capture is None
    silent = at_its_end(begun(), attempt())
    assert silent.end is not None
    assert ended(silent, silent.end, Terms(capture_seconds=3600.0), audited=False).capture is None


def test_what_was_lost_has_all_its_columns_and_says_so() -> None:
    opened = opened_row(begun())
    made = lost(opened, audited=True)
    assert len(made.exchange) == len(SETTLED)
    assert made.exchange[: len(OPENED)] == (*opened[:-1], Ending.LOST)
    assert set(made.exchange[len(OPENED) :]) == {None}
    assert made.leaf is not None
    assert body_of(made.leaf.body).ending == Ending.LOST


def test_it_goes_through_a_message_as_it_is() -> None:
    exchange = at_its_end(begun(caller=CONSENTS), attempt())
    assert exchange.end is not None
    made = ended(exchange, exchange.end, Terms(capture_seconds=float("inf")), audited=True)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=Ended) == made
