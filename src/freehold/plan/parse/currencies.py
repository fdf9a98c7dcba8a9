"""``currency`` and ``[exchange]``: in what money a scenario is written, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping

from freehold.plan.currency import LEAST_DOLLARS, MOST_DOLLARS, Currencies
from freehold.plan.parse.number import finite
from freehold.plan.parse.table import Table

_CODE = re.compile(r"[A-Z]{3}")


def read_currencies(table: Table) -> Currencies:
    """The scenario's own currency, US dollars unless it says another, and all that it gives a rate of."""
    own = table.text("currency", "USD")
    if not _CODE.fullmatch(own):
        table.fault("currency", f"currency is {own[:40]!r}", 'write its three letters, as in "EUR"')
        own = "USD"
    exchange = table.table("exchange")
    dollars = {"USD": 1.0}
    for code, raw in exchange.raw.items():
        if not _CODE.fullmatch(code):
            exchange.fault(code, f"{code[:40]!r} is no currency", 'write its three letters, as in "EUR"')
        elif code == "USD":
            exchange.fault(code, "a US dollar is worth one", "leave it out: rates are US dollars for one of another")
        else:
            rate = _rate(raw.get("value") if isinstance(raw, Mapping) else raw)
            if rate is None:
                mend = f"write US dollars for one {code}, from {LEAST_DOLLARS:g} to {MOST_DOLLARS:g}"
                exchange.fault(code, f"exchange.{code} is no rate", mend)
            dollars[code] = rate or 1.0
    if own not in dollars:
        mend = f"add [exchange] {own} = ..., US dollars for one"
        table.fault("currency", f"the scenario is in {own}, and nothing says what that is worth", mend)
    return Currencies(own, dollars)


def _rate(raw: object) -> float | None:
    rate = finite(raw)
    return rate if rate is not None and LEAST_DOLLARS <= rate <= MOST_DOLLARS else None
