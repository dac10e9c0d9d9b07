"""Adam (Kingma & Ba 2015) on one flat buffer, as calls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.calls import Op, Play, together

BETAS = (0.9, 0.999)
TINY = 1e-8


class Adam:
    """What torch.optim.Adam does with its usual settings.

        m <- m + (1 - β₁)(g - m)        v <- β₂ v + (1 - β₂) g²
        w <- w - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)

    Args:
        weights: to be moved, in place.
        gradient: where their gradient is at every step.
    """

    def __init__(self, weights: Array, gradient: Array) -> None:
        self.weights, self.gradient, self.count = weights, gradient, 0
        self.rate, self.root = (np.zeros((), weights.dtype) for _ in range(2))
        self.mean, self.squares = np.zeros_like(weights), np.zeros_like(weights)
        self.calls = together(self.each_call())

    def clear(self) -> None:
        """Forget what was seen so far."""
        self.count = 0
        self.mean[:] = self.squares[:] = 0

    def step(self, lr: float) -> None:
        """One update at this rate."""
        self.count += 1
        self.rate[...] = lr / (1 - BETAS[0] ** self.count)
        self.root[...] = np.sqrt(1 - BETAS[1] ** self.count)
        for call in self.calls:
            call()

    def each_call(self) -> Iterator[Play]:
        """Everything, in its order."""
        g, mean, squares, room = self.gradient, self.mean, self.squares, np.zeros_like(self.weights)
        one_less, two, two_less, tiny = (np.array(n, g.dtype) for n in (1 - BETAS[0], BETAS[1], 1 - BETAS[1], TINY))
        yield Op(np.subtract, (g, mean), room)
        yield Op(np.multiply, (room, one_less), room)
        yield Op(np.add, (mean, room), mean)
        yield Op(np.multiply, (squares, two), squares)
        yield Op(np.multiply, (g, g), room)
        yield Op(np.multiply, (room, two_less), room)
        yield Op(np.add, (squares, room), squares)
        yield Op(np.sqrt, (squares,), room)
        yield Op(np.divide, (room, self.root), room)
        yield Op(np.add, (room, tiny), room)
        yield Op(np.divide, (mean, room), room)
        yield Op(np.multiply, (room, self.rate), room)
        yield Op(np.subtract, (self.weights, room), self.weights)
