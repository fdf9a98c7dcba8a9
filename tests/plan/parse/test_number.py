from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from freehold.catalog.offers import shipped
from freehold.plan.currency import Currencies
from freehold.plan.defaults.machines import INTEREST, KWH, LOAD_WATTS
from freehold.plan.defaults.workload import GROWTH
from freehold.plan.parse.book import Book
from freehold.plan.parse.number import Number, read_number
from freehold.tables.faults import Findings


def book(own="USD"):
    return Book(
        Findings(), date(2026, 11, 22), Path(), shipped(), Currencies(own, {"USD": 1.0, "GBP": 1.25, "EUR": 1.1})
    )


def read(raw, field=KWH, own="USD"):
    return read_number(raw, field, "here", book(own))


def test_a_bare_number_gets_the_range_of_its_kind_and_says_so():
    number = read(Decimal("0.20"))
    assert (number.value, number.low, number.high) == pytest.approx((0.2, 0.16, 0.26))
    assert number.source == f"scenario; range assumed: {KWH.why}"


def test_a_range_a_source_and_a_date_are_kept():
    said = {"value": 1, "low": Decimal("0.5"), "high": 2, "source": "a bill", "date": date(2026, 5, 1)}
    assert read(said) == Number(1.0, 0.5, 2.0, "a bill", "2026-05-01")
    assert read(said | {"date": "2026-05-01"}) == read(said)


def test_one_end_may_be_left_out_and_so_may_the_value():
    number = read({"value": 1, "low": Decimal("0.9")})
    assert (number.low, number.high) == pytest.approx((0.9, 1.3))
    assert read({"low": Decimal("0.1"), "high": Decimal("0.4")}).value == pytest.approx(0.2)
    assert read({"low": Decimal("-0.1"), "high": Decimal("0.3")}, GROWTH).value == pytest.approx(0.1)


def test_money_is_counted_in_dollars_whatever_it_is_written_in():
    assert read("0.4 GBP").value == pytest.approx(0.5)
    assert read(Decimal("0.4"), own="GBP").value == pytest.approx(0.5)
    assert read({"value": "0.4 GBP", "low": Decimal("0.3"), "high": "1 EUR"}) == Number(
        0.5, 0.3, 1.1, "scenario (0.4 GBP, 0.3 USD, 1 EUR)", ""
    )


def test_what_was_typed_in_another_currency_is_found_again_in_the_source():
    assert read("0.4 GBP").source.startswith("scenario: 0.4 GBP; range assumed")
    assert read(Decimal("0.4"), own="GBP").source.startswith("scenario: 0.4 GBP")
    assert read({"value": "0.4 GBP", "source": "our contract"}).source.startswith("our contract (0.4 GBP)")
    assert "USD" not in read("0.4 USD").source
    assert "(" not in read({"value": Decimal("0.4"), "low": Decimal("0.3"), "high": 1}).source


@pytest.mark.parametrize(
    ("raw", "field", "says", "mend"),
    [
        (Decimal(-1), KWH, "here is -1", "from 0.005 to 2"),
        (0, KWH, "here is 0", "from 0.005"),
        (50_000, KWH, "here is 50000", "as much for long"),
        (Decimal("Infinity"), KWH, "here is Infinity", "finite"),
        (Decimal("NaN"), KWH, "here is NaN", "finite"),
        (10**400, KWH, "here is 1000", "finite"),
        (True, KWH, "here is no number", "without quotes"),
        ([1], KWH, "here is no number", "without quotes"),
        ("20 cents", KWH, "here is '20 cents'", '"85 GBP"'),
        ("1 CHF", KWH, "here is in CHF, and the scenario in USD", "[exchange] CHF"),
        ("400 W", LOAD_WATTS, "here is text, '400 W'", "a number of W"),
        ("5 %", INTEREST, "here is text, '5 %'", "a number of share/year"),
        ({}, KWH, "here has no value", "both low and high"),
        ({"low": 1}, KWH, "here has no value", "both low and high"),
        ({"value": 1, "low": 2}, KWH, "here.low is 2, above its value, 1", "80 % interval"),
        ({"low": 2, "high": 1}, KWH, "here.low is 2, above its high, 1", "80 % interval"),
        ({"value": 1, "hgih": 2}, KWH, "here.hgih is not a key", "'high'"),
        ({"value": 1, "high": 99}, KWH, "here.high is 99", "from 0.005 to 2"),
        ({"value": 1, "source": 5}, KWH, "here.source is no text", "who says so"),
        ({"value": 1, "date": "May"}, KWH, "here.date is 'May'", "2026-11-22"),
        ({"value": 1, "date": 5}, KWH, "here.date is no date", "2026-11-22"),
        ({"value": 1, "date": "2031-01-01"}, KWH, "here.date is 2031-01-01, after today", "when"),
    ],
)
def test_what_is_wrong_is_told_with_its_mend(raw, field, says, mend):
    [wrong] = read(raw, field)
    assert wrong.message.startswith(says)
    assert mend in wrong.mend


def test_everything_wrong_is_told_at_once():
    assert len(read({"value": -1, "low": "x", "source": "", "kind": 3})) == 4
