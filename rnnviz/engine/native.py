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
        self.table = np.array(words, np.int64)
        self.whole = np.array([self.table.ctypes.data, len(words), 0, steps], np.int64)
        self.work = sum(prod(row.sizes) for row in first)  # numbers to be computed at a step
        found = player()
        if found is None:
            raise RuntimeError("Programs need llvmlite: pip install llvmlite.")
        self.player, self.what = found, self.whole.tolist()
        self.machine = found.beside if steps * self.work > LONG else found.alone

    def __call__(self) -> None:
        """Make all calls of every step."""
        self.machine(*self.what)

    def part(self, first: int, last: int) -> None:
        """Make those of the steps from ``first`` to before ``last``."""
        machine = self.player.beside if (last - first) * self.work > LONG else self.player.alone
        rows, count, *_ = self.what
        machine(rows, count, first, last)

    def rows(self) -> list[Row]:
        """The whole as one call of another program, which has to keep this one."""
        steps = self.what[3]
        return [Row(Loop(self.player.program, self.whole.ctypes.data), (steps * self.work,), (), ())]


class Player(NamedTuple):
    """``play.ll`` as machine code; it takes the rows' address and number, the first step and the one past the last."""

    alone: Callable[[int, int, int, int], None]
    beside: Callable[[int, int, int, int], None]  # the same while other threads run, for which a short call would wait
    program: int  # address of the loop that plays a whole program
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
    play, program, lengths = (engine.get_function_address(name) for name in ("play", "program", "squared_lengths"))
    words = [ctypes.c_int64] * 4
    alone, beside = (kind(None, *words)(play) for kind in (ctypes.PYFUNCTYPE, ctypes.CFUNCTYPE))
    return Player(alone, beside, program, Loop(lengths, 0))
