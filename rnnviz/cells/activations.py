"""The squashing functions, written in place, and their derivatives as functions of what they gave."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnviz.cells.cell import Array


def sigmoid(a: Array, out: Array) -> None:
    """1 / (1 + exp(-a)): no digit is lost where the gate is nearly shut."""
    np.negative(a, out)
    np.exp(out, out)
    np.add(out, ONE[out.dtype.char], out)
    np.reciprocal(out, out)


def tanh(a: Array, out: Array) -> None:
    """The hyperbolic tangent, from -1 to 1."""
    np.tanh(a, out)


def relu(a: Array, out: Array) -> None:
    """The positive part."""
    np.maximum(a, ZERO[out.dtype.char], out=out)


def identity(a: Array, out: Array) -> None:
    """Nothing is squashed: a linear network."""
    np.copyto(out, a)


# A number that already is an array of the right type costs a ufunc half as much.
ZERO = {kind: np.zeros((), kind) for kind in "fd"}
ONE = {kind: np.ones((), kind) for kind in "fd"}

ACTIVATIONS: dict[str, Callable[[Array, Array], None]] = {
    "tanh": tanh,
    "relu": relu,
    "sigmoid": sigmoid,
    "identity": identity,
}

SLOPES: dict[str, Callable[[Array], Array]] = {
    "tanh": lambda y: 1 - y * y,
    "relu": lambda y: (y > 0).astype(y.dtype),
    "sigmoid": lambda y: y * (1 - y),
    "identity": np.ones_like,
}
