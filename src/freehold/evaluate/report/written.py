"""How a comparison's figures are written for people: with their interval, their unit, and no digit too many."""

from __future__ import annotations

from collections.abc import Callable

from freehold.evaluate.report.comparison import Difference, Figure

NONE = "–"
UNBOUNDED = "?"


def percent(part: float) -> str:
    """A share in hundredths.

    >>> percent(0.8333), percent(0.004), percent(1.0)
    ('83.3 %', '0.4 %', '100 %')
    """
    return f"{_plain(100 * part, 1)} %"


def points(part: float) -> str:
    """A difference of shares, with its sign.

    >>> points(-0.0334), points(0.02), points(0.0)
    ('−3.3', '+2', '0')
    """
    size = _plain(abs(100 * part), 1)
    return size if size == "0" else f"{'−' if part < 0 else '+'}{size}"


def dollars(amount: float) -> str:
    """A sum in US dollars, with at least two digits that count.

    >>> dollars(12.5), dollars(0.0021), dollars(0.0)
    ('$12.50', '$0.0021', '$0')
    """
    if amount == 0:
        return "$0"
    if abs(amount) >= 1:
        return f"${amount:,.2f}"
    return f"${amount:.2f}" if abs(amount) >= 0.1 else f"${amount:.1e}" if abs(amount) < 1e-6 else f"${_two(amount)}"


def milliseconds(span: float) -> str:
    """A time.

    >>> milliseconds(84.4), milliseconds(1260), milliseconds(12600)
    ('84 ms', '1.3 s', '13 s')
    """
    if span < 999.5:
        return f"{span:.0f} ms"
    return f"{span / 1000:.1f} s" if span < 9950 else f"{span / 1000:,.0f} s"


def times(ratio: float) -> str:
    """A multiple.

    >>> times(0.1234), times(1.5), times(12.3)
    ('0.12×', '1.5×', '12×')
    """
    return f"{ratio:.2g}×" if ratio < 99.5 else f"{ratio:,.0f}×"


def spanned(figure: Figure | None, write: Callable[[float], str]) -> str:
    """The two ends of an interval.

    >>> spanned(Figure(0.5, 0.4, 0.6, "wilson", 9), percent), spanned(Figure(1, None, 2, "wilson", 9), times)
    ('40 % to 60 %', '? to 2×')
    """
    if figure is None:
        return NONE
    low, high = (UNBOUNDED if end is None else write(end) for end in (figure.low, figure.high))
    return f"{low} to {high}"


def valued(figure: Figure | None, write: Callable[[float], str]) -> str:
    """The value alone.

    >>> valued(None, percent)
    '–'
    """
    return NONE if figure is None else write(figure.value)


def chance(p: float) -> str:
    """A p-value.

    >>> chance(0.0412), chance(0.00001), chance(1.0)
    ('0.041', 'under 0.001', '1')
    """
    return "under 0.001" if p < 0.001 else f"{p:.2g}"


def told(score: Difference) -> str:
    """What one look, and any, say of the other subject, in words; and where the judge is not certified, that too."""
    said = score.told if score.told == score.always_told else f"{score.told}; at any look, {score.always_told}"
    return said if score.gates else f"{said}, by a judge that is not certified"


def _plain(number: float, places: int) -> str:
    written = f"{number:.{places}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _two(amount: float) -> str:
    """Two digits that count, without an exponent."""
    places = 2
    while abs(amount) * 10**places < 9.5:
        places += 1
    return f"{amount:.{places}f}"
