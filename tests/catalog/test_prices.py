import datetime
import subprocess
import sys
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.catalog import prices
from freehold.catalog.price_table import Amount, Matcher, ModelRow, PriceRow, PriceTable
from freehold.catalog.prices import PriceOverride, TierRow, configured, known
from freehold.core.money import Rates

DAY = datetime.date(2026, 11, 22)


@pytest.fixture
def table(monkeypatch):
    def install(*rows):
        made = PriceTable("test", "1", "2026-01-01", "MIT", {}, {"p": (ModelRow("m", Matcher(equals="m"), rows),)})
        monkeypatch.setattr(prices, "shipped", lambda: made)
        prices._known.cache_clear()

    yield install
    prices._known.cache_clear()


def test_dollars_a_million_are_exact_in_the_shipped_table():
    price = known("openai", "gpt-5-mini", DAY)
    assert price.rates == Rates(input=250_000, output=2_000_000, cached_input=25_000)
    assert price.source.startswith("genai-prices ")
    assert "openai/gpt-5-mini" in price.source


def test_long_contexts_cost_more():
    price = known("google", "gemini-2.5-pro", DAY)
    assert price.at(200_000).input == 1_250_000
    assert price.at(200_001) == Rates(input=2_500_000, output=15_000_000, cached_input=250_000)


def test_writing_to_the_cache_and_audio_are_priced():
    assert known("anthropic", "claude-haiku-4-5", DAY).rates.cache_write == 1_250_000
    assert known("google", "gemini-2.5-flash", DAY).rates.input_audio == 1_000_000


def test_requests_are_priced(table):
    table(PriceRow(input=Amount("1"), thousand_requests="5"))
    assert known("p", "m").rates.request == 5 * 10**9


def test_a_router_prices_by_the_provider_behind_it():
    assert known("huggingface", "openai/gpt-oss-120b:together", DAY).rates.input == 150_000
    assert known("huggingface", "openai/gpt-oss-120b", DAY) is None


def test_an_unknown_model_has_no_price():
    assert known("openai", "no-such-model", DAY) is None
    assert known("nobody", "gpt-5-mini", DAY) is None


def test_a_model_without_prices_is_unknown_and_not_free(table):
    table()
    assert known("p", "m") is None


def test_the_price_of_the_day_counts(table):
    table(PriceRow(input=Amount("2")), PriceRow(since="2026-06-01", input=Amount("1")))
    assert known("p", "m", datetime.date(2026, 5, 31)).rates.input == 2_000_000
    later = known("p", "m", datetime.date(2026, 6, 1))
    assert later.rates.input == 1_000_000
    assert later.source.endswith("since 2026-06-01")


@pytest.mark.parametrize(("by_day", "by_night"), [("2", "4"), ("4", "2")])
def test_of_prices_that_change_with_the_hour_the_dearest_counts(table, by_day, by_night):
    table(
        PriceRow(input=Amount("9"), output=Amount("9")),
        PriceRow(since="2026-06-01", input=Amount("1"), output=Amount(by_day)),
        PriceRow(hours=True, input=Amount("1"), output=Amount(by_night)),
    )
    assert known("p", "m", DAY).rates.output == 4_000_000


def test_a_configured_price_is_exact():
    override = PriceOverride(
        input=Decimal("0.25"), output=Decimal("2.00"), cached_input=Decimal("0.025"), request=Decimal("0.005")
    )
    price = configured(override)
    assert price.rates == Rates(input=250_000, output=2_000_000, cached_input=25_000, request=5 * 10**9)
    assert price.source == "configuration"


def test_a_configured_tier_changes_what_it_names_and_keeps_the_rest():
    override = PriceOverride(
        input=Decimal(1),
        output=Decimal(2),
        tiers=(TierRow(above=300, output=Decimal(9)), TierRow(above=100, input=Decimal(5))),
    )
    price = configured(override)
    assert [price.at(tokens).input for tokens in (100, 101, 301)] == [1_000_000, 5_000_000, 5_000_000]
    assert [price.at(tokens).output for tokens in (100, 101, 301)] == [2_000_000, 2_000_000, 9_000_000]


@pytest.mark.parametrize("bad", ["-0.1", "NaN", "Infinity", "0.0000001"])
@pytest.mark.parametrize("kind", ["input", "output", "request"])
def test_what_is_no_price_is_refused(kind, bad):
    amount = Decimal(bad) / (10**6 if kind == "request" and bad[0] == "0" else 1)
    with pytest.raises(ValueError, match=r"price|finer"):
        configured(msgspec.structs.replace(PriceOverride(Decimal(1), Decimal(1)), **{kind: amount}))


@given(st.decimals(min_value=0, max_value=1000, places=6))
def test_no_configured_price_is_ever_rounded(dollars):
    assert Decimal(configured(PriceOverride(dollars)).rates.input) == dollars * 10**6


def test_prices_are_read_without_the_package_they_came_from():
    code = (
        "import sys; from freehold.catalog.prices import known; assert known('openai', 'gpt-5-mini');"
        "print([name for name in ('genai_prices', 'pydantic', 'httpx2', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
