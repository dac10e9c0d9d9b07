"""How numbers are written in a sentence: as the scenes write them (``digits`` in ``stage/js/scales.js``)."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
TENTH, TEN, HUNDRED, TEN_THOUSAND = 0.1, 9.995, 99.95, 9999.5
"""From where a number has fewer decimals: what rounds up to 10.00 is written 10.0."""


def digits(value: float) -> str:
    """A measured number for a reader: two or three digits, a true minus sign, powers of ten when far from 1.

    0.0123 → "0.012", −2.5 → "−2.50", 6.21e−6 → "6.2·10⁻⁶".
    """
    return _written(value, _plain, 1)


def precise(value: float) -> str:
    """A measured number to be compared digit by digit: six digits, −2.05493·10⁻⁹."""
    return _written(value, lambda size: f"{size:.{5 - size.adjusted()}f}", 5)


def given(value: float) -> str:
    """A number as it was set, with all its digits and a true minus sign: −2.8, 0.0005."""
    return f"{value:g}".replace("-", "−")


def _written(value: float, plain: Callable[[Decimal], str], places: int) -> str:
    if math.isnan(value):
        return "NaN"
    sign, size = "−" if value < 0 else "", abs(value)
    if math.isinf(size):
        return f"{sign}∞"
    if size == 0:
        return "0"
    with localcontext(rounding=ROUND_HALF_UP):  # as JavaScript rounds what lies halfway: 0.125 is 0.13
        exact = Decimal(float(size))  # a float32 too
        return sign + (plain(exact) if 1e-3 <= size < TEN_THOUSAND else _scientific(exact, places))


def _plain(size: Decimal) -> str:
    if size >= TEN:
        return f"{size:.0f}" if size >= HUNDRED else f"{size:.1f}"
    return f"{size:.2f}" if size >= TENTH else _without_exponent(size)


def _without_exponent(size: Decimal) -> str:
    places = 1 - int(f"{size:.1e}".split("e")[1])
    return f"{size:.{places}f}"


def _scientific(size: Decimal, places: int) -> str:
    mantissa, exponent = f"{size:.{places}e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"
