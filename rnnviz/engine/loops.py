"""NumPy's inner loops: what a ufunc calls, once Python is through with it.

On small arrays a ufunc takes 300 to 2,500 ns, of which the arithmetic is 10 to 300. That is done by a C function which
the ufunc object points to (PyUFuncObject in NumPy's C interface, "ufuncobject.h"). Called directly it is the same
function, so every number is the same to the last bit. Each is tried against its ufunc before it is used; where one does
not answer alike, Python goes on making the calls.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from math import prod

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.native import ARRAYS, Loop, Program, Row, player

ROWS = 256  # a call that takes more of them is left to Python, whose share in it is small
CORES = {  # dimensions of the arrays that are the loop's own, by the signature of the function
    None: (0,) * ARRAYS,
    np.matmul.signature: (2, 2, 2),
    np.vecdot.signature: (1, 1, 0),
    "(n)->()": (1, 0),
}


class UFunc(ctypes.Structure):
    """The beginning of a PyUFuncObject, behind the head that all Python objects share."""

    _fields_ = (
        ("nin", ctypes.c_int),
        ("nout", ctypes.c_int),
        ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("ntypes", ctypes.c_int),
    )


class SquaredLength:
    """Squared lengths of vectors (..., n) of single precision, added up in double, called as a ufunc is."""

    signature = "(n)->()"

    def __call__(self, *inputs: Array, out: Array) -> None:
        """Python's way."""
        (wide,) = (vectors.astype(np.float64) for vectors in inputs)
        np.vecdot(wide, wide, out=out)


Function = np.ufunc | SquaredLength


def rows_of(function: Function, arrays: Sequence[Array]) -> list[Row] | None:
    """A function on its inputs and its output; None where NumPy would convert, or there is no loop to call."""
    kinds = "".join(array.dtype.char for array in arrays)
    plain = arrays[-1].size and all(array.flags.aligned and array.dtype.isnative for array in arrays)
    loop = loop_of(function, kinds) if plain else None
    return None if loop is None else calls(function.signature, loop, arrays)


def loop_of(function: Function, kinds: str) -> Loop | None:
    """The loop for these types of number, the output's last."""
    if isinstance(function, SquaredLength):
        found = player()
        return found.squared_lengths if found and kinds == "fd" else None
    same = kinds in ("f" * len(kinds), "d" * len(kinds))
    return tried(function, kinds[-1]) if same else None


@cache
def tried(ufunc: np.ufunc, kind: str) -> Loop | None:
    """The loop of a ufunc for one type of number, if what it gives is what the ufunc gives."""
    loop = found(ufunc, kind)
    if loop is None or player() is None:
        return None
    size = (5, 5) if ufunc is np.matmul else (5,)
    inputs = tuple(np.linspace(0.1 + i, 0.9 + i, prod(size), dtype=kind).reshape(size) for i in range(ufunc.nin))
    wanted = np.asarray(ufunc(*inputs))
    out = np.zeros_like(wanted)
    Program(calls(ufunc.signature, loop, (*inputs, out)) or [])()
    return loop if np.array_equal(out, wanted) else None


def found(ufunc: np.ufunc, kind: str) -> Loop | None:
    """Where a ufunc says its loop is; None where it is not made as expected."""
    wanted = f"{kind * ufunc.nin}->{kind * ufunc.nout}"
    if wanted not in ufunc.types or ufunc.nargs > ARRAYS or ufunc.signature not in CORES:
        return None
    inside = UFunc.from_address(id(ufunc) + object.__basicsize__)
    if (inside.nin, inside.nout, inside.nargs, inside.ntypes) != (ufunc.nin, ufunc.nout, ufunc.nargs, ufunc.ntypes):
        return None
    place = ufunc.types.index(wanted)
    return Loop(inside.functions[place], inside.data[place] or 0 if inside.data else 0)


def calls(signature: str | None, loop: Loop, arrays: Sequence[Array]) -> list[Row] | None:
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
    if prod(size for size, *_ in outer) > ROWS:
        return None
    begins = [tuple(a.__array_interface__["data"][0] for a in arrays)]
    for size, *moves in outer:
        begins = [tuple(b + i * m for b, m in zip(begin, moves, strict=True)) for begin in begins for i in range(size)]
    sizes = core_sizes(cores, arrays)
    strides += [s for a, core in zip(arrays, cores, strict=True) for s in a.strides[a.ndim - core :]]
    return [Row(loop, (count, *sizes), tuple(strides), begin) for begin in begins]


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
