import pytest

from freehold.plan.currency import Currencies


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("85 GBP", (85.0, "GBP")),
        ("0.30 eur", (0.3, "EUR")),
        (" 1_200.50USD ", (1200.5, "USD")),
        ("-3 EUR", (-3.0, "EUR")),
    ],
)
def test_an_amount_names_its_currency(text, amount):
    assert Currencies().of(text) == amount


@pytest.mark.parametrize("text", ["85", "GBP", "85 pounds", "1,200 EUR", "£85", "8.5.1 EUR", ""])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="no amount"):
        Currencies().of(text)


def test_the_own_currency_is_worth_what_is_said():
    assert Currencies("GBP", {"USD": 1.0, "GBP": 1.27}).usd == 1.27
    assert Currencies().usd == 1.0
