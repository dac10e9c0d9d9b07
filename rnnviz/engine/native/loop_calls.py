"""An op as calls of an inner loop: sizes, strides and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.native.machine import InnerLoop

ARRAYS = 4  # places for arrays in a call
MOST = 256  # an op that takes more calls is left to Python, whose share in it is small
CORES = {  # dimensions of the arrays that are the loop's own, by the signature of the function
    None: (0,) * ARRAYS,
    np.matmul.signature: (2, 2, 2),
    np.vecdot.signature: (1, 1, 0),
    "(n)->()": (1, 0),
}


class LoopCall(NamedTuple):
    """One call of a loop: its sizes, the strides of its arrays (and of their core dimensions), where they begin."""

    loop: InnerLoop
    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    addresses: tuple[int, ...]


def loop_calls(signature: str | None, loop: InnerLoop, arrays: Sequence[Array]) -> list[LoopCall] | None:
    """As many calls as the outer dimensions need: the innermost of them is the loop's. None if they are too many.

    Raises:
        ValueError: if the output has not the shape that the inputs make.
    """
    cores = CORES[signature][: len(arrays)]
    shape = np.broadcast_shapes(*(a.shape[: a.ndim - core] for a, core in zip(arrays, cores, strict=True)))
    if arrays[-1].shape[: arrays[-1].ndim - cores[-1]] != shape:
        raise ValueError(f"The output has shape {arrays[-1].shape}; the inputs make {shape} of it.")
    steps = [outer_strides(a, core, len(shape)) for a, core in zip(arrays, cores, strict=True)]
    axes = joined([(size, *(each[i] for each in steps)) for i, size in enumerate(shape) if size > 1])
    *outer, (count, *strides) = axes or [(1, *(a.itemsize for a in arrays))]
    if prod(size for size, *_ in outer) > MOST:
        return None
    begins = [tuple(a.__array_interface__["data"][0] for a in arrays)]
    for size, *moves in outer:
        begins = [tuple(b + i * m for b, m in zip(begin, moves, strict=True)) for begin in begins for i in range(size)]
    sizes = core_sizes(cores, arrays)
    strides += [s for a, core in zip(arrays, cores, strict=True) for s in a.strides[a.ndim - core :]]
    return [LoopCall(loop, (count, *sizes), tuple(strides), begin) for begin in begins]


def core_sizes(cores: Sequence[int], arrays: Sequence[Array]) -> tuple[int, ...]:
    """The dimensions of the loop's own, by the letters of its signature."""
    first = arrays[0].shape[arrays[0].ndim - cores[0] :]
    return (*first, arrays[1].shape[-1]) if cores[0] == 2 else first


def outer_strides(array: Array, core: int, dimensions: int) -> list[int]:
    """Strides of the dimensions that are not the loop's own, zero where the array is stretched."""
    keep = array.ndim - core
    own = [0 if n == 1 else s for n, s in zip(array.shape[:keep], array.strides[:keep], strict=True)]
    return [0] * (dimensions - keep) + own


def joined(axes: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Axes, each a size and a stride for every array, with neighbours that are one run of memory as one axis."""
    result: list[tuple[int, ...]] = []
    for size, *strides in sorted(axes, key=lambda axis: -abs(axis[-1])):
        if result and all(wide == size * s for wide, s in zip(result[-1][1:], strides, strict=True)):
            result[-1] = (result[-1][0] * size, *strides)
        else:
            result.append((size, *strides))
    return result
