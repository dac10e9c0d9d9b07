"""Adam (Kingma & Ba 2015) on one flat buffer, as calls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnnviz.cells.cell import Array
from rnnviz.engine.ops import Op
from rnnviz.engine.tape import constant

BETAS = (0.9, 0.999)
TINY = 1e-8


class Adam:
    """What torch.optim.Adam does with its usual settings.

        m <- m + (1 - β₁)(g - m)        v <- β₂ v + (1 - β₂) g²
        w <- w - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)

    Args:
        weights: to be moved, in place.
        gradient: where their gradient is at every step.
        updates: how many there are at the most.
    """

    def __init__(self, weights: Array, gradient: Array, updates: int) -> None:
        self.weights, self.gradient = weights, gradient
        self.mean, self.squares, self.room = (np.zeros_like(weights) for _ in range(3))
        self.rates, self.roots = (np.zeros(updates, weights.dtype) for _ in range(2))

    def begin(self, lr: float) -> None:
        """Forget what was seen so far; from now on, take steps at this rate."""
        self.mean[:] = self.squares[:] = 0
        counts = np.arange(1, len(self.rates) + 1)
        self.rates[:] = lr / (1 - BETAS[0] ** counts)
        self.roots[:] = np.sqrt(1 - BETAS[1] ** counts)

    def calls(self, update: int) -> Iterator[Op]:
        """The step after so many others."""
        g, mean, squares, room = self.gradient, self.mean, self.squares, self.room
        one_less, two, two_less, tiny = (constant(n, g.dtype) for n in (1 - BETAS[0], BETAS[1], 1 - BETAS[1], TINY))
        yield Op(np.subtract, (g, mean), room)
        yield Op(np.multiply, (room, one_less), room)
        yield Op(np.add, (mean, room), mean)
        yield Op(np.multiply, (squares, two), squares)
        yield Op(np.multiply, (g, g), room)
        yield Op(np.multiply, (room, two_less), room)
        yield Op(np.add, (squares, room), squares)
        yield Op(np.sqrt, (squares,), room)
        yield Op(np.divide, (room, self.roots[update : update + 1]), room)
        yield Op(np.add, (room, tiny), room)
        yield Op(np.divide, (mean, room), room)
        yield Op(np.multiply, (room, self.rates[update : update + 1]), room)
        yield Op(np.subtract, (self.weights, room), self.weights)
