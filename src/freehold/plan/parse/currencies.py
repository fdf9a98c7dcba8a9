"""``currency`` and ``[exchange]``: in what money a scenario is written, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping

from freehold.plan.currency import LEAST_DOLLARS, MOST_DOLLARS, Currencies
from freehold.plan.defaults.field import Field
from freehold.plan.parse.number import Number, finite, read_number
from freehold.plan.parse.table import Table
from freehold.plan.quantity import Quantity

_CODE = re.compile(r"[A-Z]{3}")
_ONE = Field(key="exchange", about="", unit="USD", least=0, most=1, bound="it is one", spread=(1, 1), why="")
"""What stands in a rate's place while its source and its date are read."""


def read_currencies(table: Table) -> Currencies:
    """The scenario's own currency, US dollars unless it says another, and all that it gives a rate of."""
    own = table.text("currency", "USD")
    if not _CODE.fullmatch(own):
        table.fault("currency", f"currency is {own[:40]!r}", 'write its three letters, as in "EUR"')
        own = "USD"
    exchange = table.table("exchange")
    dollars, rates = {"USD": 1.0}, []
    for code, raw in exchange.raw.items():
        if not _CODE.fullmatch(code):
            exchange.fault(code, f"{code[:40]!r} is no currency", 'write its three letters, as in "EUR"')
        elif code == "USD":
            exchange.fault(code, "a US dollar is worth one", "leave it out: rates are US dollars for one of another")
        else:
            said: Mapping[str, object] = raw if isinstance(raw, Mapping) else {"value": raw}
            rate = _rate(said.get("value"))
            if rate is None:
                mend = f"write US dollars for one {code}, from {LEAST_DOLLARS:g} to {MOST_DOLLARS:g}"
                exchange.fault(code, f"exchange.{code} is no rate", mend)
            dollars[code] = rate or 1.0
            rates.append(_input(exchange, code, said, dollars[code]))
    if own not in dollars:
        mend = f"add [exchange] {own} = ..., US dollars for one"
        table.fault("currency", f"the scenario is in {own}, and nothing says what that is worth", mend)
    return Currencies(own, dollars, tuple(rates))


def _input(exchange: Table, code: str, said: Mapping[str, object], rate: float) -> Quantity:
    """A rate among a plan's inputs; notes what else its table has that is none of a rate."""
    path = exchange.path(code)
    for key in said:
        if key not in ("value", "source", "date"):
            mend = "leave it out: a rate is taken as it is, and the range of an amount in that currency may be wider"
            exchange.fault((code, key), f"{path}.{key} is not a key of a rate", mend)
    found = read_number({**said, "value": 1}, _ONE, path, exchange.book, extra=tuple(said))
    source, date = (found.source, found.date) if isinstance(found, Number) else ("scenario", "")
    for fault in () if isinstance(found, Number) else found:
        exchange.fault((code, *fault.place), fault.message, fault.mend)
    who = f"{'the scenario' if source == 'scenario' else source}{date and f', {date}'}"
    exchange.book.note(f"1 {code} is taken for {rate:g} US dollars throughout: {who}.")
    return Quantity(path=path, value=rate, low=rate, high=rate, unit=f"USD for one {code}", source=source, date=date)


def _rate(raw: object) -> float | None:
    rate = finite(raw)
    return rate if rate is not None and LEAST_DOLLARS <= rate <= MOST_DOLLARS else None
