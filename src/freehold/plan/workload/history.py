"""The workload that the ledger remembers."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import msgspec

from freehold.ledger.moments import NS
from freehold.ledger.scope import EVER, Span
from freehold.ledger.workload import WorkloadReader
from freehold.plan.draws import TENTH
from freehold.plan.workload.observed import Observed, Observer

RECENT = timedelta(weeks=4)

FEW = 50
"""Judged requests below which a share says next to nothing."""


class Share(msgspec.Struct, frozen=True):
    """A share that was counted, with the ends of its 80 % interval."""

    value: float
    low: float
    high: float
    of: int
    """How many were counted."""


class History(msgspec.Struct, frozen=True):
    """What was asked, and what a cascade kept."""

    observed: Observed
    kept_home: Share | None
    """Of judged first answers, those kept; `None` where none was judged."""


def history(ledger: WorkloadReader) -> History:
    """The last four weeks that it remembers.

    Whole weeks, so that each day of one counts alike, and no more of them, since a team's traffic of long ago says
    little of the first month of a plan.

    Raises `ValueError` where they hold fewer than two requests at different times.
    """
    newest = ledger.newest()
    span = EVER if newest is None else Span(newest - RECENT)
    observer = Observer("ledger", cached=True)
    for row, asked in enumerate(ledger.asked(span), 1):
        began = datetime.fromtimestamp(asked.started_ns / NS, UTC) if row == 1 else None
        answer = max(asked.answer, 1)
        observer.add(asked.started_ns / NS, began, asked.prompt, answer, min(asked.cached, asked.prompt), row)
    observed = observer.done()
    judged, kept = ledger.cascaded(span)
    return History(observed, wilson(kept, judged) if judged else None)


def wilson(kept: int, of: int) -> Share:
    """A share and its 80 % interval by Wilson's score (1927), which keeps within 0 and 1 for few and for none.

    >>> wilson(60, 100).low < 0.6 < wilson(60, 100).high
    True
    """
    share, square = kept / of, TENTH**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = TENTH / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Share(share, max(0.0, middle - half), min(1.0, middle + half), of)
