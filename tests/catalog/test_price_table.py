import pytest

from freehold.catalog.price_table import Matcher, ModelRow, PriceTable, shipped


@pytest.mark.parametrize(
    ("test", "passes", "fails"),
    [
        (Matcher(equals="a"), "a", "ab"),
        (Matcher(starts_with="a"), "ab", "ba"),
        (Matcher(ends_with="a"), "ba", "ab"),
        (Matcher(contains="a"), "bab", "b"),
        (Matcher(regex="^a.c$"), "abc", "abcd"),
        (Matcher(any=(Matcher(equals="a"), Matcher(equals="b"))), "b", "c"),
        (Matcher(all=(Matcher(starts_with="a"), Matcher(ends_with="b"))), "axb", "ax"),
    ],
)
def test_each_kind_of_test(test, passes, fails):
    assert test.matches(passes)
    assert not test.matches(fails)


def test_no_test_passes_nothing():
    assert not Matcher().matches("")


def table(**models):
    return PriceTable("s", "1", "2026-01-01", "MIT", fallbacks={"a": ("b",)}, models=models)


def test_the_first_row_that_matches_wins_whatever_the_case():
    first, second = ModelRow("x", Matcher(starts_with="m")), ModelRow("y", Matcher(equals="m1"))
    assert table(a=(first, second)).find("a", "M1") == ("a", first)


def test_a_resold_model_is_found_at_its_maker():
    row = ModelRow("x", Matcher(equals="m"))
    assert table(a=(), b=(row,)).find("a", "m") == ("b", row)
    assert table(a=(row,), b=()).find("b", "m") is None


def test_an_unknown_provider_has_no_rows():
    assert table().find("nobody", "m") is None


def test_the_shipped_table_says_where_it_is_from():
    shipping = shipped()
    assert shipping.source == "genai-prices"
    assert shipping.taken >= "2026"
    assert "MIT" in shipping.licence
