"""The shipped table of prices is the package's, and reckons as it does."""

from __future__ import annotations

import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest
from genai_prices import Usage, calc_price

from freehold.catalog import price_table
from freehold.catalog.price_table import PriceTable, shipped
from freehold.catalog.prices import known
from tools import prices

FILE = Path(price_table.__file__).with_name("prices.json")
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)

same_release = pytest.mark.skipif(
    shipped().version != version("genai-prices"), reason="the table was taken from another release of genai-prices"
)


@same_release
def test_the_shipped_table_is_what_the_installed_package_gives():
    assert prices.encoded(prices.build(shipped().taken)) == FILE.read_bytes()


def test_one_model_stands_on_a_line():
    table = shipped()
    lines = FILE.read_text().splitlines()
    assert sum(line.startswith('{"id":') for line in lines) == sum(map(len, table.models.values()))
    assert msgspec.json.decode(prices.encoded(table), type=PriceTable) == table


@same_release
@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-5-mini"),
        ("openai", "gpt-6.1-sol"),
        ("anthropic", "claude-haiku-5-5"),
        ("groq", "openai/gpt-oss-120b"),
    ],
)
@pytest.mark.parametrize("tokens", [1_000, 300_000])
def test_a_cost_comes_out_as_the_package_reckons_it(provider, model, tokens):
    usage = Usage(input_tokens=tokens, output_tokens=700)
    theirs = calc_price(usage, model, provider_id=provider, genai_request_timestamp=NOON).total_price
    rates = known(provider, model, NOON.date()).at(tokens)
    assert theirs * 10**12 == tokens * rates.input + 700 * rates.output
