"""One direction of one layer: the loop forward, the loop back, and the gradients of its weights."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from rnnviz.cells.cell import Array, Cell, Partials
from rnnviz.engine import weight_gradients
from rnnviz.engine.backward import Backward
from rnnviz.engine.forward import Columns, Forward
from rnnviz.engine.local_derivatives import LocalDerivatives
from rnnviz.engine.norms import lengths
from rnnviz.engine.tape import Names, Tape
from rnnviz.engine.weight_gradients import WeightGradients
from rnnviz.engine.weight_layout import LayerShape


class Direction:
    """Reads the steps from the first or, in reverse, from the last; takes and gives arrays in the input's own time."""

    def __init__(self, cell: Cell, shape: LayerShape, columns: Columns, *, reverse: bool) -> None:
        self.forward = Forward(cell, shape, columns)
        self.reverse = reverse
        self.order = slice(None, None, -1) if reverse else slice(None)
        self.active: Array | None = None
        self.sums: dict[tuple[bool, bool], WeightGradients] = {}  # with norms or without, grouped or not

    @cached_property
    def local(self) -> LocalDerivatives:
        """The factors of the chain rule, made when first wanted."""
        return LocalDerivatives(self.forward)

    @cached_property
    def backward(self) -> Backward:
        """The loop back, made when first needed."""
        return Backward(self.forward, self.local)

    @cached_property
    def equations(self) -> Partials:
        """What each line of the cell depends on, by name."""
        return self.forward.cell.partials(Names(Tape()))

    def bind(self, weights: dict[str, Array]) -> None:
        """From now on, read these weights, by torch's names, (K, ...)."""
        self.forward.bind(weights)

    def run_forward(self, x: Array, initial: dict[str, Array], active: Array | None) -> Array:
        """Run over x (T, I, N); return h (T, P, N)."""
        forward = self.forward
        self.active = active if active is None else active[self.order]
        forward.x[:] = x[self.order]
        forward.start(initial)
        forward.run(self.active)
        h: Array = forward.memory["h"][1:][self.order]
        return h

    def last(self) -> dict[str, Array]:
        """The states after the last step, by name."""
        return {name: state[-1] for name, state in self.forward.memory.items()}

    def run_backward(self, grad_output: Array, final: dict[str, Array]) -> None:
        """Go back from ∂L/∂h (T, P, N), without what the recurrence adds, and ∂L/∂(last states)."""
        self.backward.grad_output[:] = grad_output[self.order]
        self.backward.run(final, self.active)

    def first_gradient(self) -> dict[str, Array]:
        """∂L/∂(states before the first step)."""
        return {name: carried[0] for name, carried in self.backward.carried.items()}

    def input_gradient(self) -> Array:
        """∂L/∂x (T, I, N)."""
        forward = self.forward
        return weight_gradients.of_inputs(self.backward.rows, forward.packed, forward.layout, forward.columns)[
            self.order
        ]

    @np.errstate(all="ignore")  # an exploded pass has NaN and infinity in it
    def weight_gradients(self, *, norms: bool = False, grouped: bool = False) -> dict[str, Array]:
        """∂L/∂W by torch's names, (K, ...). With ``norms``, each step's share is measured for ``weight_norms``."""
        return self.packed_sums(norms=norms, grouped=grouped).run() | {n: share.sum(1) for n, share in self.shares()}

    def packed_sums(self, *, norms: bool = False, grouped: bool = False) -> WeightGradients:
        """What adds up the gradient of the packed matrix, made when first wanted."""
        kind, forward = (norms, grouped), self.forward
        if kind not in self.sums:
            parts = self.backward.rows, forward.z[:-1], forward.layout, forward.columns
            self.sums[kind] = WeightGradients(*parts, norms=norms, grouped=grouped)
        return self.sums[kind]

    def weight_norms(self) -> dict[str, Array]:
        """Length of each step's share of ∂L/∂W by torch's names, (K, T), of the latest gradients with norms."""
        return self.sums[True, False].lengths() | {name: lengths(share) for name, share in self.shares()}

    def peepholes(self) -> Iterator[tuple[str, Array, Array]]:
        """Each peephole's weight: its block's gradient, and the memory it saw, (T, H, N)."""
        for block in self.forward.blocks:
            if block.peephole:
                (seen,) = self.equations[block.symbol]
                rows = self.backward.rows[:, self.forward.layout.rows[block.symbol]]
                yield block.peephole, rows, getattr(self.forward.views, seen)

    def shares(self) -> Iterator[tuple[str, Array]]:
        """Each step's share of the gradient of the weights outside the packed matrix, (K, T, ...)."""
        forward, columns = self.forward, self.forward.columns
        for name, rows, seen in self.peepholes():
            yield name, weight_gradients.by_network(rows * seen, columns).sum(3)
        if forward.projected:
            above = self.backward.total["h"]
            if self.active is not None:  # a state that only stayed was not projected
                above = np.where(self.active[:, None], above, 0)
            left, right = weight_gradients.by_network(above, columns), weight_gradients.by_network(forward.raw, columns)
            yield "weight_hr", np.matmul(left, right.swapaxes(2, 3))
