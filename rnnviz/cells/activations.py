"""The squashing functions, written in place, and their derivatives as functions of what they gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rnnviz.cells.cell import Array


def sigmoid(a: Array, out: Array) -> None:
    """1 / (1 + exp(-a)): no digit is lost where the gate is nearly shut."""
    np.negative(a, out)
    np.exp(out, out)
    np.add(out, 1, out)
    np.reciprocal(out, out)


def tanh(a: Array, out: Array) -> None:
    """The hyperbolic tangent, from -1 to 1."""
    np.tanh(a, out)


def relu(a: Array, out: Array) -> None:
    """The positive part."""
    np.maximum(a, 0, out=out)


def identity(a: Array, out: Array) -> None:
    """Nothing is squashed: a linear network."""
    np.positive(a, out)


ACTIVATIONS: dict[str, Callable[[Array, Array], None]] = {
    "tanh": tanh,
    "relu": relu,
    "sigmoid": sigmoid,
    "identity": identity,
}

STEEPEST = {"tanh": 1.0, "relu": 1.0, "sigmoid": 0.25, "identity": 1.0}
"""γ, the largest slope of each activation."""

SLOPES: dict[str, Callable[[Any], Any]] = {
    "tanh": lambda y: 1 - y * y,
    "relu": np.sign,  # of what is never negative
    "sigmoid": lambda y: y * (1 - y),
    "identity": lambda y: y**0,
}
