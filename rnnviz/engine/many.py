"""The way back through a stack for many gradients at once: one per loss step, one per window of truncated BPTT."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.reverse import Reverse, everything
from rnnviz.engine.stack import Stack

Window = Callable[[int], slice]


class Many:
    """M gradients through every direction of every layer of a stack that has gone forward.

    Args:
        stack: what went forward; one network.
        gradients: M.
        window: given whether a direction reads backwards, which of the M can be other than zero at each of its steps.
            In lower layers of a bidirectional stack all can: the layers above read both ways.
    """

    def __init__(self, stack: Stack, gradients: int, window: Callable[[bool], Window]) -> None:
        self.stack, self.gradients = stack, gradients
        top = set(stack.layers()[-1])
        mixed = stack.plan.bidirectional
        self.reverses = {
            name: Reverse(part.forward, gradients, everything if mixed and name not in top else window(part.backwards))
            for name, part in stack.parts.items()
        }

    def run(self, outside: Array, *, inputs: bool) -> Array:
        """Go back from (T, P * directions, M, N), the gradients of the output; return those of x if asked for."""
        size = self.stack.plan.state_size
        layers = list(zip(self.stack.layers(), self.stack.masks, strict=True))
        while layers:
            names, mask = layers.pop()
            outside = outside if mask is None else outside * mask[:, :, None]
            for i, name in enumerate(names):
                self.back(name, outside[:, i * size : (i + 1) * size])
            if layers or inputs:
                below = [self.below(name) for name in names]
                outside = below[0] if len(below) == 1 else below[0] + below[1]
        return outside

    def back(self, name: str, outside: Array) -> None:
        """One direction."""
        part, reverse = self.stack.parts[name], self.reverses[name]
        reverse.outside[:] = outside[part.order].reshape(reverse.outside.shape)
        reverse.run({}, part.active)

    def below(self, name: str) -> Array:
        """∂/∂x of one direction, (T, I, M, N), in the input's own time."""
        part, rows = self.stack.parts[name], self.reverses[name].rows
        forward = part.forward
        weights = forward.packed[0, :, forward.layout.columns["x"]].T
        flat: Array = np.matmul(weights, rows.reshape(*rows.shape[:2], -1))
        return flat.reshape(len(rows), -1, self.gradients, forward.columns.count)[part.order]

    def total(self, name: str, state: str) -> Array:
        """∂/∂state of one direction, (T, H, M, N), in the input's own time."""
        array = self.reverses[name].total[state]
        shape = (*array.shape[:2], self.gradients, self.stack.columns.count)
        found: Array = array.reshape(shape)[self.stack.parts[name].order]
        return found

    def carried(self, name: str, state: str) -> Array:
        """What reaches a state from later steps, (T+1, H, M, N), in the direction's own order."""
        array = self.reverses[name].carried[state]
        found: Array = array.reshape(*array.shape[:2], self.gradients, self.stack.columns.count)
        return found


def causal(steps: int) -> Callable[[bool], Window]:
    """One gradient for each step's loss: it reaches that step and those that were read before it."""

    def window(backwards: bool) -> Window:
        if backwards:  # its t-th step is step T-1-t of the input
            return lambda t: slice(0, steps - t)
        return lambda t: slice(t, None)

    return window
