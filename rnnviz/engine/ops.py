"""What a pass is made of: functions on buffers that are known before it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnviz.cells.cell import Array

Instruction = Callable[
    [], object
]  # one thing a pass does: an ``Op``, a program compiled of several, or a plain function
LANES = 4  # partial sums of a squared length: as many numbers as a processor takes at once


@dataclass(frozen=True)
class SquaredLength:
    """Squared lengths of vectors (..., n) of single precision, added up in double; called as a ufunc is.

    The k-th square goes into partial sum k mod 4, here and in compiled code: so both round alike.
    """

    signature: ClassVar[str] = "(n)->()"

    def __call__(self, vectors: Array, *, out: Array) -> None:
        """Add up the squares."""
        *outer, n = vectors.shape
        squares = np.zeros((*outer, -(-n // LANES) + 1, LANES))
        np.square(vectors, out=squares.reshape(*outer, -1)[..., LANES : LANES + n], dtype=np.float64)
        a, b, c, d = np.moveaxis(np.add.accumulate(squares, axis=-2)[..., -1, :], -1, 0)
        np.add(a + b, c + d, out=out)


Function = np.ufunc | SquaredLength


@dataclass(frozen=True)
class Op:
    """A function on its inputs, into its output."""

    function: Function
    inputs: tuple[Array, ...]
    out: Array

    def __call__(self) -> None:
        """Make the call from Python."""
        self.function(*self.inputs, out=self.out)


def copied(source: Array, place: Array) -> Op:
    """The op that copies numbers into a buffer, stretched if need be."""
    return Op(np.positive, (source,), place)
