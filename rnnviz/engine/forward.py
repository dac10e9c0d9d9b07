"""The loop forward through time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from types import SimpleNamespace

import numpy as np

from rnnviz.cells.cell import Array, Cell
from rnnviz.engine.native import fuse, fuse_steps
from rnnviz.engine.ops import Instruction, Op, copied
from rnnviz.engine.tape import Names, Tape
from rnnviz.engine.weight_layout import LayerShape, WeightLayout


class Columns:
    """How many sequences run side by side: B in each of K networks, T steps, in one type of number."""

    def __init__(self, steps: int, batch: int, networks: int, dtype: np.dtype[np.floating]) -> None:
        self.steps, self.batch, self.networks, self.dtype = steps, batch, networks, dtype
        self.count = batch * networks

    def empty(self, *sizes: int) -> Array:
        """A buffer of the given rows, N columns."""
        return np.zeros((*sizes, self.count), self.dtype)

    def split(self, matrix: Array) -> Array:
        """(rows, N) as the matrix product wants it: one matrix (rows, B) for each network."""
        if self.networks == 1:
            return matrix
        return matrix.reshape(-1, self.networks, self.batch).transpose(1, 0, 2)


class Forward:
    """The buffers of one direction of one layer, and the loop that fills them.

    ``z`` (T+1, D, N) holds [h_{t-1}; x_t; 1]; a step writes its h into the next z, so nothing is copied. ``views`` are
    the arrays by the names of the cell's equations, (T, H, N). What a pass does is known beforehand, so the
    loop is one flat list of instructions, made once.
    """

    def __init__(self, cell: Cell, shape: LayerShape, columns: Columns) -> None:
        self.cell, self.shape, self.columns = cell, shape, columns
        self.blocks = cell.blocks
        self.layout = WeightLayout(cell, shape)
        time, hidden = columns.steps, shape.hidden
        height, width = self.layout.size
        self.packed = np.zeros((columns.networks, height, width), columns.dtype)
        self.packing: list[Instruction] = []
        self.z = columns.empty(time + 1, width)
        self.z[:, self.layout.columns["1"]] = 1
        self.x = self.z[:-1, self.layout.columns["x"]]
        self.a = columns.empty(time, height)
        self.gates = columns.empty(time, height)
        self.memory = {name: columns.empty(time + 1, hidden) for name in cell.states if name != "h"}
        self.memory["h"] = self.z[:, self.layout.columns["h"]]
        self.projected = shape.state != hidden
        self.raw = columns.empty(time, hidden) if self.projected else self.memory["h"][1:]
        self.kept = {name: columns.empty(time, hidden) for name in cell.kept}
        self.peepholes = {b.peephole: columns.empty(hidden) for b in self.blocks if b.peephole}
        self.projection = np.zeros((columns.networks, shape.state, hidden), columns.dtype)
        self.views = SimpleNamespace(**dict(self.named()))
        self.over = np.zeros((time, columns.count), bool)  # where a sequence has not begun or is over
        self.instructions: dict[bool, list[Instruction]] = {}

    def named(self) -> Iterator[tuple[str, Array]]:
        """Every array of the cell's equations by its name, all steps together."""
        for name, rows in self.layout.rows.items():
            if name.startswith("u_"):
                yield name, self.a[:, rows]
            else:
                yield f"a_{name}", self.a[:, rows]
                yield name, self.gates[:, rows]
        for group in self.cell.rows:
            rows = slice(self.layout.rows[group[0]].start, self.layout.rows[group[-1]].stop)
            yield f"a_{group}", self.a[:, rows]
            yield group, self.gates[:, rows]
        for name, state in self.memory.items():
            yield name, self.raw if name == "h" else state[1:]
            yield f"{name}_prev", state[:-1]
        yield from self.kept.items()
        yield from self.peepholes.items()

    def instructions_of(self, *, masked: bool) -> Callable[[int], Iterator[Instruction]]:
        """What a pass does at a step. With a mask, the states stay where a sequence is over."""
        tape, split = equations(self.cell), self.columns.split
        single = self.columns.networks == 1
        matrix, project = (m[0] if single else m for m in (self.packed, self.projection))
        arrays = {name: array for name, array in vars(self.views).items() if name in tape.names}
        room = {"scratch": self.columns.empty(self.shape.hidden)}
        first = room | {name: array if array.ndim == 2 else array[0] for name, array in arrays.items()}
        tape.reserve(first)
        room |= {name: array for name, array in first.items() if name.startswith("#")}

        def instructions(t: int) -> Iterator[Instruction]:
            yield Op(np.matmul, (matrix, split(self.z[t])), split(self.a[t]))
            now = {name: array if array.ndim == 2 else array[t] for name, array in arrays.items()}
            yield from tape.bind(now | room)
            if self.projected:
                yield Op(np.matmul, (project, split(self.raw[t])), split(self.memory["h"][t + 1]))
            if masked:
                for state in self.memory.values():
                    yield partial(np.copyto, state[t + 1], state[t], where=self.over[t])

        return instructions

    def bind(self, weights: dict[str, Array]) -> None:
        """From now on, read these weights: torch's names and shapes, (K, ...), as they are at each pass."""
        packing = self.layout.packing(weights, self.packed)
        for name, place in self.peepholes.items():
            wide = np.broadcast_to(weights[name].T[..., None], (*weights[name].T.shape, self.columns.batch))
            packing.append(copied(wide, place.reshape(wide.shape)))
        if self.projected:
            packing.append(copied(weights["weight_hr"], self.projection))
        self.packing = fuse(packing)

    def start(self, initial: dict[str, Array]) -> None:
        """Set the states before the first step, (P, N) for h and (H, N) for the others; absent ones are zero."""
        for name, state in self.memory.items():
            state[0] = initial.get(name, 0)

    def run(self, active: Array | None) -> None:
        """Read every step. Where ``active`` (T, N) is False, a sequence not begun or over, the states stay."""
        if active is not None:
            np.logical_not(active, self.over)
        for instruction in (*self.packing, *self.loop(masked=active is not None)):
            instruction()

    def loop(self, *, masked: bool) -> list[Instruction]:
        """The instructions of all steps, which come after the packing."""
        if masked not in self.instructions:
            self.instructions[masked] = fuse_steps(self.instructions_of(masked=masked), range(self.columns.steps))
        return self.instructions[masked]


@cache
def equations(cell: Cell) -> Tape:
    """The ops of one step of a cell."""
    tape = Tape()
    cell.step(Names(tape))
    return tape
