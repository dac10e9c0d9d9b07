"""The loop back through time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.chain import Factors, chain
from rnnviz.engine.forward import Forward

Operation = tuple[Callable[[Array, Array, Array], object], Array, Array, Array]


def everything(_: int) -> slice:
    """All gradients can be other than zero at every step."""
    return slice(None)


class Reverse:
    """The way back for M gradients at once: its buffers, and the list of operations that fills them.

    ``outside`` (T, P, M, N) is the gradient that reaches h from above, set by the caller; ``carried`` what reaches a
    state from later steps, with slot t+1 written by step t+1; ``total`` their sum, ∂L/∂state; ``rows`` (T, R, M, N) the
    gradient of the pre-activations. With M = 1 that axis is left out. Which operations a cell needs is known
    beforehand, so the loop is one flat list, made once.

    Args:
        forward: the pass to go back through.
        gradients: M, for instance one for the loss of each step.
        window: the gradients that can be other than zero at a step.
        lean: keep ``carried`` and ``rows`` of one step only, where nobody will ask for them.
    """

    def __init__(
        self,
        forward: Forward,
        gradients: int = 1,
        window: Callable[[int], slice] = everything,
        *,
        lean: bool = False,
    ) -> None:
        self.forward, self.gradients = forward, gradients
        self.window = window if gradients > 1 else everything
        columns, shape = forward.columns, forward.shape
        time, height = columns.steps, forward.layout.size[0]
        self.tail = (columns.count,) if gradients == 1 else (gradients, columns.count)
        self.sizes = {state: shape.state if state == "h" else shape.hidden for state in forward.cell.states}
        self.outside = self.buffer(time, shape.state)
        passing = self.slot if lean else self.buffer
        self.carried = {state: passing(time + 1, size) for state, size in self.sizes.items()}
        self.total = {state: self.buffer(time, size) for state, size in self.sizes.items()}
        self.raw = self.buffer(time, shape.hidden) if forward.projected else self.total["h"]
        self.rows = passing(time, height)
        self.scratch = {size: self.buffer(size) for size in {shape.state, shape.hidden}}
        self.recurrent = np.zeros((columns.networks, shape.state, height), columns.dtype)
        self.unproject = np.zeros((columns.networks, shape.hidden, shape.state), columns.dtype)
        self.factors: dict[str, dict[str, Array]] = {}
        self.starts: dict[str, int] = {}
        self.operations: list[Operation] = []

    def buffer(self, *sizes: int) -> Array:
        """Rows for every gradient and column."""
        return np.zeros((*sizes, *self.tail), self.forward.columns.dtype)

    def slot(self, steps: int, height: int) -> Array:
        """A buffer whose steps all share one place in memory."""
        one = self.buffer(height)
        return np.lib.stride_tricks.as_strided(one, (steps, *one.shape), (0, *one.strides))

    def run(self, final: dict[str, Array], active: Array | None = None) -> None:
        """Go back through every step, from ∂L/∂(last states), (P, N) for h and (H, N) for the others."""
        found = chain(self.forward)
        if active is not None:
            found = {state: self.held(state, factors, active) for state, factors in found.items()}
        if not self.operations:
            self.factors = {state: self.reserve(factors) for state, factors in found.items()}
            self.starts = {state: self.span(factors).start for state, factors in found.items()}
            self.operations = [op for t in reversed(range(self.forward.columns.steps)) for op in self.step(t)]
        self.load(found)
        for state, carried in self.carried.items():
            carried[-1] = final.get(state, 0)
        with np.errstate(all="ignore"):
            for operation, a, b, out in self.operations:
                operation(a, b, out)

    def held(self, state: str, factors: Factors, active: Array) -> Factors:
        """Where a sequence has not begun or is over, its state stays, and so does the gradient on it."""
        inside = active[:, None, :]
        stay = np.broadcast_to(~inside, (*active.shape[:1], self.sizes[state], active.shape[1]))
        none = np.zeros((), self.forward.columns.dtype)
        masked = Factors(
            {name: np.where(inside, factor, none) for name, factor in factors.rows.items()},
            {},
            {name: np.where(inside, factor, none) for name, factor in factors.handed.items()},
            {name: np.where(inside, factor, none) for name, factor in factors.kept.items()},
        )
        masked.kept[state] = masked.kept[state] + stay if state in masked.kept else stay
        return masked

    def reserve(self, factors: Factors) -> dict[str, Array]:
        """Buffers for factors like these: "rows" for all blocks together, "c" and "c_prev" for states."""
        columns, span = self.forward.columns, self.span(factors)
        heights = {"rows": span.stop - span.start}
        heights |= {name: self.sizes[name] for name in factors.handed}
        heights |= {f"{name}_prev": self.sizes[name] for name in factors.kept}
        one = () if self.gradients == 1 else (1,)
        return {
            name: np.zeros((columns.steps, height, *one, columns.count), columns.dtype)
            for name, height in heights.items()
        }

    def span(self, factors: Factors) -> slice:
        """The packed rows that one state feeds; they have to stand side by side to be served together."""
        rows = [self.forward.layout.rows[name] for name in factors.rows]
        span = slice(min(r.start for r in rows), max(r.stop for r in rows))
        if span.stop - span.start != sum(r.stop - r.start for r in rows):
            raise ValueError(f"The rows {', '.join(factors.rows)} are fed by one state and must stand side by side.")
        return span

    def load(self, found: dict[str, Factors]) -> None:
        """Take this pass's factors and weights into the buffers that the operations read."""
        forward = self.forward
        for state, factors in found.items():
            mine, start = self.factors[state], self.starts[state]
            for name, factor in factors.rows.items():
                rows = forward.layout.rows[name]
                self.fill(mine["rows"][:, rows.start - start : rows.stop - start], factor)
            for name, factor in factors.handed.items():
                self.fill(mine[name], factor)
            for name, factor in factors.kept.items():
                self.fill(mine[f"{name}_prev"], factor)
        self.recurrent[:] = forward.packed[:, :, forward.layout.columns["h"]].transpose(0, 2, 1)
        self.unproject[:] = forward.projection.transpose(0, 2, 1)

    def fill(self, place: Array, factor: Array) -> None:
        """Copy a factor (T, ·, N); it is the same for all M gradients."""
        place[:] = factor if self.gradients == 1 else factor[..., None, :]

    def step(self, t: int) -> Iterator[Operation]:
        """What step t does: the totals of its states, the gradients of its pre-activations, what goes on to t-1."""
        now, raw = self.window(t), self.at(self.raw, t)
        total = {state: self.at(array, t) for state, array in self.total.items()}
        yield np.add, self.at(self.outside, t), self.carried["h"][t + 1][:, now], total["h"]
        if self.forward.projected:
            yield self.product(self.unproject, total["h"], raw)
        for state, factors in self.factors.items():
            source = raw if state == "h" else total[state]
            for name in [name for name in total if name in factors]:
                yield np.multiply, factors[name][t], source, total[name]
                yield np.add, total[name], self.carried[name][t + 1][:, now], total[name]
            yield self.blocks(state, factors["rows"][t], source, t)
        yield from self.onward(t, total)

    def blocks(self, state: str, factor: Array, source: Array, t: int) -> Operation:
        """Each block has its own factor on the gradient of the state it feeds."""
        hidden, start = self.forward.shape.hidden, self.starts[state]
        rows = self.at(self.rows, t)[start : start + len(factor)]
        return np.multiply, stacked(factor, hidden), source[None], stacked(rows, hidden)

    def onward(self, t: int, total: dict[str, Array]) -> Iterator[Operation]:
        """What the states of step t-1 receive: through the recurrent weights, and what was kept of them."""
        leaving = {state: self.at(array, t) for state, array in self.carried.items()}
        written = set()
        if self.forward.layout.reads_h:
            written.add("h")
            yield self.product(self.recurrent, self.at(self.rows, t), leaving["h"])
        for state, factors in self.factors.items():
            for name in (name for name in leaving if f"{name}_prev" in factors):
                factor, place = factors[f"{name}_prev"][t], leaving[name]
                scratch = self.scratch[self.sizes[name]][:, self.window(t)]
                yield np.multiply, factor, total[state], scratch if name in written else place
                if name in written:
                    yield np.add, place, scratch, place
                written.add(name)

    def at(self, array: Array, t: int) -> Array:
        """What a buffer holds for step t, of the gradients that can be other than zero there."""
        view: Array = array[t][:, self.window(t)]
        return view

    def product(self, matrix: Array, a: Array, out: Array) -> Operation:
        """The matrix product, by the quickest road the layout allows."""
        if self.gradients > 1:
            return np.matmul, matrix[0], a.reshape(len(a), -1), out.reshape(len(out), -1)
        split = self.forward.columns.split
        if self.forward.columns.networks > 1:
            return np.matmul, matrix, split(a), split(out)
        return np.dot, matrix[0], a, out


def stacked(rows: Array, hidden: int) -> Array:
    """(blocks * H, ...) as (blocks, H, ...)."""
    return rows.reshape(-1, hidden, *rows.shape[1:])
