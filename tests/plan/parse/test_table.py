from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from freehold.catalog.offers import shipped
from freehold.plan.defaults.machines import KWH, REPLICA
from freehold.plan.parse.book import Book
from freehold.plan.parse.table import Table
from freehold.tables.faults import Findings


def table(raw):
    return Table(raw, ("options", "a"), Book(Findings(), date(2026, 11, 22), Path(), shipped()))


def said(table):
    return [str(fault) for fault in table.book.findings.found]


def test_what_nobody_asked_for_is_a_fault_with_the_nearest_key():
    raw = table({"title": "A", "modle": "b"})
    assert (raw.text("title"), raw.text("model")) == ("A", "")
    raw.done()
    assert said(raw) == ["options.a.modle is not a key of a scenario; did you mean 'model'?"]


@pytest.mark.parametrize(
    ("read", "value", "default"),
    [
        (lambda t: t.text("x", "d"), "word", "d"),
        (lambda t: t.word("x", ("word", "d"), "d"), "word", "d"),
        (lambda t: t.flag("x", default=True), False, True),
        (lambda t: t.number("x", 0, 5, bound="why"), Decimal("2.5"), None),
        (lambda t: t.whole("x", 0, 5, bound="why"), 2, None),
        (lambda t: t.items("x"), [1, 2], []),
    ],
)
def test_each_kind_is_read_or_else_its_default_stands(read, value, default):
    good, absent, wrong = table({"x": value}), table({}), table({"x": {"other": 1}})
    assert read(good) == value
    assert read(absent) == default
    assert read(wrong) == default
    assert not said(good)
    assert not said(absent)
    assert said(wrong)[0].startswith("options.a.x ")


@pytest.mark.parametrize(("key", "value"), [("number", -1), ("number", 6), ("whole", Decimal("1.5")), ("whole", True)])
def test_a_number_out_of_bounds_is_a_fault(key, value):
    raw = table({"x": value})
    assert getattr(raw, key)("x", 0, 5, bound="why") is None
    assert said(raw)


def test_an_input_that_must_be_said_is_missed_and_another_is_assumed():
    raw = table({})
    assert raw.quantity(KWH).source.startswith("assumed")
    assert not said(raw)
    raw.quantity(REPLICA)
    assert said(raw)[0].startswith("options.a.price_replica is missing; add price_replica = ...: to buy")


def test_a_given_quantity_stands_where_nothing_is_written():
    given = KWH.quantity("elsewhere", 0.1, 0.1, 0.1, source="a row")
    assert table({}).quantity(KWH, given) is given
    assert table({"price_kwh": Decimal("0.3")}).quantity(KWH, given).value == 0.3


def test_tables_within_know_their_place():
    raw = table({"people": {"b": 1}, "no": 5})
    assert raw.table("people").path("b") == "options.a.people.b"
    assert raw.table("none").raw == {}
    raw.table("no")
    assert said(raw) == ["options.a.no is no table; write it as a table of keys"]


def test_a_bound_itself_is_within_it():
    raw = table({"x": Decimal("0.01"), "y": Decimal("0.1")})
    assert raw.number("x", 0.01, 5, bound="why") == 0.01
    assert raw.number("y", 0, 0.1, bound="why") == 0.1
    assert not said(raw)
