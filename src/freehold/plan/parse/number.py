"""A number as a scenario writes it: bare, with a currency, or with its range, its source and its date."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from freehold.catalog.words import mend_for
from freehold.plan.currency import Currencies
from freehold.plan.defaults.field import Field
from freehold.plan.parse.book import Book
from freehold.tables.lines import Path

KEYS = ("value", "low", "high", "source", "date")


class Number(NamedTuple):
    """What was said of an input, money in US dollars."""

    value: float
    low: float
    high: float
    source: str
    date: str


class Wrong(NamedTuple):
    """What is wrong with a number, and where within it."""

    place: Path
    message: str
    mend: str


def read_number(raw: object, field: Field, path: str, book: Book, extra: tuple[str, ...] = ()) -> Number | list[Wrong]:
    """The number, or everything that is wrong with it. `extra`: further keys that its table may have."""
    if not isinstance(raw, Mapping):
        value = _figure(raw, field, path, book, ())
        if isinstance(value, Wrong):
            return [value]
        low, high = field.around(value)
        source = _assumed_range(f"scenario{_typed((raw,), field, book.currencies, ': {}')}", field, low, high)
        return Number(value, low, high, source, "")
    wrong = [
        Wrong((key,), f"{path}.{key} is not a key of a number", mend_for(key, (*KEYS, *extra)))
        for key in raw
        if key not in (*KEYS, *extra)
    ]
    said: dict[str, float] = {}
    for key in ("value", "low", "high"):
        if key in raw:
            figure = _figure(raw[key], field, f"{path}.{key}", book, (key,))
            if isinstance(figure, Wrong):
                wrong.append(figure)
            else:
                said[key] = figure
    source = _source(raw, path, wrong)
    date = _date(raw, path, book.today, wrong)
    if not wrong:
        wrong.extend(_disorder(said, path))
    if wrong:
        return wrong
    value = said["value"] if "value" in said else _middle(said["low"], said["high"], field)
    around = field.around(value)
    low, high = said.get("low", around[0]), said.get("high", around[1])
    source += _typed([raw[key] for key in ("value", "low", "high") if key in raw], field, book.currencies, " ({})")
    if "low" not in said and "high" not in said:
        source = _assumed_range(source, field, low, high)
    return Number(value, low, high, source, date)


def finite(raw: object) -> float | None:
    """A number as TOML writes it; `None` for what is none, is not finite, or is too large to reckon with."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return None
    try:
        value = float(raw)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def _figure(raw: object, field: Field, path: str, book: Book, place: Path) -> float | Wrong:
    """One figure within its bounds, in US dollars where it is money."""
    if isinstance(raw, str):
        found = _amount(raw, field, path, book.currencies, place)
        if isinstance(found, Wrong):
            return found
        value, factor = found
    elif isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return Wrong(place, f"{path} is no number", "write a number, without quotes")
    elif (plain := finite(raw)) is None:
        return Wrong(place, f"{path} is {str(raw)[:40]}", "write a finite number")
    else:
        value, factor = plain, book.currencies.usd if field.money else 1.0
    figure = value * factor
    if not field.least <= figure <= field.most:
        what = f"{value:g}" if factor == 1.0 else f"{value:g}, {figure:.6g} US dollars"
        return Wrong(
            place,
            f"{path} is {what}",
            f"give {field.unit} from {field.least:g} to {field.most:g}: {field.bound}",
        )
    return figure


def _amount(text: str, field: Field, path: str, currencies: Currencies, place: Path) -> tuple[float, float] | Wrong:
    """The number of ``"85 GBP"``, and US dollars for one."""
    if not field.money:
        return Wrong(place, f"{path} is text, {text[:40]!r}", f"write a number of {field.unit}, without quotes")
    try:
        value, code = currencies.of(text)
    except ValueError:
        return Wrong(place, f"{path} is {text[:40]!r}", 'write an amount and its currency, as in "85 GBP"')
    if code not in currencies.dollars:
        return Wrong(
            place,
            f"{path} is in {code}, and the scenario in {currencies.own}",
            f"add [exchange] {code} = ..., US dollars for one",
        )
    return value, currencies.dollars[code]


def _typed(figures: Iterable[object], field: Field, currencies: Currencies, wording: str) -> str:
    """Amounts as they were written, where one was not in US dollars: a plan shows it in those."""
    own = currencies.own
    said = [each.strip() if isinstance(each, str) else f"{each} {own}" for each in figures]
    foreign = field.money and any(not each.upper().endswith("USD") for each in said)
    return wording.format(", ".join(said)) if foreign else ""


def _source(raw: Mapping[str, object], path: str, wrong: list[Wrong]) -> str:
    source = raw.get("source", "scenario")
    if not isinstance(source, str) or not source.strip() or len(source) > 500:
        wrong.append(Wrong(("source",), f"{path}.source is no text", "say in a few words who says so"))
        return "scenario"
    return source.strip()


def _date(raw: Mapping[str, object], path: str, today: datetime.date, wrong: list[Wrong]) -> str:
    date = raw.get("date")
    if date is None:
        return ""
    if isinstance(date, str):
        text = date[:40]
        try:
            date = datetime.date.fromisoformat(text)
        except ValueError:
            wrong.append(Wrong(("date",), f"{path}.date is {text!r}", "write it as 2026-11-22"))
            return ""
    if not isinstance(date, datetime.date) or isinstance(date, datetime.datetime):
        wrong.append(Wrong(("date",), f"{path}.date is no date", "write it as 2026-11-22"))
        return ""
    if date > today:
        wrong.append(Wrong(("date",), f"{path}.date is {date}, after today", "say when the source said it"))
    return date.isoformat()


def _disorder(said: Mapping[str, float], path: str) -> list[Wrong]:
    """What is wrong with three figures that are each right."""
    if "value" not in said and len(said) < 2:
        return [Wrong((), f"{path} has no value", "add value = ..., or both low and high")]
    order = [(key, said[key]) for key in ("low", "value", "high") if key in said]
    for (lower, less), (upper, more) in pairwise(order):
        if less > more:
            mend = (
                f"let {lower} be at most {upper}: they are the ends of its 80 % interval, and its median between them"
            )
            return [Wrong((lower,), f"{path}.{lower} is {less:g}, above its {upper}, {more:g}", mend)]
    return []


def _middle(low: float, high: float, field: Field) -> float:
    """The median of a range that was said without one."""
    if low == high:
        return low
    return math.sqrt(low * high) if field.shape == "amount" else (low + high) / 2


def _assumed_range(source: str, field: Field, low: float, high: float) -> str:
    return source if low == high else f"{source}; range assumed: {field.why}"
