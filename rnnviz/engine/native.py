"""Calls of C functions on arrays, one after the other without Python in between: ``play.ll``, compiled when needed."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ARRAYS = 4  # places for arrays in a row
LONG = 2_000_000  # numbers to be computed, about 2 ms: from here on other threads may run meanwhile
KEEP: list[object] = []  # compiled code, which has to outlive its calls


class Loop(NamedTuple):
    """A C function that computes for arrays of one type, and what it wants to be handed beside them."""

    address: int
    data: int


class Row(NamedTuple):
    """One call of a loop: its sizes, the strides of its arrays (and of their core dimensions), where they begin."""

    loop: Loop
    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    arrays: tuple[int, ...]


class Program:
    """Calls that repeat: those of a step, and how far their arrays move on from one step to the next.

    Args:
        first: the rows of the first step.
        second: those of the second, which differ in where the arrays begin.
        steps: how many there are.
        keep: what has to live as long: the arrays.
    """

    def __init__(
        self, first: Sequence[Row], second: Sequence[Row] | None = None, steps: int = 1, keep: object = None
    ) -> None:
        self.keep = keep
        places: dict[tuple[int, ...], int] = {}
        end = 0
        for numbers in (numbers for row in first for numbers in (row.sizes, row.strides)):
            if places.setdefault(numbers, end) == end:
                end += len(numbers)
        self.numbers = np.array([n for numbers in places for n in numbers], np.int64)
        begin, spare = self.numbers.ctypes.data, (0,) * ARRAYS
        words = []
        for row, later in zip(first, second or first, strict=True):
            moves = [b - a for a, b in zip(row.arrays, later.arrays, strict=True)]
            unused = spare[len(moves) :]
            head = *row.loop, begin + 8 * places[row.sizes], begin + 8 * places[row.strides]
            words.append((*head, *row.arrays, *unused, *moves, *unused))
        self.rows = np.array(words, np.int64)
        self.what = self.rows.ctypes.data, len(self.rows), steps
        self.long = steps * sum(prod(row.sizes) for row in first) > LONG
        found = player()
        if found is None:
            raise RuntimeError("Programs need llvmlite: pip install llvmlite.")
        self.machine = found.beside if self.long else found.alone

    def play(self) -> None:
        """Make all calls of every step."""
        self.machine(*self.what)


class Player(NamedTuple):
    """``play.ll`` as machine code; it takes the rows' address, how many there are, and how many steps."""

    alone: Callable[[int, int, int], None]
    beside: Callable[[int, int, int], None]  # the same while other threads run, for which a short call would wait
    squared_lengths: Loop


@cache
def player() -> Player | None:
    """Compile; None without llvmlite."""
    try:
        from llvmlite import binding
    except (ImportError, OSError):
        return None
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    module = binding.parse_assembly(Path(__file__).with_name("play.ll").read_text())
    module.verify()
    engine: Any = binding.create_mcjit_compiler(module, binding.Target.from_default_triple().create_target_machine())
    engine.finalize_object()
    KEEP.append(engine)
    play, lengths = (engine.get_function_address(name) for name in ("play", "squared_lengths"))
    words = [ctypes.c_int64] * 3
    return Player(ctypes.PYFUNCTYPE(None, *words)(play), ctypes.CFUNCTYPE(None, *words)(play), Loop(lengths, 0))
