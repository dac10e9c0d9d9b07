"""Arithmetic as it is shown to people, read back: rounded numbers are ranges."""

import re
from dataclasses import dataclass

import numpy as np

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = r"(?<![\w.])(∞|NaN|\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)(?![\w.])"


@dataclass(frozen=True)
class Range:
    """All that a number shown with so many digits may have been."""

    low: float
    high: float

    @classmethod
    def shown(cls, text):
        if text in {"∞", "NaN"}:
            value = float(text.replace("∞", "inf"))
            return cls(value, value)
        mantissa, _, exponent = text.partition("·10")
        scale = 10.0 ** int(exponent.translate(RAISED) or 0)
        half = 0.5 * 10.0 ** -len(mantissa.partition(".")[2])
        return cls((float(mantissa) - half) * scale, (float(mantissa) + half) * scale)

    @classmethod
    def of(cls, text):
        """What a number that stands alone may have been, its sign included."""
        found = worked_out(text, {})
        return found if isinstance(found, cls) else cls(found, found)

    def each(self, other, what):
        other = other if isinstance(other, Range) else Range(other, other)
        with np.errstate(invalid="ignore"):
            ends = [what(np.float64(a), np.float64(b)) for a in self.ends for b in other.ends]
        return Range(float(np.min(ends)), float(np.max(ends)))

    @property
    def ends(self):
        return self.low, self.high

    def __add__(self, other):
        return self.each(other, lambda a, b: a + b)

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        return self.each(other, lambda a, b: a * b)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self.each(other, lambda a, b: a / b)

    def __neg__(self):
        return Range(-self.high, -self.low)

    def meets(self, other):
        if not np.isfinite([*self.ends, *other.ends]).all():
            return str(self.ends) == str(other.ends)  # NaN is NaN
        slack = 1e-6 * max(1, abs(self.high))  # the film's numbers have single precision
        return self.low - slack <= other.high and other.low <= self.high + slack


def rising(function):
    return lambda r: Range(*(float(function(end)) for end in r.ends)) if isinstance(r, Range) else function(r)


CURVES = {
    "tanh": rising(np.tanh),
    "sigmoid": rising(lambda a: 1 / (1 + np.exp(-a))),
    "ReLU": rising(lambda a: np.maximum(a, 0)),
}


def worked_out(text, names):
    """What an expression comes to: of names exactly, of shown numbers the range that it may have."""
    text = re.sub(r"\d+ smaller: ", "", text)
    text = re.sub(r"(W_\{\w+\}) (\w)_\{?t[−1]*\}?", r"\1_\2", text)
    text = text.replace("_{t−1}", "_prev").replace("_t", "").replace("{", "").replace("}", "")
    text = re.sub(NUMBER, lambda n: n[0] if n[0] in {"0", "1"} else f'Range.shown("{n[0]}")', text)
    for sign, python in {"−": "-", "·(": "*(", ")·": ")*", "×": "*", "σ": "sigmoid"}.items():
        text = text.replace(sign, python)
    return eval(text, {}, {"Range": Range, **CURVES, **names})
