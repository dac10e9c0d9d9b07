"""Where K networks are trained side by side: their weights and gradients, fastened to a stack of buffers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.stack import Stack
from rnnviz.training.scoring import Ends, Scoring

Shapes = Mapping[str, tuple[int, ...]]


class Bench:
    """Room for the weights and gradients of all networks, and what goes from one to the other.

    Args:
        stack: one layer read forward; it reads these weights from now on.
        shapes: those of a network's weights, by its names for them.
        scored: the steps whose output counts.
    """

    def __init__(self, stack: Stack, shapes: Shapes, scored: slice) -> None:
        self.columns, self.part = stack.columns, stack.parts["l0"]
        self.shapes, self.scored = dict(shapes), scored
        size = sum(int(np.prod(shape)) for shape in shapes.values())
        self.flat = np.zeros((stack.columns.networks, size), stack.columns.dtype)
        self.gradient = np.zeros_like(self.flat)
        self.weights, self.gradients = self.views(self.flat), self.views(self.gradient)
        stack.bind({"l0": {name[4:-3]: w for name, w in self.weights.items() if name.startswith("rnn.")}})
        self.scoring = Scoring(self.ends())

    @classmethod
    def of(cls, stack: Stack, shapes: Shapes, scored: slice) -> Bench:
        """The bench that the stack is fastened to, if it is of this kind; else a new one."""
        bench = stack.bound
        if not (isinstance(bench, cls) and (bench.shapes, bench.scored) == (shapes, scored)):
            bench = stack.bound = cls(stack, shapes, scored)
        return bench

    def clear(self, weights: list[Array]) -> None:
        """Begin with these weights, (P,) of each network; nothing stays of those before."""
        self.flat[:] = weights
        self.gradient[:] = 0
        self.part.reverse.outside[:] = 0

    def views(self, flat: Array) -> dict[str, Array]:
        """Each weight of all networks, (K, ...), as a part of the flat (K, P)."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])
        parts = np.split(flat, ends[:-1], axis=1)
        return {name: part.reshape(-1, *shape) for (name, shape), part in zip(self.shapes.items(), parts, strict=True)}

    def apart(self, columns: Array) -> Array:
        """(·, ·, N) as (·, ·, K, B)."""
        return columns.reshape(*columns.shape[:2], self.columns.networks, self.columns.batch)

    def ends(self) -> Ends:
        """Where the readout is fastened."""
        weights = (self.weights["readout.weight"], self.weights["readout.bias"])
        gradients = (self.gradients["readout.weight"], self.gradients["readout.bias"])
        hidden = self.apart(self.part.forward.memory["h"][1:])[self.scored]
        return Ends(hidden, self.apart(self.part.reverse.outside)[self.scored], *weights, *gradients)
