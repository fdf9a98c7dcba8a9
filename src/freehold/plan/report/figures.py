"""How a plan's numbers are written for people: as many digits as they can bear, and always with their unit."""

from __future__ import annotations

from freehold.plan.result import Assumption, Interval, Result

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
NONE = "–"


def money(amount: float, currency: str) -> str:
    """A sum: whole from 100 up, with cents below, with two digits that count below a tenth.

    >>> money(3040, "USD"), money(0.4, "GBP"), money(0.0432, "EUR"), money(-12.5, "CHF")
    ('$3,040', '£0.40', '€0.043', '−CHF 12.50')
    """
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'−' if amount < 0 else ''}{sign}{_digits(abs(amount))}"


def _digits(size: float) -> str:
    if size >= 99.995 or size == 0:
        return f"{size:,.0f}"
    if size >= 0.0995:
        return f"{size:.2f}"
    return f"{size:.2g}" if size >= 1e-4 else f"{size:.1e}"


def money_range(interval: Interval, currency: str) -> str:
    """The two ends of an interval of money.

    >>> money_range(Interval(3, 2.5, 3200), "USD")
    '$2.50–3,200'
    """
    if interval.low < 0 or interval.high < 0:
        return f"{money(interval.low, currency)} to {money(interval.high, currency)}"
    low, high = money(interval.low, currency), _digits(interval.high)
    return f"{low}–{high}"


def count(number: float) -> str:
    """A number of things: whole from 100 up, three digits that count below.

    >>> count(3338.4), count(0.41), count(12.0)
    ('3,338', '0.41', '12')
    """
    return f"{number:,.0f}" if abs(number) >= 99.95 else f"{number:.3g}"


def share(part: float) -> str:
    """A part of a whole as hundredths.

    >>> share(0.35), share(0.004), share(0.9964), share(0.0001), share(0.99996)
    ('35 %', '0.4 %', '99.6 %', 'under 0.1 %', 'over 99.9 %')
    """
    size = 100 * part
    if 0 < size < 0.05 or 99.95 <= size < 100:
        return "under 0.1 %" if size < 1 else "over 99.9 %"
    near = 0 < size < 1 or 99 < size < 100
    return f"{size:.1f} %" if near else f"{size:.0f} %"


def seconds(span: float) -> str:
    """A time.

    >>> seconds(0.0213), seconds(0.84), seconds(1.26), seconds(75)
    ('21 ms', '840 ms', '1.3 s', '75 s')
    """
    if span < 0.0995:
        return f"{1000 * span:.2g} ms"
    if span < 0.9995:
        return f"{1000 * span:.0f} ms"
    return f"{span:.1f} s" if span < 9.95 else f"{span:,.0f} s"


def months(number: int) -> str:
    """A number of months.

    >>> months(1), months(36)
    ('1 month', '36 months')
    """
    return "1 month" if number == 1 else f"{number} months"


def quantity(number: float, unit: str) -> str:
    """An input's number; its unit goes beside it unless it is a share, which is written in hundredths."""
    return share(number) if unit == "share" else count(number)


def spread(row: Assumption) -> str:
    """The range of an input, or that it has none."""
    if row.low == row.high:
        return "exact"
    return f"{quantity(row.low, row.unit)} to {quantity(row.high, row.unit)}"


def warnings(result: Result) -> list[str]:
    """What an option's user should know, for a place that names the option already."""
    return [_capital(said.removeprefix(f"{result.title}: ")) for said in result.warnings]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
