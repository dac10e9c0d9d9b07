"""Numbers as a reader reads them: 0.31, −2.50, 6.2·10⁻⁶, ∞."""

import re

LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = r"(?:−?\d[\d.,]*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|−?∞|NaN)"


def number(text: str) -> float:
    """What a written number comes to."""
    mantissa, _, exponent = text.strip(",.;: ").replace("−", "-").replace("∞", "inf").partition("·10")
    return float(mantissa.replace(",", "")) * 10.0 ** float(exponent.translate(LOWERED) or 0)


def times(sentence: str) -> list[float]:
    """Every factor of a sentence: ×0.31."""
    return [number(found) for found in re.findall(f"×({NUMBER})", sentence)]
