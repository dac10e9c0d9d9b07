"""Calls of inner loops, one after the other without Python in between."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.native.loop_calls import ARRAYS, LoopCall
from rnnviz.engine.native.machine import WORD, InnerLoop, Machine

LONG = 2_000_000  # numbers to be computed, about 2 ms: from here on other threads may run meanwhile


class Program:
    """Calls that repeat: those of a step, and how far their arrays move on from one step to the next.

    Args:
        machine: what makes them.
        first: the calls of the first step.
        second: those of the second, which differ in where the arrays begin.
        steps: how many there are.
        keep: what has to live as long: the arrays.
    """

    def __init__(
        self,
        machine: Machine,
        first: Sequence[LoopCall],
        second: Sequence[LoopCall] | None = None,
        steps: int = 1,
        keep: object = None,
    ) -> None:
        self.machine, self.steps, self.keep = machine, steps, keep
        self.work = sum(prod(call.sizes) for call in first)  # numbers to be computed at a step
        self.numbers, places = laid_out(first)
        self.table = np.array([row(a, b, places) for a, b in zip(first, second or first, strict=True)], np.int64)
        self.whole = np.array([self.table.ctypes.data, len(first), 0, steps], np.int64)  # what "play" takes
        self.arguments = self.whole.tolist()
        self.play = machine.play_unlocked if steps * self.work > LONG else machine.play

    def __call__(self) -> None:
        """Make all calls of every step."""
        self.play(*self.arguments)

    def part(self, first: int, last: int) -> None:
        """Make those of the steps from ``first`` to before ``last``."""
        play = self.machine.play_unlocked if (last - first) * self.work > LONG else self.machine.play
        rows, count, *_ = self.arguments
        play(rows, count, first, last)

    def as_call(self) -> LoopCall:
        """The whole as one call of another program, which has to keep this one."""
        return LoopCall(InnerLoop(self.machine.program, self.whole.ctypes.data), (self.steps * self.work,), (), ())


def laid_out(calls: Sequence[LoopCall]) -> tuple[Array, dict[tuple[int, ...], int]]:
    """Sizes and strides in one array, those that several calls share once; and the address of each."""
    places: dict[tuple[int, ...], int] = {}
    end = 0
    for numbers in (numbers for call in calls for numbers in (call.sizes, call.strides)):
        if places.setdefault(numbers, end) == end:
            end += len(numbers)
    array = np.array([n for numbers in places for n in numbers], np.int64)
    begin = array.ctypes.data
    return array, {numbers: begin + WORD * place for numbers, place in places.items()}


def row(call: LoopCall, later: LoopCall, places: dict[tuple[int, ...], int]) -> tuple[int, ...]:
    """A call in the twelve words that play.ll reads, given the one that takes its place a step later."""
    moves = [b - a for a, b in zip(call.addresses, later.addresses, strict=True)]
    unused = (0,) * (ARRAYS - len(moves))
    return (*call.loop, places[call.sizes], places[call.strides], *call.addresses, *unused, *moves, *unused)
