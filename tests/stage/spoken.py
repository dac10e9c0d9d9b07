"""Arithmetic as it is shown to people, read back: rounded numbers are ranges."""

import re
from dataclasses import dataclass

import numpy as np

NUMBER = r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])"


@dataclass(frozen=True)
class Range:
    """All that a number shown with so many digits may have been."""

    low: float
    high: float

    @classmethod
    def shown(cls, text):
        value, (mantissa, _, exponent) = float(text), text.partition("e")
        half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        return cls(value - half, value + half)

    def each(self, other, what):
        other = other if isinstance(other, Range) else Range(other, other)
        ends = [what(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Range(min(ends), max(ends))

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
        slack = 1e-6 * max(1, abs(self.high))  # the film's numbers have single precision
        return self.low - slack <= other.high and other.low <= self.high + slack


def rising(function):
    return lambda r: Range(*(float(function(end)) for end in (r.low, r.high))) if isinstance(r, Range) else function(r)


CURVES = {
    "tanh": rising(np.tanh),
    "sigmoid": rising(lambda a: 1 / (1 + np.exp(-a))),
    "ReLU": rising(lambda a: np.maximum(a, 0)),
}


def worked_out(text, names):
    """What an expression comes to: of names exactly, of shown numbers the range that it may have."""
    text = re.sub(r"\d+ smaller: ", "", text)
    for sign, python in {"−": "-", "·": "*", "×": "*", "σ": "sigmoid", " before": "_prev"}.items():
        text = text.replace(sign, python)
    text = re.sub(r"(W_\w+) ([xh])", r"\1_\2", text)
    text = re.sub(NUMBER, lambda n: n[0] if n[0] in {"0", "1"} else f'Range.shown("{n[0]}")', text)
    return eval(text, {}, {"Range": Range, **CURVES, **names})
