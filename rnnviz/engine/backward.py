"""The loop back through time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.forward import Forward
from rnnviz.engine.local_derivatives import Factors, LocalDerivatives
from rnnviz.engine.masked_derivatives import MaskedDerivatives
from rnnviz.engine.native import fuse, fuse_steps
from rnnviz.engine.ops import Instruction, Op, SquaredLength, copied

DOUBLE = np.dtype(np.float64)


def everything(_: int) -> slice:
    """All gradients can be other than zero at every step."""
    return slice(None)


class Backward:
    """The loop back for M gradients at once: its buffers, and the list of instructions that fills them.

    ``grad_output`` (T, P, N, M) is the gradient that reaches h from above, set by the caller; ``carried`` what reaches
    a state from later steps, with slot t+1 written by step t+1; ``total`` their sum, ∂L/∂state; ``rows`` (T, R, N, M)
    the gradient of the pre-activations. With M = 1 that axis is left out. Which operations a cell needs is known
    beforehand, so the loop is one flat list, made once.

    Args:
        forward: the pass to go back through.
        local: the derivatives inside each step.
        gradients: M, for instance one for the loss of each step.
        window: the gradients that can be other than zero at a step.
        each: gradient k reaches h from above at one step only, the input's time k; ``grad_output`` is (T, P, N) then.
        measured: of ``total`` and ``carried`` one step is kept only, and of every step ``squares`` and ``later``,
            (T, N, M), the squared lengths of both: all that fits into a processor's cache.
        lean: keep ``rows`` of one step only.
    """

    def __init__(
        self,
        forward: Forward,
        local: LocalDerivatives,
        gradients: int = 1,
        window: Callable[[int], slice] = everything,
        *,
        each: Callable[[int], int] | None = None,
        measured: bool = False,
        lean: bool = False,
    ) -> None:
        self.forward, self.local, self.gradients = forward, local, gradients
        self.window, self.each = (window, each) if gradients > 1 else (everything, None)
        columns, shape = forward.columns, forward.shape
        time, height = columns.steps, forward.layout.size[0]
        self.memory = 0  # bytes of buffers made
        self.tail = (columns.count,) if gradients == 1 else (columns.count, gradients)
        self.sizes = {state: shape.state if state == "h" else shape.hidden for state in forward.cell.states}
        self.grad_output = columns.empty(time, shape.state) if self.each else self.buffer(time, shape.state)
        passing = self.slot if measured else self.buffer
        self.carried = {state: passing(time + 1, size) for state, size in self.sizes.items()}
        self.total = {state: passing(time, size) for state, size in self.sizes.items()}
        if measured and self.each:  # what arrives is what was carried, but for the one gradient that is new
            self.total["h"] = self.carried["h"][:-1]
        self.raw = passing(time, shape.hidden) if forward.projected else self.total["h"]
        self.rows = (self.slot if lean else self.buffer)(time, height)
        self.squares = {state: self.buffer(time, 1, dtype=DOUBLE)[:, 0] for state in self.sizes} if measured else {}
        self.later = {state: self.buffer(time, 1, dtype=DOUBLE)[:, 0] for state in self.squares if state != "h"}
        self.scratch = {size: self.buffer(size) for size in {shape.state, shape.hidden}}
        self.recurrent = np.zeros((columns.networks, shape.state, height), columns.dtype)
        self.unproject = np.zeros((columns.networks, shape.hidden, shape.state), columns.dtype)
        self.instructions: dict[bool, list[Instruction]] = {}

    def buffer(self, *sizes: int, dtype: np.dtype[np.floating] | None = None) -> Array:
        """Rows for every column and gradient. Of several gradients, each stands in memory as one block."""
        dtype = dtype or self.forward.columns.dtype
        self.memory += int(np.prod(sizes + self.tail)) * dtype.itemsize
        if self.gradients == 1:
            return np.zeros((*sizes, *self.tail), dtype)
        *steps, height = sizes
        return np.zeros((*steps, *self.tail[::-1], height), dtype).swapaxes(-1, -3)

    def slot(self, steps: int, height: int) -> Array:
        """A buffer whose steps all share one place in memory."""
        one = self.buffer(height)
        return np.lib.stride_tricks.as_strided(one, (steps, *one.shape), (0, *one.strides))

    def run(self, final: dict[str, Array], active: Array | None = None) -> None:
        """Go back through every step, from ∂L/∂(last states), (P, N) for h and (H, N) for the others."""
        self.local.run()
        if active is not None:
            self.masked.hold(active)
        self.start(final)
        for instruction in self.loop(masked=active is not None):
            instruction()

    def start(self, final: dict[str, Array]) -> None:
        """Set what reaches the last states; absent ones get nothing."""
        for state, carried in self.carried.items():
            carried[-1] = final.get(state, 0)

    def loop(self, *, masked: bool) -> list[Instruction]:
        """The instructions of all steps, which come after those of the local derivatives."""
        if masked not in self.instructions:
            self.instructions[masked] = self.prepared(self.masked if masked else self.local)
        return self.instructions[masked]

    @cached_property
    def masked(self) -> MaskedDerivatives:
        """The factors where sequences end at different steps."""
        return MaskedDerivatives(self.local, self.sizes)

    def prepared(self, local: LocalDerivatives | MaskedDerivatives) -> list[Instruction]:
        """Everything the loop does, last step first."""
        forward = self.forward
        turned = [(self.recurrent, forward.packed[:, :, forward.layout.columns["h"]].transpose(0, 2, 1))]
        turned += [(self.unproject, forward.projection.transpose(0, 2, 1))] if forward.projected else []
        share = partial(self.shared, turned)
        rows, every = (
            share(local.rows),
            {state: for_all_gradients(factors, share) for state, factors in local.factors.items()},
        )
        turning = fuse(copied(matrix, place) for place, matrix in turned)
        return turning + fuse_steps(partial(self.instructions_of, rows, every), range(forward.columns.steps)[::-1])

    def instructions_of(self, rows: Array, every: dict[str, Factors], t: int) -> Iterator[Instruction]:
        """What the loop does at a step."""
        now, raw = self.window(t), self.at(self.raw, t)
        total = {state: self.at(array, t) for state, array in self.total.items()}
        yield from self.arrive(t, total["h"])
        if self.forward.projected:
            yield self.product(self.unproject, total["h"], raw)
        for state, factors in every.items():
            source = raw if state == "h" else total[state]
            for name, factor in factors.handed.items():
                yield Op(np.multiply, (factor[t], source), total[name])
                yield Op(np.add, (total[name], self.carried[name][t + 1][..., now]), total[name])
            yield self.blocks(rows[t], self.span(factors), source, t)
        yield from self.measure(t, total)
        yield from self.onward(t, every, total)

    def arrive(self, t: int, total: Array) -> Iterator[Instruction]:
        """What reaches h: from later steps, and from above."""
        later = self.carried["h"][t + 1][..., self.window(t)]
        if not self.each:
            yield Op(np.add, (self.at(self.grad_output, t), later), total)
            return
        if not np.may_share_memory(later, total):
            yield copied(later, total)
        yield copied(self.grad_output[t], self.total["h"][t][..., self.each(t)])

    def measure(self, t: int, total: dict[str, Array]) -> Iterator[Instruction]:
        """Squared lengths, in double precision: squares of tiny numbers vanish in single."""
        now = self.window(t)
        for state, squares in self.squares.items():
            yield squared_length(total[state].T, squares[t][..., now].T)
        for state, squares in self.later.items():
            yield squared_length(self.carried[state][t + 1][..., now].T, squares[t][..., now].T)

    def blocks(self, factor: Array, span: slice, source: Array, t: int) -> Instruction:
        """Each block has its own factor on the gradient of the state it feeds."""
        hidden, rows = self.forward.shape.hidden, self.at(self.rows, t)[span]
        if len(rows) == hidden:
            return Op(np.multiply, (factor[span], source), rows)
        return Op(np.multiply, (stacked(factor[span], hidden), source[None]), stacked(rows, hidden))

    def span(self, factors: Factors) -> slice:
        """The packed rows that one state feeds; they have to stand side by side to be served together."""
        rows = [self.forward.layout.rows[name] for name in factors.rows]
        span = slice(min(r.start for r in rows), max(r.stop for r in rows))
        if span.stop - span.start != sum(r.stop - r.start for r in rows):
            raise ValueError(f"The rows {', '.join(factors.rows)} are fed by one state and must stand side by side.")
        return span

    def onward(self, t: int, every: dict[str, Factors], total: dict[str, Array]) -> Iterator[Instruction]:
        """What the states of step t-1 receive: through the recurrent weights, and what was kept of them."""
        leaving = {state: self.at(array, t) for state, array in self.carried.items()}
        kept = [(n, factor[t], total[s]) for s, factors in every.items() for n, factor in factors.kept.items()]
        kept.sort(key=lambda term: term[0] == "h")  # last: its total may be where it is written
        terms = [(name, partial(Op, np.multiply, (factor, source))) for name, factor, source in kept]
        if self.forward.layout.reads_h:
            terms.append(("h", partial(self.product, self.recurrent, self.at(self.rows, t))))
        written = set()
        for name, term in terms:
            if name in written:
                scratch = self.scratch[self.sizes[name]][..., self.window(t)]
                yield term(scratch)
                yield Op(np.add, (leaving[name], scratch), leaving[name])
            else:
                yield term(leaving[name])
                written.add(name)

    def shared(self, turned: list[tuple[Array, Array]], factor: Array) -> Array:
        """A factor (T, ·, N) for all M gradients: the same for each, and in memory as they are, once it is turned."""
        if self.gradients == 1:
            return factor
        like = np.zeros_like(factor.swapaxes(1, 2), order="C").swapaxes(1, 2)
        turned.append((like, factor))
        return like[..., None]

    def at(self, array: Array, t: int) -> Array:
        """What a buffer holds for step t, of the gradients that can be other than zero there."""
        view: Array = array[t][..., self.window(t)]
        return view

    def product(self, matrix: Array, a: Array, out: Array) -> Op:
        """The matrix product, in the order of axes that the layout allows."""
        if self.gradients > 1:
            flat = (view.T.reshape(-1, len(view), copy=False) for view in (a, out))
            return Op(np.matmul, (next(flat), matrix[0].T), next(flat))
        split = self.forward.columns.split
        return Op(np.matmul, (matrix if self.forward.columns.networks > 1 else matrix[0], split(a)), split(out))


def for_all_gradients(factors: Factors, share: Callable[[Array], Array]) -> Factors:
    """All factors of a state, each in the shape of M gradients."""
    handed, kept = ({name: share(f) for name, f in part.items()} for part in (factors.handed, factors.kept))
    return Factors(factors.rows, {}, handed, kept)


def squared_length(vectors: Array, place: Array) -> Op:
    """The squared length of each of a step's vectors, in double precision."""
    if vectors.dtype == DOUBLE:
        return Op(np.vecdot, (vectors, vectors), place)
    return Op(SquaredLength(), (vectors,), place)


def stacked(rows: Array, hidden: int) -> Array:
    """(blocks * H, ...) as (blocks, H, ...)."""
    return rows.reshape(-1, hidden, *rows.shape[1:])
