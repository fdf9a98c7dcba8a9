"""``[claims.NAME]``: what somebody says, as a figure that can be checked, and ``[[alike]]``: models found equal."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec

from freehold.catalog.words import mend_for
from freehold.plan.defaults.field import Field
from freehold.plan.defaults.machines import SPEED
from freehold.plan.draws import inputs
from freehold.plan.parse.number import Number, read_number
from freehold.plan.parse.options import check_name
from freehold.plan.parse.servers import read_server
from freehold.plan.parse.table import Table
from freehold.plan.quantity import Quantity
from freehold.plan.scenario import Alike, Claim, Cloud, Figure, Option, Server, Workload

FIGURES: tuple[Figure, ...] = get_args(Figure)

_OPTIONS: Mapping[str, tuple[int, int]] = {
    "usd_a_day": (1, 1),
    "usd_a_month": (1, 1),
    "gpu_month": (1, 1),
    "blended_price": (0, 1),
    "break_even_requests": (1, 1),
}
"""The fewest and the most options that a figure is of; none where it is not listed."""

_USD = Field(
    key="low",
    about="",
    unit="USD",
    least=0,
    most=1e12,
    bound="that is an amount of money",
    spread=(1, 1),
    why="",
)
_PLAIN = Field(key="low", about="", unit="", least=0, most=1e12, bound="a figure", spread=(1, 1), why="")


def read_claims(table: Table, options: Sequence[Option], workload: Workload) -> tuple[Claim, ...]:
    """All of them, in their order."""
    return tuple(_claim(each, str(each.place[-1]), options, workload) for each in table.tables("claims"))


def read_alike(table: Table, options: Sequence[Option]) -> tuple[Alike, ...]:
    """Models whose answers somebody found equally good, by the name that options give them."""
    known = sorted({name for option in options if (name := _model(option))})
    found = []
    for index, raw in enumerate(table.items("alike")):
        each = Table(raw, (*table.place, "alike", index), table.book)
        models = [_known(str(model), known) for model in each.items("models")]
        for model in models:
            if model not in known:
                each.fault("models", f"{model[:80]!r} is no model of an option here", mend_for(model[:80], known))
        if len(models) < 2:
            each.fault("models", f"{each.path('models')} has fewer than two models", "name those that are alike")
        source = each.text("source")
        if not source:
            each.fault((), f"{each.path()} has no source", "add source = the evaluation that found it")
        each.done()
        found.append(Alike(tuple(models), source))
    return tuple(found)


def read_good_enough(table: Table, options: Sequence[Option]) -> tuple[str, ...]:
    """Models whose answers are known to do, by the name that options give them."""
    known = sorted({name for option in options if (name := _model(option))})
    models = tuple(_known(str(model), known) for model in table.items("good_enough"))
    for model in models:
        if model not in known:
            table.fault("good_enough", f"{model[:80]!r} is no model of an option here", mend_for(model[:80], known))
    return models


def _claim(table: Table, name: str, options: Sequence[Option], workload: Workload) -> Claim:
    check_name(table, name)
    text = table.text("text")
    if not text:
        table.fault((), f"{table.path()} has no text", "add text = what is said, in a sentence")
    if not table.has("figure"):
        table.fault((), f"{table.path()} has no figure", f"add figure = ..., one of: {', '.join(FIGURES)}")
    figure = table.word("figure", FIGURES, "usd_a_month")
    low, high = _ends(table, figure)
    needs_server = figure in ("fits", "gpus_needed")
    month = _figure(table, "month", money=True)
    if figure == "break_even_requests" and month is None and not table.has("month"):
        table.fault((), f"{table.path()} has no month", "add month = ..., the fixed cost a month that is set against")
    currency = _currency(table)
    claim = Claim(
        name=name,
        text=text,
        figure=figure,
        options=_names(table, figure, options),
        low=low,
        high=high,
        currency=currency,
        usd=table.book.currencies.dollars.get(currency, 1.0),
        where=_where(table, options, workload),
        server=_server(table.table("server"), workload) if needs_server else None,
        usd_month=month,
    )
    table.done()
    return claim


def _server(table: Table, workload: Workload) -> Server:
    """Only what it holds is asked of it, so its speed is no input."""
    server = read_server(table, workload).server
    table.done()
    path = table.path("speed")
    return msgspec.structs.replace(server, speed=SPEED.quantity(path, 1.0, 1.0, 1.0, source="not asked of a claim"))


def _ends(table: Table, figure: str) -> tuple[float | None, float | None]:
    money = figure in ("usd_a_day", "usd_a_month", "gpu_month", "blended_price")
    low, high = (_figure(table, key, money=money) for key in ("low", "high"))
    if low is None and high is None and figure != "fits" and not (table.has("low") or table.has("high")):
        table.fault((), f"{table.path()} says no number", "add low = ... or high = ..., or both")
    if low is not None and high is not None and low > high:
        table.fault("low", f"{table.path('low')} is above high", "let low be at most high")
    return low, high


def _currency(table: Table) -> str:
    """The currency that the claim's amounts name; empty where they name none."""
    codes: dict[str, None] = {}
    for key in ("low", "high", "month"):
        raw = table.raw.get(key)
        parts = (raw.get(part) for part in ("value", "low", "high")) if isinstance(raw, Mapping) else (raw,)
        for said in parts:
            if isinstance(said, str):
                with contextlib.suppress(ValueError):  # What is no amount is told where its number is read.
                    codes[table.book.currencies.of(said)[1]] = None
    if len(codes) > 1:
        mend = "write all of its amounts in one currency, which it is answered in"
        table.fault((), f"{table.path()} is in {' and '.join(codes)}", mend)
    return next(iter(codes), "")


def _figure(table: Table, key: str, *, money: bool) -> float | None:
    """A number of the claim, in US dollars where it is money."""
    if not table.has(key):
        return None
    said = read_number(table.get(key), _USD if money else _PLAIN, table.path(key), table.book)
    if isinstance(said, Number):
        return said.value
    for fault in said:
        table.fault((key, *fault.place), fault.message, fault.mend)
    return None


def _names(table: Table, figure: str, options: Sequence[Option]) -> tuple[str, ...]:
    known = [option.name for option in options]
    names = [str(name) for name in table.items("options")]
    for name in names:
        if name not in known:
            table.fault("options", f"{name[:80]!r} is no option here", mend_for(name[:80], known))
    fewest, most = _OPTIONS.get(figure, (0, 0))
    if not fewest <= len(names) <= most:
        many = "no option" if most == 0 else "one option"
        table.fault("options", f"{table.path()} is of {len(names)} options", f"{figure} is of {many}")
    for option in options:
        if figure == "gpu_month" and option.name in names and not isinstance(option, Cloud):
            message = f"{option.name!r} rents no GPUs by the hour, which {figure} is about"
            table.fault("options", message, "name an option of the kind cloud, or claim usd_a_month of this one")
    return tuple(names)


def _where(table: Table, options: Sequence[Option], workload: Workload) -> dict[str, tuple[float, float]]:
    """``where = { "options.a100.price_gpu_hour" = [2.50, 3.50] }``: inputs by path, a number or two."""
    inner = table.table("where")
    known = {each.path: each for each in inputs((workload, *options))}
    where: dict[str, tuple[float, float]] = {}
    for path, raw in inner.raw.items():
        if path not in known:
            inner.fault(path, f"{path[:120]!r} is no input of this scenario", mend_for(path[:120], known))
            continue
        field = _bounded(known[path])
        ends = []
        for each in raw if isinstance(raw, list) else [raw]:
            said = read_number(each, field, path, table.book)
            if isinstance(said, Number):
                ends.append(said.value)
            else:
                for fault in said:
                    inner.fault(path, fault.message, fault.mend)
        if isinstance(raw, list) and len(raw) not in (1, 2):
            inner.fault(path, f"{path} has {len(raw)} numbers", "write one number, or the least and the most")
        elif ends:
            where[path] = (min(ends), max(ends))
    return where


def _bounded(quantity: Quantity) -> Field:
    """What a claim may set an input to: what the scenario might have said of it."""
    return Field(
        key="where",
        about="",
        unit=quantity.unit,
        least=quantity.least,
        most=quantity.most,
        bound="the scenario itself may say no other",
        spread=(1, 1),
        why="",
    )


def _known(name: str, known: Sequence[str]) -> str:
    """The model's whole name, where an option may have been given the last part of it alone."""
    same = [each for each in known if each.rpartition("/")[2].casefold() == name.casefold()]
    return same[0] if len(same) == 1 and name not in known else name


def _model(option: Option) -> str:
    return getattr(option, "model", "") or (option.server.model if hasattr(option, "server") else "")
