"""NumPy's inner loops: what a ufunc calls, once Python is through with it.

On small arrays a ufunc takes 300 to 2,500 ns, of which the arithmetic is 10 to 300. That is done by a C function which
the ufunc object points to (PyUFuncObject in NumPy's C interface, "ufuncobject.h"). Called directly it is the same
function, so every number is the same to the last bit. Each is tried against its ufunc before it is used; where one does
not answer alike, Python goes on making the calls.
"""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np

from rnnviz.engine.native.fallback import FALLBACK
from rnnviz.engine.native.loop_calls import ARRAYS, CORES, loop_calls
from rnnviz.engine.native.machine import InnerLoop, Machine, machine
from rnnviz.engine.native.program import Program
from rnnviz.engine.ops import Function, SquaredLength


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


@cache
def inner_loop(function: Function, types: str) -> InnerLoop | None:
    """The loop of a function for arrays of these types, the output's last; None where there is none to be trusted."""
    engine = machine() if has_loop(function, types) else None
    if engine is None:
        return None
    try:
        loop = engine.squared_length if isinstance(function, SquaredLength) else read(function, types)
        answers_alike = tried(function, types, loop, engine)
    except Exception as error:  # noqa: BLE001 -- another NumPy may differ in any way
        FALLBACK.warn(f"{function} cannot be read: {error}")
        return None
    if not answers_alike:
        FALLBACK.warn(f"the inner loop of {function} does not give what {function} gives")
    return loop if answers_alike else None


def has_loop(function: Function, types: str) -> bool:
    """Whether a loop is to be expected: one type throughout, which the function does not convert."""
    if isinstance(function, SquaredLength):
        return types == "fd"
    uniform = types in ("f" * function.nargs, "d" * function.nargs)
    return uniform and declared(types) in function.types and function.nargs <= ARRAYS and function.signature in CORES


def declared(types: str) -> str:
    """How a ufunc writes these types: "ff->f"."""
    return f"{types[:-1]}->{types[-1]}"


def read(ufunc: np.ufunc, types: str) -> InnerLoop:
    """Where a ufunc says its loop is.

    Raises:
        ValueError: if its object is not laid out as the NumPy's that are known.
    """
    if np.ufunc.__basicsize__ < object.__basicsize__ + ctypes.sizeof(UFunc):
        raise ValueError("its object is too small")
    inside = UFunc.from_address(id(ufunc) + object.__basicsize__)
    if (inside.nin, inside.nout, inside.nargs, inside.ntypes) != (ufunc.nin, ufunc.nout, ufunc.nargs, ufunc.ntypes):
        raise ValueError("its object has another layout")
    place = ufunc.types.index(declared(types))
    address = inside.functions[place]
    if not address:
        raise ValueError("it has no loop where one should be")
    return InnerLoop(address, inside.data[place] or 0 if inside.data else 0)


def tried(function: Function, types: str, loop: InnerLoop, engine: Machine) -> bool:
    """Whether a loop gives what its function gives, to the last bit."""
    values = (np.linspace(0.1 + i, 0.9 + i, 25, dtype=kind) for i, kind in enumerate(types[:-1]))
    inputs = tuple(numbers.reshape(5, 5) for numbers in values)
    sums_up = CORES[function.signature][0] == 1
    wanted = np.zeros((5,) if sums_up else (5, 5), types[-1])
    out = np.zeros_like(wanted)
    function(*inputs, out=wanted)
    Program(engine, loop_calls(function.signature, loop, (*inputs, out)) or [])()
    return np.array_equal(out, wanted)
