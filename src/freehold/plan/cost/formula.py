"""Arithmetic as a reader with a calculator would write it.

A formula is ``factor x factor x ... = result USD; remark``. In its factors only the numbers, the words ``x``, ``/``,
``+`` and ``-`` that stand alone, and parentheses mean anything; ``/million`` divides by 10^6. So it can be reckoned
again by a program, and the tests do.
"""

from __future__ import annotations

import math

DIGITS = 7
"""Significant ones of a number that is shown: with seven a product of ten agrees to the sixth."""


def number(value: float, decimals: int = 0) -> str:
    """A number for reading: thousands apart, no zeros at its end but `decimals`.

    >>> number(12000), number(0.045), number(2.5, 2)
    ('12,000', '0.045', '2.50')
    """
    if not math.isfinite(value):
        return "no number"
    size = math.floor(math.log10(abs(value))) if value else 0
    whole, _, rest = f"{value:,.{min(max(decimals, DIGITS - 1 - size), 15)}f}".partition(".")
    rest = rest.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{rest}" if rest else whole


def price(value: float) -> str:
    """An amount of money, to the cent at least."""
    return number(value, 2)


def amount(value: float) -> str:
    """A result in money, to the cent.

    >>> amount(3040)
    '3,040.00'
    """
    return f"{value:,.2f}" if math.isfinite(value) else "no number"


def counted(value: float, one: str, many: str) -> str:
    """A number of things.

    >>> counted(1, "replica", "replicas"), counted(2.5, "replica", "replicas")
    ('1 replica', '2.5 replicas')
    """
    return f"{number(value)} {one if value == 1 else many}"


def equation(*factors: str, usd: float, remark: str = "") -> str:
    """The whole formula; a factor that is empty is left out."""
    said = f"{' x '.join(factor for factor in factors if factor)} = {amount(usd)} USD"
    return f"{said}; {remark}" if remark else said
