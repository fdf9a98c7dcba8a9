from __future__ import annotations

from fractions import Fraction

import pytest

from freehold.evaluate.scorers.numbers import answered, numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("42", 42),
        ("The total is 1,234.50 dollars", Fraction("1234.5")),
        ("-7", -7),
        ("− 7", -7),
        ("$-5", -5),
        ("-$5", -5),
        (".5", Fraction(1, 2)),
        ("3/4", Fraction(3, 4)),
        ("1 1/2 cups", Fraction(3, 2)),
        ("2½", Fraction(5, 2)),
        (r"\frac{3}{8}", Fraction(3, 8)),
        ("1.2e3", 1200),
        ("6.02 × 10^23", Fraction("6.02e23")),
        (r"3 \times 10^{-2}", Fraction("0.03")),
        ("25%", Fraction(1, 4)),
        ("12 km", 12),
        ("We add 3 and 4. #### 7", 7),
        ("First 3, then \\boxed{12}. Check: 99", 12),
        ("The answer is 15, since 3 * 5 = 15 and not 16.", 15),
        ("My answer to question 2 is 15", 15),
        ("Answer: 3 + 4 = 7", 7),
        ("I count 3, then 8, so 11", 11),
        ("2,5 kg", Fraction(5, 2)),
        ("1\u202f234\u202f567", 1234567),
        ("1e999999", None),
        ("1/0", None),
        ("NaN", None),
        ("inf", None),
        ("none", None),
        ("", None),
    ],
)
def test_the_number_that_is_meant_is_read(text: str, said: Fraction | int | None) -> None:
    found = answered(text)
    assert (None if found is None else found.value) == said


def test_every_number_is_found_in_its_order() -> None:
    assert [number.figure for number in numbers("1 of 2 is 50 %")] == [1, 2, 50]


def test_a_long_text_of_digits_and_signs_is_read_at_once() -> None:
    for text in ("1," * 50_000, "-" * 100_000, "1 " * 50_000, "1/" * 50_000, "9" * 100_000, "\\frac{" * 20_000):
        answered(text)
