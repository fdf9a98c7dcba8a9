"""All that the ledger writes of an exchange that has ended, made wherever it ended and written by one process."""

from __future__ import annotations

import time

import msgspec

from freehold.core.exchange import Exchange
from freehold.core.money import Price
from freehold.core.record import End
from freehold.core.retention import Retention
from freehold.ledger.audit.leaf import Leaf, exchange_leaf, lost_leaf
from freehold.ledger.moments import DAY_NS, LAST_NS, NS
from freehold.ledger.rows import Row, attempt_rows, capture_row, lost_row, settled_row


class Terms(msgspec.Struct, frozen=True):
    """What the record is to hold.

    `baseline`: the price of the target that answers are compared with. `capture_seconds`: how long prompts and answers
    of consenting callers are kept, infinity for good, where `retention` says nothing else of their label; `None`: they
    are never written.
    """

    baseline: Price | None = None
    capture_seconds: float | None = None
    retention: Retention = Retention()

    def captures(self, exchange: Exchange) -> bool:
        """Whether the text of this exchange will be kept: capture is configured, and the caller has consented."""
        return self.capture_seconds is not None and exchange.caller.capture and self.retention.captures(exchange.label)


class Ended(msgspec.Struct, frozen=True, array_like=True):
    """The rows of one exchange, its attempts and its text, and its leaf of the audit log."""

    exchange: Row
    attempts: list[Row] = []
    capture: Row | None = None
    leaf: Leaf | None = None


def ended(exchange: Exchange, end: End, terms: Terms, *, audited: bool) -> Ended:
    """What is written of it. `audited`: there is a log of which it becomes a leaf."""
    captured = terms.captures(exchange)
    return Ended(
        exchange=settled_row(exchange, end, terms.baseline, captured=captured),
        attempts=attempt_rows(exchange, captured=captured) if exchange.attempts else [],
        capture=_capture(exchange, terms, terms.capture_seconds)
        if captured and terms.capture_seconds is not None
        else None,
        leaf=exchange_leaf(exchange, end) if audited else None,
    )


def lost(opened: Row, *, audited: bool) -> Ended:
    """The same of one that was under way, by its opening row, when the process that had it died."""
    exchange_id, started_ns, key_id = opened[:3]
    return Ended(lost_row(opened), leaf=lost_leaf(exchange_id, key_id, started_ns) if audited else None)


def _capture(exchange: Exchange, terms: Terms, seconds: float) -> Row:
    days = terms.retention.text_days(exchange.label, seconds * NS / DAY_NS)
    return capture_row(exchange, int(min(time.time_ns() + days * DAY_NS, LAST_NS)))
