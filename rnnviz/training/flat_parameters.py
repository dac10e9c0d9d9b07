"""The parameters of K networks that are trained side by side, each network's in one row; a stack reads them there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.stack import Stack
from rnnviz.training.readout_loss import ReadoutBuffers, ReadoutLoss

Shapes = Mapping[str, tuple[int, ...]]


class FlatParameters:
    """Weights and gradients (K, P) of K networks, views of each by name, and the loss of their readouts.

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
        self.readout = ReadoutLoss(self.readout_buffers())

    @classmethod
    def of(cls, stack: Stack, shapes: Shapes, scored: slice) -> FlatParameters:
        """Those that the stack reads already, if they are of these shapes; else new ones."""
        parameters = stack.bound_to
        if not (isinstance(parameters, cls) and (parameters.shapes, parameters.scored) == (shapes, scored)):
            parameters = stack.bound_to = cls(stack, shapes, scored)
        return parameters

    def clear(self, weights: list[Array]) -> None:
        """Begin with these weights, (P,) of each network; nothing stays of those before."""
        self.flat[:] = weights
        self.gradient[:] = 0
        self.part.backward.grad_output[:] = 0

    def views(self, flat: Array) -> dict[str, Array]:
        """Each weight of all networks, (K, ...), as a part of the flat (K, P)."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])
        parts = np.split(flat, ends[:-1], axis=1)
        return {name: part.reshape(-1, *shape) for (name, shape), part in zip(self.shapes.items(), parts, strict=True)}

    def apart(self, columns: Array) -> Array:
        """(·, ·, N) as (·, ·, K, B)."""
        return columns.reshape(*columns.shape[:2], self.columns.networks, self.columns.batch)

    def readout_buffers(self) -> ReadoutBuffers:
        """The readout's share of the parameters, and the states it reads."""
        weights = (self.weights["readout.weight"], self.weights["readout.bias"])
        gradients = (self.gradients["readout.weight"], self.gradients["readout.bias"])
        hidden = self.apart(self.part.forward.memory["h"][1:])[self.scored]
        return ReadoutBuffers(hidden, self.apart(self.part.backward.grad_output)[self.scored], *weights, *gradients)
