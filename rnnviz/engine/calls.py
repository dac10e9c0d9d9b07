"""What a pass does, as calls on buffers known beforehand: as few of them from Python as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.loops import Function, rows_of
from rnnviz.engine.native import Program, Row

Play = Callable[[], object]


@dataclass(frozen=True)
class Op:
    """A function on its inputs, into its output."""

    ufunc: Function
    inputs: tuple[Array, ...]
    out: Array

    def __call__(self) -> None:
        """Make the call from Python."""
        self.ufunc(*self.inputs, out=self.out)

    def rows(self) -> list[Row] | None:
        """The same without Python; None where that is not possible."""
        return rows_of(self.ufunc, (*self.inputs, self.out))


def copied(source: Array, place: Array) -> Op:
    """A call that copies numbers into a buffer, stretched if need be."""
    return Op(np.positive, (source,), place)


def at_every_step(calls_of: Callable[[int], Iterable[Play]], order: Sequence[int]) -> list[Play]:
    """The calls of all steps, in this order; as one where those of a step differ in their place in memory only."""
    program = program_of(calls_of, order)
    return [program] if program else together(chain.from_iterable(calls_of(t) for t in order))


def program_of(calls_of: Callable[[int], Iterable[Play]], order: Sequence[int]) -> Program | None:
    """The same as one program; None where there can be none."""
    last = len(order) - 1
    tried = {i: list(calls_of(order[i])) for i in sorted({0, min(1, last), last // 2, last})}
    rows = {i: rows_of_all(calls) for i, calls in tried.items()}
    first, second = rows[0], rows[min(1, last)]
    if first and second and all(mine and regular(first, second, mine, i) for i, mine in rows.items()):
        return Program(first, second, len(order), keep=list(tried.values()))
    return None


def together(calls: Iterable[Play]) -> list[Play]:
    """The same calls in the same order, neighbours that need no Python in between as one."""
    found: list[Play] = []
    parted = ((call, rows_of_all([call])) for call in calls)
    for native, group in groupby(parted, key=lambda pair: pair[1] is not None):
        mine = list(group)
        kept = [call for call, _ in mine]
        found += [Program([row for _, rows in mine for row in rows or []], keep=kept)] if native else kept
    return found


def rows_of_all(calls: Iterable[Play]) -> list[Row] | None:
    """The calls as rows of a program; None if one of them needs Python."""
    found: list[Row] = []
    for call in calls:
        rows = call.rows() if isinstance(call, Op | Program) else None
        if rows is None:
            return None
        found += rows
    return found


def regular(first: list[Row], second: list[Row], later: list[Row], steps: int) -> bool:
    """Whether what is done so many steps later is what the first does, moved on as far as the second says."""
    if not len(first) == len(second) == len(later):
        return False
    for a, b, z in zip(first, second, later, strict=True):
        reached = tuple(x + steps * (y - x) for x, y in zip(a.arrays, b.arrays, strict=True))
        if not a[:3] == b[:3] == z[:3] or reached != z.arrays:
            return False
    return True
