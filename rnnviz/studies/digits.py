"""How numbers are written in a sentence: as the scenes write them (``digits`` in ``stage/js/scales.js``)."""

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def digits(value: float) -> str:
    """A measured number for a reader: two or three digits, a true minus sign, powers of ten when far from 1.

    0.0123 → "0.012", −2.5 → "−2.50", 6.21e−6 → "6.2·10⁻⁶".
    """
    if math.isnan(value):
        return "NaN"
    sign, size = "−" if value < 0 else "", abs(value)
    if math.isinf(size):
        return f"{sign}∞"
    if size == 0:
        return "0"
    return sign + (_plain(size) if 1e-3 <= size < 1e4 else _scientific(size))


def given(value: float) -> str:
    """A number as it was set, with all its digits and a true minus sign: −2.8, 0.0005."""
    return f"{value:g}".replace("-", "−")


def _plain(size: float) -> str:
    if size >= 10:
        return f"{size:.0f}" if size >= 100 else f"{size:.1f}"
    return f"{size:.2f}" if size >= 0.1 else _without_exponent(size)


def _without_exponent(size: float) -> str:
    places = 1 - int(f"{size:.1e}".split("e")[1])
    return f"{size:.{places}f}"


def _scientific(size: float) -> str:
    mantissa, exponent = f"{size:.1e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"
