"""Layers and directions: what one call of a recurrent module does, forward and back."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.direction import Direction
from rnnviz.engine.forward import Columns
from rnnviz.engine.plan import Plan


class Buffers(Protocol):
    """Buffers that go with a stack's own."""

    @property
    def memory(self) -> int:
        """About how many bytes they take."""


class Stack:
    """Every direction of every layer, with buffers for one shape of batch.

    Args:
        plan: what the module is made of.
        columns: what it reads.
    """

    def __init__(self, plan: Plan, columns: Columns) -> None:
        self.plan, self.columns = plan, columns
        self.parts = {
            name: Direction(plan.cell, shape, columns, reverse=name.endswith("_reverse"))
            for name, shape in plan.parts.items()
        }
        self.masks: list[Array | None] = []
        self.kept: dict[str, Buffers] = {}  # by kind, for whoever made them for passes through this stack
        self.bound_to: object = None  # which weights, for whoever bound them

    @property
    def memory(self) -> int:
        """About how many bytes its buffers take, what is kept with them included."""
        return self.own_memory + sum(buffers.memory for buffers in self.kept.values())

    @cached_property
    def own_memory(self) -> int:
        """Those of inputs and states, of pre-activations and gates, of the one way back, and of the sums it ends in."""
        sizes = (part.forward.layout.size for part in self.parts.values())
        rows = sum(2 * width + 7 * height for height, width in sizes)
        return self.columns.steps * self.columns.count * self.columns.dtype.itemsize * rows

    @cached_property
    def layers(self) -> list[list[str]]:
        """Names of the directions, layer by layer."""
        names, wide = list(self.parts), len(self.plan.directions)
        return [names[i : i + wide] for i in range(0, len(names), wide)]

    def bind(self, weights: dict[str, dict[str, Array]]) -> None:
        """From now on, read these weights: by direction and torch's names, (K, ...). They may change in place."""
        for name, part in self.parts.items():
            part.bind(weights[name])

    @np.errstate(all="ignore")  # what explodes is to be seen, not announced
    def forward(
        self,
        x: Array,
        initial: dict[str, dict[str, Array]],
        active: Array | None = None,
        masks: list[Array | None] | None = None,
    ) -> Array:
        """Read x (T, I, N); return the last layer's h (T, P * directions, N).

        Args:
            x: inputs, in any order of memory.
            initial: by direction, the states before its first step; absent ones are zero.
            active: (T, N), False past the end of a sequence.
            masks: what dropout multiplies each layer's output by, (T, P * directions, N), the last one's excepted.
        """
        self.masks = masks or [None] * self.plan.num_layers
        for names, mask in zip(self.layers, self.masks, strict=True):
            outputs = [self.parts[name].run_forward(x, initial.get(name, {}), active) for name in names]
            x = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=1)
            x = x if mask is None else x * mask
        return x

    @np.errstate(all="ignore")
    def backward(self, grad_output: Array, final: dict[str, dict[str, Array]], *, inputs: bool) -> Array | None:
        """Go back from ∂L/∂(output) and ∂L/∂(last states); return ∂L/∂x (T, I, N) if ``inputs`` are asked for."""
        size = self.plan.state_size
        layers = list(zip(self.layers, self.masks, strict=True))
        while layers:
            names, mask = layers.pop()
            grad_output = grad_output if mask is None else grad_output * mask
            for i, name in enumerate(names):
                self.parts[name].run_backward(grad_output[:, i * size : (i + 1) * size], final.get(name, {}))
            if layers or inputs:
                below = [self.parts[name].input_gradient() for name in names]
                grad_output = below[0] if len(below) == 1 else below[0] + below[1]
        return grad_output if inputs else None
