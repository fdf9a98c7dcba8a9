"""Reads a scenario: a TOML file or text, with everything that it leaves out filled in."""

from __future__ import annotations

import datetime
import math
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from freehold.catalog.offers import Catalog, shipped
from freehold.core.errors import ConfigError
from freehold.ledger.workload import WorkloadReader
from freehold.plan.parse.book import Book
from freehold.plan.parse.claims import read_alike, read_claims, read_good_enough
from freehold.plan.parse.currencies import read_currencies
from freehold.plan.parse.lengths import SHAPE_KEYS
from freehold.plan.parse.machines import read_machines
from freehold.plan.parse.objectives import read_objectives
from freehold.plan.parse.offers import read_country
from freehold.plan.parse.options import read_options
from freehold.plan.parse.table import Table
from freehold.plan.parse.workload import read_workload
from freehold.plan.scenario import Scenario
from freehold.tables.document import decode, read_document
from freehold.tables.faults import ConfigFaults, Findings
from freehold.tables.lines import Path as Steps

HORIZON_MONTHS = 36
_TRACE = "workload.trace"
_SEEN = ("prompt_tokens", "answer_tokens", "burstiness", "prefix_share", "prefix_tokens", "seed", "hours", "days")
"""Of a workload: what traffic that was seen has in itself."""


class ScenarioError(ConfigFaults):
    """A scenario cannot be used. `faults` has each fault with its line, in the order of the file."""


def read(
    source: Path | str | None,
    catalog: Catalog | None = None,
    *,
    today: datetime.date,
    ledger: WorkloadReader | None = None,
    changes: Mapping[str, object] | None = None,
    changer: str = "--set",
) -> Scenario:
    r"""The scenario of a file (a `Path`) or of a text (a `str`), which may name no other files.

    Without a source (`None`), or without options in it, the plan's own options are compared, over a moderate workload
    where nothing is said of that either.

    With a `ledger`, the workload is what that remembers; what the scenario says of volume and peak wins over it, and
    what it says of tokens and burstiness gives way, as it does to a trace that `changes` names.

    `changes` takes the place of what is written: a value for each path, such as ``workload.requests_a_day``. A file
    that it names is looked for from the working directory where the scenario has none. Faults of such a value name the
    `changer` in the place of a file and a line.

    Models, machines and prices are those of the `catalog`, the shipped one where none is given, with the rows of the
    scenario's own in front.

    Raises `ScenarioError` with every fault, each a sentence with its line, its field and the mend.

    >>> read("[workload]\nrequests_a_day = 500", today=datetime.date(2026, 11, 22)).workload.requests_a_day.value
    500.0
    """
    try:
        document, findings = _document(source)
    except ConfigFaults as unreadable:
        raise ScenarioError(unreadable.faults) from None
    if isinstance(source, Path) and not document:
        raise ScenarioError([_empty(source)])
    findings.variables = {place: changer for path in changes or {} for place in _made(document, path.split("."))}
    document = _changed(document, changes or {})
    document, yielded = _yielding(document) if ledger is not None or _TRACE in (changes or {}) else (document, [])
    folder = None if isinstance(source, str) else Path() if source is None else source.parent
    name = source.stem if isinstance(source, Path) else "default" if source is None else "scenario"
    book = Book(findings, today, folder, catalog or shipped())
    if yielded:
        book.note(f"What was seen takes the place of the scenario's {', '.join(yielded)}.")
    scenario = build(document, book, name=name, ledger=ledger)
    if findings.found:
        raise ScenarioError(findings.sorted())
    return scenario


def catalog_of(source: Path, *, today: datetime.date) -> Catalog:
    """The shipped catalog with the rows of a scenario's file in front; nothing else in it is looked at.

    Raises `ScenarioError` with every fault of these rows.
    """
    try:
        document, findings = read_document(source)
    except ConfigFaults as unreadable:
        raise ScenarioError(unreadable.faults) from None
    book = Book(findings, today, None, shipped())
    found = read_machines(Table(document, (), book), book.catalog)
    if findings.found:
        raise ScenarioError(findings.sorted())
    return found


def _yielding(document: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The document without what traffic that was seen has in itself, and what that was."""
    workload = document.get("workload")
    if not isinstance(workload, dict):
        return document, []
    yielded = [f"workload.{key}" for key in _SEEN if key in workload]
    return {**document, "workload": {key: value for key, value in workload.items() if key not in _SEEN}}, yielded


def _changed(document: dict[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """The document with other values at some paths; tables on the way to them are made where there are none."""
    for path, value in changes.items():
        document = _with(document, path.split("."), value)
    if "workload.cached_share" in changes:  # It takes the place of what it would be worked out from.
        document["workload"] = {k: v for k, v in document["workload"].items() if not k.startswith("prefix_")}
    return document


def _made(document: Mapping[str, Any], way: list[str]) -> Iterator[Steps]:
    """The place that a change is at, and those of the tables on the way that it makes."""
    inner: object = document
    for end, step in enumerate(way, 1):
        inner = inner.get(step) if isinstance(inner, Mapping) else None
        if inner is None or end == len(way):
            yield tuple(way[:end])


def _empty(source: Path) -> ConfigError:
    mend = "begin with a shipped one: freehold plan example moderate > scenario.toml; or name none, and usual options"
    return ConfigError("holds no scenario", file=str(source), mend=f"{mend} are compared")


def _with(table: Any, way: list[str], value: object) -> dict[str, Any]:
    kept = table if isinstance(table, dict) else {}
    first, *rest = way
    return {**kept, first: _with(kept.get(first), rest, value) if rest else _instead(kept.get(first), value)}


def _instead(old: object, value: object) -> object:
    """What stands in the place of an input. Lengths go on to differ among themselves as they did."""
    if isinstance(value, Mapping):
        return {key: _written(each) for key, each in value.items()}
    new = _written(value)
    if not isinstance(old, Mapping) or not isinstance(new, int | Decimal):
        return new
    if "cv" in old:
        return {"value": new, "cv": old["cv"]}
    shape = [key for key in SHAPE_KEYS if isinstance(old.get(key), int | Decimal)]
    if shape and isinstance(old.get("value"), int | Decimal) and old["value"]:
        return {"value": new, **{key: old[key] * Decimal(new) / old["value"] for key in shape}}
    return new


def _written(value: object) -> object:
    """A number as TOML is read here: whole, or decimal."""
    if not isinstance(value, float) or not math.isfinite(value):
        return value
    return int(value) if value.is_integer() else Decimal(repr(value))


def _document(source: Path | str | None) -> tuple[dict[str, Any], Findings]:
    """What is written, decoded."""
    if isinstance(source, Path):
        return read_document(source)
    return decode(_assumed(), "the default scenario") if source is None else decode(source, "the scenario")


def _assumed() -> str:
    """The text of the scenario that stands where none is."""
    return resources.files("freehold.plan.defaults").joinpath("scenario.toml").read_text("utf-8")


def build(document: Mapping[str, Any], book: Book, *, name: str, ledger: WorkloadReader | None = None) -> Scenario:
    """The scenario of a decoded document. What is wrong goes into the book's findings and not into it."""
    table = Table(document, (), book)
    if not table.has("options"):
        table.raw = {**document, "options": tomllib.loads(_assumed(), parse_float=Decimal)["options"]}
        book.note("No options are said: those that Freehold assumes are compared.")
    book.currencies = read_currencies(table)
    book.catalog = read_machines(table, book.catalog)
    horizon = table.whole("horizon_months", 1, 120, bound="nobody can plan for longer than ten years")
    days = table.number("days_a_month", 28, 31, bound="that is a month")
    inner = table.table("workload")
    workload = read_workload(inner, days_a_month=30.4 if days is None else days, ledger=ledger)
    inner.done()
    inner = table.table("objectives")
    objectives = read_objectives(inner)
    inner.done()
    options = read_options(table, workload, read_country(table))
    claims = read_claims(table, options, workload)
    alike = read_alike(table, options)
    name = table.text("name", name)
    scenario = Scenario(
        name=name,
        title=table.text("title", name),
        about=table.text("about"),
        currency=book.currencies.own,
        usd=book.currencies.usd,
        exchange=book.currencies.rates,
        horizon_months=horizon or HORIZON_MONTHS,
        may_leave=table.flag("may_leave", default=True),
        workload=workload,
        objectives=objectives,
        options=options,
        alike=alike,
        good_enough=read_good_enough(table, options),
        claims=claims,
        catalog=book.catalog,
        warnings=tuple(book.warnings),
        notes=tuple(book.notes),
    )
    table.done()
    return scenario
