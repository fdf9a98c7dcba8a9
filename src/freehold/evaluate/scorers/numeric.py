"""The number that an answer gives is the one that is expected, within a tolerance."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from freehold.core.request import Json
from freehold.evaluate.expectation import shown
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.numbers import Number, answered
from freehold.evaluate.scorers.plain import Plain
from freehold.evaluate.scorers.settings import refused


def numeric(settings: str, _around: Around) -> Plain:
    """``numeric``: equal; ``numeric:0.01``: at most so far off; ``numeric:rel=0.01``: by that share of the expected."""
    relative = settings.startswith("rel=")
    tolerance = _tolerance(settings)
    name = f"numeric:{settings}" if settings else "numeric"

    def judge(example: Example, result: Result) -> Scored:
        wanted = _expected(example.expected)
        if not wanted:
            return Scored(None, "no number is expected")
        said = answered(result.text)
        if said is None:
            return Scored(0.0, "the answer has no number")
        if any(_near(said, each, tolerance, relative=relative) for each in wanted):
            return Scored(1.0)
        return Scored(0.0, f"{_shown(said)} where {_shown(wanted[0])} is expected")

    return Plain(name, judge)


def _tolerance(settings: str) -> Fraction:
    said = settings.removeprefix("rel=")
    if not said and not settings:
        return Fraction(0)
    try:
        tolerance = Decimal(said)
    except InvalidOperation:
        tolerance = Decimal("NaN")
    if not tolerance.is_finite() or tolerance < 0 or abs(tolerance.adjusted()) > 100:
        raise refused("numeric", settings, "write numeric:0.01, or numeric:rel=0.01 for a share of what is expected")
    return Fraction(tolerance)


def _expected(expected: Json) -> list[Number]:
    if isinstance(expected, bool) or expected is None:
        return []
    if isinstance(expected, list | tuple):
        return [number for each in expected for number in _expected_one(each)]
    return _expected_one(expected)


def _expected_one(expected: Json) -> list[Number]:
    if isinstance(expected, str):
        found = answered(expected)
        return [] if found is None else [found]
    if isinstance(expected, int | float) and not isinstance(expected, bool) and math.isfinite(expected):
        # By way of text, so that 0.1 is a tenth and not the nearest double.
        return [Number(Fraction(str(expected)))]
    return []


def _near(said: Number, wanted: Number, tolerance: Fraction, *, relative: bool) -> bool:
    """Where one of them has a percent sign and the other none, the figure may be meant as well as its hundredth."""
    if said.percent == wanted.percent:
        pairs = [(said.value, wanted.value)] if not said.percent else [(said.figure, wanted.figure)]
    else:
        pairs = [(said.value, wanted.value), (said.figure, wanted.figure)]
    return any(abs(one - other) <= (tolerance * abs(other) if relative else tolerance) for one, other in pairs)


def _shown(number: Number) -> str:
    figure = number.figure
    text = (
        str(figure) if figure.denominator == 1 else f"{float(figure):g}" if abs(figure) < 10**300 else "a large number"
    )
    return shown(text).strip("'") + (" %" if number.percent else "")
